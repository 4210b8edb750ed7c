// The course's first page: asks for a seat where the link names only a class, and says what has been done.

import { LESSONS, answers, forget, given, group, kept, seat } from "./course.js";

const form = document.querySelector("#sit");
form.hidden = Boolean(group && seat);
form.elements.class.value = group;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  // What the teacher's link sets goes along.
  location.search = new URLSearchParams({ class: form.elements.class.value.trim(), seat: form.elements.seat.value, ...given });
});

function show() {
  for (const lesson of LESSONS) {
    const { entries } = kept(lesson);
    const runs = entries.filter(({ kind }) => kind === "run").length;
    const answered = entries.filter(({ kind }) => kind === "question");
    const parts = [runs > 0 && (runs === 1 ? "1 run" : `${runs} runs`), answered.length > 0 && "question answered"];
    document.querySelector(`[data-lesson=${lesson}] .state`).textContent = parts.filter(Boolean).join(", ");
  }
  document.querySelector("#forget").disabled = answers().length === 0;
}

document.querySelector("#forget").addEventListener("click", () => {
  const count = answers().length;
  const what = count === 1 ? "one entry" : `${count} entries`;
  if (!confirm(`Forget ${what} of this seat on this device? They cannot be brought back.`)) return;
  LESSONS.forEach(forget);
  show();
  document.querySelector("#forgotten").textContent = "Forgotten.";
});

show();
