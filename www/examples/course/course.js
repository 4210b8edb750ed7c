// What the pages of the course share: who sits here, what is kept of the answers, and the CSV that they become.

const query = new URLSearchParams(location.search);
const NAMES = ["class", "seat"];

/** Class and seat, from the page's address; both empty for somebody who learns alone. */
export const group = (query.get("class") ?? "").trim().slice(0, 40);
export const seat = Number.parseInt(query.get("seat"), 10) || "";

/** Settings that the teacher's link gives every lab of the course, as `p=31`. */
export const given = Object.fromEntries(Array.from(query).filter(([name]) => !NAMES.includes(name)));

/** The seed of a seat: always the same, and no two seats of a class have the same. Its last three digits are the seat. */
export function seedOf(group, seat) {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(group)) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return (hash % 4_000_000) * 1000 + (seat % 1000);
}

/** This seat's seed, or none, when each lab keeps its own. */
export const seed = group && seat ? seedOf(group, seat) : null;

// Keeping answers. In a private window there may be no storage; then they live as long as the page.

const place = (lesson) => `grokking-course/${group}/${seat}/${lesson}`;
const memory = new Map();

/** Whether what is kept is still there after a reload. */
export function keeps() {
  try {
    localStorage.setItem("grokking-course", "");
    localStorage.removeItem("grokking-course");
    return true;
  } catch {
    return false;
  }
}

/** What this seat has answered in a lesson: texts in the form, and entries, one for each run and each answer. */
export function kept(lesson) {
  const empty = { form: {}, entries: [] };
  try {
    const text = memory.get(place(lesson)) ?? localStorage.getItem(place(lesson));
    const found = JSON.parse(text ?? "{}");
    return { form: found.form ?? {}, entries: Array.isArray(found.entries) ? found.entries : [] };
  } catch {
    return empty;
  }
}

/** Changes what is kept of a lesson, which may have changed in another tab. */
export function keep(lesson, change) {
  const all = kept(lesson);
  change(all);
  const text = JSON.stringify(all);
  try {
    localStorage.setItem(place(lesson), text);
    memory.delete(place(lesson));
  } catch {
    memory.set(place(lesson), text);
  }
}

/** Forgets what this seat has answered in a lesson. */
export function forget(lesson) {
  memory.delete(place(lesson));
  try {
    localStorage.removeItem(place(lesson));
  } catch { /* There was nothing. */ }
}

// CSV, as pandas and spreadsheets read it.

/** The columns. `predicted` and `happened` are in `unit`; inf stands for never. */
export const COLUMNS = [
  "class", "seat", "lesson", "kind", "round", "unit", "predicted", "happened", "memorized", "grokked", "ended", "reason",
  "answer", "correct", "note", "seed", "settings", "backend", "time",
];

// A spreadsheet takes a cell that begins like this for a formula; an apostrophe before it says that it is text.
const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /^'(?=[=+\-@\t\r])/;

function cell(value) {
  if (value === undefined || value === null) return "";
  const text = typeof value === "number" ? String(value).replace("Infinity", "inf") : String(value).replace(FORMULA, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table with a header, for entries that have the columns' names. */
export function writeCsv(entries) {
  const rows = entries.map((entry) => COLUMNS.map((column) => cell(entry[column])));
  return [COLUMNS, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** Rows of cells. Quoted cells may have commas, quotes and line breaks in them. Some spreadsheets write semicolons. */
function cells(text) {
  const separator = /^[^,\r\n]*;/.test(text) ? ";" : ",";
  const rows = [[""]];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const row = rows.at(-1);
    const c = text[i];
    if (c === '"' && quoted && text[i + 1] === '"') row[row.length - 1] += text[++i];
    else if (c === '"' && (quoted || row.at(-1) === "")) quoted = !quoted;
    else if (c === separator && !quoted) row.push("");
    else if ((c === "\n" || c === "\r") && !quoted) {
      if (c === "\r" && text[i + 1] === "\n") i++;
      rows.push([""]);
    } else row[row.length - 1] += c;
  }
  return rows.filter((row) => row.some((text) => text !== ""));
}

/** The entries of a table that `writeCsv` wrote; fails with what is wrong, as the end of a sentence. */
export function readCsv(text) {
  const [header = [], ...rows] = cells(text.replace(/^\uFEFF/, ""));
  const missing = ["lesson", "kind", "happened", "unit"].filter((column) => !header.includes(column));
  if (missing.length > 0) throw new Error(`is not a table of this course: it has no column “${missing[0]}”`);
  const number = (text) => (text === "" ? null : text === "inf" ? Infinity : Number(text));
  const entries = rows.map((row) => {
    const entry = Object.fromEntries(header.map((column, i) => [column, (row[i] ?? "").replace(QUOTED, "")]));
    for (const column of ["predicted", "happened", "memorized", "grokked", "ended"]) entry[column] = number(entry[column] ?? "");
    return entry;
  });
  const bad = entries.findIndex((entry) => Number.isNaN(entry.predicted) || Number.isNaN(entry.happened));
  if (bad >= 0) throw new Error(`has something else than a number in row ${bad + 2}`);
  return entries;
}

/** Gives the visitor a file. */
export function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Every page of the course.

/** The lessons, by their names in files and in what is kept. */
export const LESSONS = ["puzzle", "list", "plateau", "circle", "decay", "own"];

/** All that this seat has answered, in the order of lessons. */
export const answers = () => LESSONS.flatMap((lesson) => kept(lesson).entries);

// Links within the course take class, seat and settings along.
for (const link of document.querySelectorAll("a[data-course]")) link.search = location.search;

for (const text of document.querySelectorAll("[data-who]")) {
  text.textContent = seed === null ? "" : `Class ${group}, seat ${seat}`;
}
for (const text of document.querySelectorAll("[data-kept]")) {
  if (!keeps()) {
    text.textContent = "This browser keeps nothing of this page, perhaps because its window is private: "
      + "save your answers before you leave each lesson.";
  }
}
for (const button of document.querySelectorAll("[data-save]")) {
  button.addEventListener("click", () => {
    const name = ["grokking", ...[group, seat && `seat ${seat}`].filter(Boolean)].join(" ").replace(/[^\p{L}\p{N}]+/gu, "-");
    save(`${name}.csv`, writeCsv(answers()));
  });
}
