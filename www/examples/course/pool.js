// The pool: reads the files that the lessons save, and draws when the networks of a class found the rule.

import { LESSONS, readCsv, save, writeCsv } from "./course.js";

const find = (id) => document.querySelector(`#${id}`);
const [drop, problems, which, chart] = ["drop", "problems", "which", "chart"].map(find);
const NEVER = Infinity;
// What a value is called, and what it says.
const UNITS = {
  step: ["Step", "the step at which the rule was found"],
  percent: ["Percent", "unseen squares that were right, in percent"],
  waves: ["Waves", "waves that the neurons follow"],
};
const MOST_BARS = 16;

// Everything that was read, each entry once: the same file may be dropped twice.
const pool = new Map();
const SAME = ["class", "seat", "lesson", "kind", "round", "time"];
let files = 0;

async function read(sources) {
  const wrong = [];
  for (const { name, text } of sources) {
    try {
      const entries = readCsv(await text());
      if (entries.length === 0) throw new Error("has no answers in it");
      for (const entry of entries) pool.set(JSON.stringify(SAME.map((column) => entry[column])), entry);
      files += 1;
    } catch (error) {
      wrong.push(`${name} ${error instanceof Error ? error.message : "cannot be read"}.`);
    }
  }
  problems.replaceChildren(...wrong.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  show();
}

const of = (file) => ({ name: file.name, text: () => file.text() });
find("files").addEventListener("change", ({ target }) => {
  read(Array.from(target.files, of)).then(() => { target.value = ""; });
});
find("paste").addEventListener("click", async () => {
  const area = find("text");
  const text = area.value;
  await read([{ name: "The pasted text", text: async () => text }]);
  if (problems.childElementCount === 0) area.value = "";
});
for (const type of ["dragover", "drop"]) document.addEventListener(type, (event) => event.preventDefault());
for (const type of ["dragenter", "dragover"]) drop.addEventListener(type, () => drop.classList.add("over"));
for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => drop.classList.remove("over"));
document.addEventListener("drop", ({ dataTransfer }) => { read(Array.from(dataTransfer.files, of)); });

find("all").addEventListener("click", () => save("grokking-class.csv", writeCsv(pool.values())));
find("clear").addEventListener("click", () => {
  pool.clear();
  files = 0;
  problems.replaceChildren();
  show();
});
which.addEventListener("change", draw);
new ResizeObserver(() => { if (!find("results").hidden) picture(); }).observe(chart.parentElement);

/** The first of each seat: later ones were made by somebody who knew. */
function firsts(entries) {
  const first = new Map();
  for (const entry of entries) {
    const seat = JSON.stringify([entry.class, entry.seat]);
    if (!first.has(seat) || entry.time < first.get(seat).time) first.set(seat, entry);
  }
  return [...first.values()];
}

const group = ({ lesson, round }) => [lesson, round].filter(Boolean).join(" ");
const runs = () => [...pool.values()].filter(({ kind, happened }) => kind === "run" && happened !== null);

function show() {
  const entries = [...pool.values()];
  const seats = new Set(entries.map((entry) => JSON.stringify([entry.class, entry.seat]))).size;
  const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
  find("read").textContent = files === 0 ? "Nothing has been read yet."
    : `Read ${plural(files, "file")}: ${plural(seats, "seat")}, ${plural(runs().length, "run")}, ${plural(entries.length - runs().length, "other row")}.`;
  find("results").hidden = pool.size === 0;
  const order = ({ lesson }) => (LESSONS.includes(lesson) ? LESSONS.indexOf(lesson) : LESSONS.length);
  const sorted = runs().sort((a, b) => order(a) - order(b) || (group(a) < group(b) ? -1 : 1));
  const groups = [...new Set(sorted.map(group))];
  const chosen = which.value;
  which.replaceChildren(...groups.map((name) => new Option(name, name)));
  if (groups.includes(chosen)) which.value = chosen;
  fill(find("questions"), LESSONS.flatMap((lesson) => {
    const answered = firsts(entries.filter((entry) => entry.kind === "question" && entry.lesson === lesson));
    return answered.length === 0 ? [] : [[lesson, answered.length, answered.filter(({ correct }) => correct === "true").length]];
  }));
  if (pool.size > 0) draw();
}

function fill(body, rows) {
  body.replaceChildren(...rows.map((texts) => {
    const row = document.createElement("tr");
    for (const text of texts) row.insertCell().textContent = text;
    return row;
  }));
}

// The histogram.

/** The value below which a share of the runs lies; those that never came to it are the last. */
function quantile(sorted, share) {
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low === high ? low : low + (high - low) * (at - Math.floor(at));
}

