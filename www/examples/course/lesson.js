// A lesson's page: takes a prediction, starts the network, keeps what happened, and lets the run judge the answer.

import { given, group, keep, kept, seat, seed } from "./course.js";
import { JUDGES, compare, milestones } from "./lessons.js";

const name = document.body.dataset.lesson;
const lesson = JUDGES[name];
const lab = document.querySelector("grokking-lab");
const [prediction, question] = ["#prediction", "#question"].map((id) => document.querySelector(id));
const [verdict, judgement] = ["#verdict", "#judgement"].map((id) => document.querySelector(id));
const table = document.querySelector("#runs");

// What the lesson points at: a stop of the lab's tour, once a run has something to show.
const pointers = document.querySelectorAll("[data-tour]");
for (const button of pointers) {
  button.addEventListener("click", () => {
    lab.tour = button.dataset.tour;
    verdict.parentElement.scrollIntoView({ block: "start" });
  });
}

const NEVER = Infinity;
// JSON has no infinity.
const out = (value) => (value === NEVER ? "inf" : value);
const back = (value) => (value === "inf" ? NEVER : value);
const entries = (kind) => kept(name).entries.filter((entry) => entry.kind === kind);
const runs = () => entries("run").map((run) => ({ ...run, predicted: back(run.predicted), happened: back(run.happened) }));

/** What every line of the CSV says. */
const line = (kind, rest) => ({ class: group, seat, lesson: name, kind, time: new Date().toISOString(), ...rest });

// The prediction. What is in the form is kept, for each network of the lesson by itself.

const round = () => prediction.elements.round?.value ?? "";
const { guess, never } = prediction.elements;
const PER_ROUND = ["guess", "never"];
const place = (control) => (PER_ROUND.includes(control.name) ? `${round()}:${control.name}` : control.name);

function show() {
  const { form } = kept(name);
  for (const control of prediction.elements) {
    if (!control.name || control.name === "round") continue;
    const value = form[place(control)];
    if (control.type === "checkbox") control.checked = value === true;
    else if (value !== undefined) control.value = value;
    else if (PER_ROUND.includes(control.name)) control.value = "";
  }
  if (never) guess.disabled = never.checked;
}

function keepForm() {
  keep(name, ({ form }) => {
    for (const control of prediction.elements) {
      if (!control.name || control.type === "radio") continue;
      form[place(control)] = control.type === "checkbox" ? control.checked : control.value;
    }
    form.round = round();
  });
}

prediction.addEventListener("input", ({ target }) => {
  if (target.name === "round") {
    keep(name, ({ form }) => { form.round = round(); });
    show();
  } else {
    if (never) guess.disabled = never.checked;
    keepForm();
  }
});

/** The settings that the form chooses, those of the network and of controls that name a setting, over those of the address. */
function chosen() {
  const settings = { ...given };
  for (const control of prediction.elements) {
    const parts = Object.fromEntries(new URLSearchParams(control.dataset.settings));
    // What one network changes is in the next one as it was.
    for (const key of Object.keys(parts)) settings[key] ??= lab.getAttribute(key);
    if (control.checked) Object.assign(settings, parts);
    if (control.dataset.key && control.value) settings[control.dataset.key] = control.value;
  }
  return { ...(seed === null ? {} : { seed }), ...settings };
}

prediction.addEventListener("submit", async (event) => {
  event.preventDefault();
  keepForm();
  locked = { round: round(), predicted: never?.checked ? NEVER : guess.valueAsNumber, note: prediction.elements.note?.value };
  run = null;
  focused = document.activeElement;
  for (const control of prediction.elements) control.disabled = true;
  verdict.textContent = "Locked in. It is training …";
  await lab.setConfig(chosen());
  lab.reset();
  lab.start();
  verdict.parentElement.scrollIntoView({ block: "start" });
});

function unlock() {
  locked = null;
  for (const control of prediction.elements) control.disabled = false;
  if (never) guess.disabled = never.checked;
  // Where the keyboard was: what is disabled cannot hold it.
  if (document.activeElement === document.body) focused?.focus({ preventScroll: true });
}

// The run. A prediction that is locked in waits for the next run that comes to what the lesson waits for.

let locked = null;
let focused = null;
let run = null;

