// Keeps the last run of our own page in this browser, and offers to go on with it after a crash or a reload. Where the
// browser stores nothing, as in some private windows, the page does without.
import { language, texts } from "../grokking-lab.js";

/** Milliseconds between two copies of a run in training. */
const EVERY = 5000;
/** A copy that takes long is made less often: at most one part in so many of the time goes into copies. */
const PARTS = 50;

const lab = document.querySelector("grokking-lab[hash]");
// Other folders of the same origin may hold other labs.
const NAME = `grokking-lab ${new URL(".", document.baseURI).pathname}`;

/** The database, in a version or in the one that there is; a new version gets the store. */
const open = (version) => new Promise((resolve, reject) => {
  const opening = indexedDB.open(NAME, version);
  opening.onupgradeneeded = () => opening.result.createObjectStore("runs");
  opening.onerror = () => reject(opening.error);
  opening.onblocked = () => reject(new Error("another tab holds the database"));
  opening.onsuccess = () => resolve(opening.result);
});
/** Does one thing with the stored runs. */
async function stored(mode, action) {
  let database = await open();
  if (!database.objectStoreNames.contains("runs")) {
    // Somebody else has made it, or its making was interrupted.
    database.close();
    database = await open(database.version + 1);
  }
  return new Promise((resolve, reject) => {
    const transaction = database.transaction("runs", mode);
    const request = action(transaction.objectStore("runs"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  }).finally(() => database.close());
}
const load = () => stored("readonly", (runs) => runs.get("last"));
const save = (run) => stored("readwrite", (runs) => runs.put(run, "last"));
const forget = () => stored("readwrite", (runs) => runs.delete("last"));

// Two tables: one with the last sweep, and the runs of the pages without one, which must not take its place.
const loadTable = (key) => stored("readonly", (runs) => runs.get(key));
const saveTable = (key, table) => stored("readwrite", (runs) => runs.put(table, key));
const forgetTable = (key) => stored("readwrite", (runs) => runs.delete(key));

let copied = "", copying = false, due = 0;

/** Copies the run if there is something new, at once or when it is time. */
async function copy(atOnce) {
  const waits = !atOnce && lab.state === "running" && performance.now() < due;
  if (waits || copying) return;
  const config = lab.getConfig(), step = lab.getState()?.step;
  const version = JSON.stringify([config, step]);
  if (!step || version === copied) return;
  copying = true;
  const begin = performance.now();
  try {
    const bytes = await lab.saveRun();
    await save({ bytes, step, name: name(config), over: lab.state === "done" });
    copied = version;
  } catch {
    // The run was replaced meanwhile, or the browser stores nothing.
  }
  copying = false;
  due = performance.now() + Math.max(EVERY, PARTS * (performance.now() - begin));
}

let catalog = {};
/** A text in the language that is spoken, with values where names stand in braces. */
const say = (english, values) => (catalog[english] ?? english).replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** `x + y mod 97`, or the name of what is no formula. */
const name = ({ task, p }) => /[xy][-+*/^]|[-+*/^][xy]/.test(task)
  ? `${task.replaceAll("*", "·").replaceAll("^2", "²").replace(/[-+/·]/g, " $& ")} mod ${p}`
  : task;

/** A bar above the lab with two buttons. It changes nothing by itself: the address may describe another run. */
function offer(run) {
  const bar = document.createElement("div"), text = document.createElement("p");
  bar.className = "resume";
  bar.setAttribute("role", "status");
  const values = { name: run.name, step: run.step.toLocaleString(language(lab)) };
  text.textContent = run.over
    ? say("Your last run ({name}, step {step}) can be opened again.", values)
    : say("Your last run ({name}, step {step}) can be continued.", values);
  const button = (label, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.onclick = act;
    return button;
  };
  const close = () => { bar.remove(); lab.focus(); };
  const resume = async () => {
    try {
      await lab.openRun(run.bytes);
      // A run that is over would start anew.
      if (!run.over) lab.start();
      close();
    } catch (error) {
      // Another version of the lab may have stored it.
      text.textContent = error.message;
    }
  };
  const discard = () => {
    // Another run may have taken its place by now.
    if (!copied) forget().catch(() => {});
    close();
  };
  bar.append(text, button(run.over ? say("Open") : say("Continue"), resume), button(say("Discard"), discard));
  lab.before(bar);
}

let changed = false, tabling = false;

/** Copies the table of runs, with the address that asks for its sweep. */
async function copyTable() {
  if (tabling || !changed) return;
  tabling = true;
  changed = false;
  try {
    const [bytes, hash, key] = [await lab.saveRuns(), location.hash, lab.getConfig().sweep ? "table" : "runs"];
    if (bytes) await saveTable(key, { bytes, hash });
    else await forgetTable(key);
    // It is in the other one, too.
    if (bytes && key === "table") await forgetTable("runs");
  } catch (error) {
    if (error?.name === "QuotaExceededError") full();
  }
  tabling = false;
}

/** A line above the lab: nobody should count on what is not kept. */
function full() {
  if (document.querySelector(".resume.full")) return;
  const bar = document.createElement("p");
  bar.className = "resume full";
  bar.setAttribute("role", "status");
  bar.textContent = say("This browser has no room to keep the table of runs. Save it as CSV before you leave.");
  lab.before(bar);
}

/** Shows the runs that were kept, and the sweep at its own address; the curves only after a reload. */
async function reopenTable() {
  while (!lab.getConfig()) await new Promise((resolve) => setTimeout(resolve, 100));
  const drawn = performance.getEntriesByType("navigation")[0]?.type === "reload";
  const [runs, table] = [await loadTable("runs"), await loadTable("table")];
  const sweep = table?.hash === location.hash;
  if (runs) await lab.openRuns(runs.bytes, { sweep: false, drawn });
  if (sweep || (table && !runs)) await lab.openRuns(table.bytes, { sweep, drawn });
}

if (lab) {
  await customElements.whenDefined("grokking-lab");
  catalog = await texts(language(lab));
  const run = await load().catch(() => null);
  if (run) offer(run);
  reopenTable().catch(() => {});
  for (const event of ["run", "runs"]) lab.addEventListener(event, () => { changed = true; });
  setInterval(copy, 1000);
  setInterval(copyTable, 3000);
  const leave = () => {
    copy(true);
    copyTable();
  };
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); });
}