/** Bars of a round width, from 0; those that never came to it are a bar of their own. */
function bars(happened, predicted) {
  const largest = Math.max(1, ...[...happened, ...predicted].filter(Number.isFinite));
  const size = 10 ** Math.floor(Math.log10(largest / MOST_BARS));
  const width = Math.max(1, [1, 2, 5, 10].map((factor) => factor * size).find((width) => largest / width < MOST_BARS));
  const count = (list, from) => list.filter((value) => value >= from && value < from + width).length;
  const all = Array.from({ length: Math.floor(largest / width) + 1 }, (_, i) => i * width);
  const label = (from) => (width === 1 ? `${from}` : `${from} – ${from + width - 1}`);
  const found = all.map((from) => ({ from, label: label(from), happened: count(happened, from), predicted: count(predicted, from) }));
  const never = [happened, predicted].map((list) => list.filter((value) => value === NEVER).length);
  if (never[0] + never[1] === 0) return found;
  return [...found, { from: null, label: "never", happened: never[0], predicted: never[1] }];
}

let drawn = [];

function draw() {
  const mine = firsts(runs().filter((entry) => group(entry) === which.value));
  const happened = mine.map((entry) => entry.happened).sort((a, b) => a - b);
  const predicted = mine.map((entry) => entry.predicted).filter((value) => value !== null);
  const [unit, meaning] = UNITS[mine[0]?.unit] ?? ["Value", "what happened"];
  drawn = mine.length === 0 ? [] : bars(happened, predicted);
  const words = (value) => (value === NEVER ? "never" : String(Math.round(value * 10) / 10));
  const networks = mine.length === 1 ? "one network" : `${mine.length} networks`;
  find("title").textContent = mine.length === 0 ? "There are no runs in these files." : `${which.value}, ${networks}: ${meaning}`;
  find("bins").textContent = unit;
  fill(find("counts"), drawn.map(({ label, happened, predicted }) => [label, happened, predicted]));
  const said = ({ predicted }) => (predicted === null ? "–" : words(predicted));
  fill(find("seats"), mine.map((entry) => [entry.class, entry.seat, entry.seed, said(entry), words(entry.happened)]));
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => words(quantile(happened, share)));
  const never = happened.filter((value) => value === NEVER).length;
  const settings = new Set(mine.map((entry) => entry.settings)).size;
  find("summary").textContent = mine.length === 0 ? "" : [
    `Median ${median}, the middle half from ${low} to ${high}; smallest ${words(happened[0])}, largest ${words(happened.at(-1))}.`,
    never > 0 ? `${never} of ${happened.length} did not find the rule.` : "",
    predicted.length > 0 ? `Predicted: median ${words(quantile(predicted.sort((a, b) => a - b), 0.5))}.` : "",
    settings > 1 ? `These runs have ${settings} different settings: compare with care.` : "",
  ].filter(Boolean).join(" ");
  picture();
}

function picture() {
  const width = Math.max(240, Math.round(chart.parentElement.clientWidth));
  const [height, left, bottom, top] = [240, 26, 44, 12];
  chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const most = Math.max(1, ...drawn.map((bar) => Math.max(bar.happened, bar.predicted)));
  const slot = (width - left) / Math.max(drawn.length, 1);
  const y = (count) => height - bottom - (count / most) * (height - bottom - top);
  const parts = [];
  const add = (name, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    parts.push(element);
  };
  // Labels that would touch are left out.
  const every = Math.ceil(44 / slot);
  const box = (name, count, x, width) => {
    if (count > 0) add("rect", { class: name, x, width, y: y(count), height: y(0) - y(count) });
  };
  const numbers = drawn.filter(({ from }) => from !== null).length;
  drawn.forEach((bar, i) => {
    const x = left + i * slot;
    box("happened", bar.happened, x + slot * 0.12, slot * 0.76);
    box("predicted", bar.predicted, x + slot * 0.04, slot * 0.92);
    const under = { y: height - 26, "text-anchor": i === 0 ? "start" : "middle" };
    if (bar.from === null) add("text", { ...under, x: x + slot / 2 }, "never");
    else if (i % every === 0 && (numbers === drawn.length || i + every <= numbers)) add("text", { ...under, x: x + 2 }, bar.from);
  });
  add("line", { class: "axis", x1: left, x2: width, y1: y(0), y2: y(0) });
  for (const count of [0, most]) add("text", { x: left - 6, y: y(count) + 4, "text-anchor": "end" }, count);
  add("text", { x: left, y: height - 6 }, find("bins").textContent.toLowerCase());
  chart.replaceChildren(...parts);
}