lab.addEventListener("state", ({ detail }) => {
  if (detail.state !== "running") return;
  // From the start, from an earlier step, or after its end: this is another run, perhaps a fork.
  if (run === null || detail.step === 0 || detail.step < run.step || run.over) run = { said: {}, settled: false, over: false };
  run.step = detail.step;
});
lab.addEventListener("metrics", ({ detail }) => { if (run) run.step = detail.step; });
for (const [event, mark] of [["memorized", "memorized"], ["grok", "grokked"]]) {
  lab.addEventListener(event, ({ detail }) => {
    if (run) run.said[mark] = detail.step;
    if (lesson.until === event) settle();
    else if (run && !run.settled && mark === "memorized") {
      verdict.textContent = `It knows all it was shown since step ${detail.step}. Does it know the rule?`;
    }
  });
}
lab.addEventListener("done", ({ detail }) => {
  settle(detail);
  if (run) run.over = true;
});
lab.addEventListener("error", ({ detail }) => {
  verdict.textContent = detail.message;
  unlock();
});

/** Keeps what the run did, and says it. */
async function settle(done) {
  if (!run || run.settled) return;
  const mine = run;
  mine.settled = true;
  const [{ config }, history, guessed] = [lab.getState(), lab.getHistory(), locked];
  const marks = milestones(history, mine.said);
  // How far the run is beyond its rule is chance: what comes later does not count.
  if (lesson.until === "grok" && marks.memorized > marks.grokked) delete marks.memorized;
  if (lesson.until === "memorized") lab.pause();
  try {
    const measured = await lesson.measure(lab, marks);
    const entry = line("run", {
      round: guessed?.round ?? "",
      unit: lesson.unit,
      predicted: out(guessed?.predicted ?? null),
      ...measured,
      happened: out(measured.happened),
      ...marks,
      ended: done?.step ?? history.step.at(-1),
      reason: done?.reason ?? lesson.until,
      note: guessed?.note,
      network: network(guessed?.round, config),
      seed: config.seed ?? 0,
      settings: settings(config),
      backend: lab.device,
    });
    keep(name, ({ entries }) => { entries.push(entry); });
    const text = compare(lesson.unit, guessed?.predicted ?? null, measured.happened)[1];
    const ran = lesson.until === "grok" && marks.grokked && marks.memorized ? ` It knew its list at step ${marks.memorized}.` : "";
    verdict.textContent = text + ran;
  } catch (error) {
    verdict.textContent = `This run could not be judged: ${error.message}`;
  }
  for (const button of pointers) button.disabled = false;
  unlock();
  list();
}

// Settings of the page around the network, which say nothing about the run.
const PAGE = ["seed", "speed", "hide", "layout", "theme", "axis", "allow", "readonly", "autoplay", "tour"];

/** A run's settings as in a link, without its seed. */
function settings(config) {
  return String(new URLSearchParams(Object.entries(config).filter(([key]) => !PAGE.includes(key))));
}

/** What a run is called in the table: its letter on the page, else how it differs from the page's network. */
function network(round, { at }) {
  if (round) return round;
  const now = lab.getConfig();
  const differing = ["task", "p", "train", "wd"].filter((key) => String(now[key]) !== (lab.getAttribute(key) ?? "x+y"));
  return [...differing.map((key) => `${key} ${now[key]}`), at && `at ${at}`].filter(Boolean).join(", ") || "as on this page";
}

function list() {
  const rows = runs().map((run) => {
    const [off] = compare(lesson.unit, run.predicted, run.happened);
    const shown = (value) => (value === null ? "–" : value === NEVER ? "never" : String(value));
    return [run.network, shown(run.predicted), shown(run.happened), off];
  });
  table.replaceChildren(...(rows.length > 0 ? rows : [["none yet", "", "", ""]]).map((texts) => {
    const row = document.createElement("tr");
    for (const text of texts) row.insertCell().textContent = text;
    return row;
  }));
}

// The question.

question.addEventListener("submit", (event) => {
  event.preventDefault();
  const choice = question.elements.answer.value;
  const { missing, answer, because } = lesson.judge(runs());
  if (missing) {
    judgement.textContent = missing;
    return;
  }
  const correct = choice === answer;
  const right = question.querySelector(`[value="${answer}"]`).parentElement.textContent.trim();
  judgement.textContent = `${correct ? "Your run agrees." : `Your run says: ${right}.`} ${because}`;
  keep(name, ({ entries }) => { entries.push(line("question", { answer: choice, correct, round: "" })); });
});

// As it was left.

const { form } = kept(name);
for (const radio of prediction.querySelectorAll("[name=round]")) if (radio.value === form.round) radio.checked = true;
show();
list();
const [before, answered] = [runs().at(-1), entries("question").at(-1)];
if (before) verdict.textContent = `Last time: ${compare(lesson.unit, before.predicted, before.happened)[1]}`;
if (answered) question.elements.answer.value = answered.answer;
await customElements.whenDefined("grokking-lab");
await lab.setConfig({ ...(seed === null ? {} : { seed }), ...given });
