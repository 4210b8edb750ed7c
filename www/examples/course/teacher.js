// For teachers: the links of a class.

import { seedOf } from "./course.js";

const find = (id) => document.querySelector(`#${id}`);
const form = find("maker");

/** The course's address for a seat, or for a whole class. */
function link(group, seat, settings) {
  const url = new URL("index.html", location.href);
  url.search = new URLSearchParams({ class: group, ...(seat ? { seat } : {}), ...Object.fromEntries(new URLSearchParams(settings)) });
  return url.href;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const [group, settings] = [form.elements.class.value.trim(), form.elements.settings.value.trim().replace(/^[?#&]/, "")];
  const seats = Array.from({ length: form.elements.seats.valueAsNumber }, (_, i) => i + 1);
  find("one").value = link(group, null, settings);
  find("each").value = seats.map((seat) => `Seat ${seat}\t${link(group, seat, settings)}\tseed ${seedOf(group, seat)}`).join("\n");
  find("made").hidden = false;
  find("copied").textContent = `${seats.length === 1 ? "One link is" : `${seats.length} links are`} ready.`;
});

find("copy").addEventListener("click", async () => {
  const text = find("each");
  try {
    await navigator.clipboard.writeText(text.value);
    find("copied").textContent = "Copied.";
  } catch {
    text.select();
    find("copied").textContent = "This browser does not let the page copy: the links are selected, press Ctrl or ⌘ and C.";
  }
});
