// The course's first page: asks for a seat where the link names only a class, and says what has been done.

import { LESSONS, answers, forget, given, group, kept, seat } from "./course.js";

const form = document.querySelector("#sit");
form.hidden = Boolean(group && seat);
form.elements.class.value = group;
// A form's own query replaces that of the page: what the teacher's link sets goes along.
for (const [name, value] of Object.entries(given)) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  form.append(input);
}

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
  if (!confirm(`Forget ${count === 1 ? "one entry" : `${count} entries`} of this seat on this device? They cannot be brought back.`)) return;
  LESSONS.forEach(forget);
  show();
  document.querySelector("#forgotten").textContent = "Forgotten.";
});

show();
