// The exercise: takes a prediction, starts the network, and answers to its events.

const lab = document.querySelector("grokking-lab");
const form = document.querySelector("#prediction");
const verdict = document.querySelector("#verdict");
const attempts = document.querySelector("#attempts");

// What the networks have in common; a round changes some of it.
const SETTINGS = { train: 0.5, wd: 2 };
const NEVER = Infinity;
const words = (step) => (step === NEVER ? "never" : `step ${step}`);

/** How far off a prediction was, as two texts: for the table, and as a sentence. */
function judge(predicted, happened) {
  if (predicted === happened) return ["0", happened === NEVER ? "You were right: it has not generalised." : "Exactly right."];
  if (predicted === NEVER) return ["–", `You thought it would not, and it did at step ${happened}.`];
  if (happened === NEVER) return ["–", `You said step ${predicted}, and it has not generalised.`];
  const off = predicted - happened;
  const percent = Math.round((100 * Math.abs(off)) / happened);
  const praise = percent <= 10 ? "Very close" : percent <= 30 ? "Not bad" : "Far off";
  return [`${off > 0 ? "+" : "−"}${Math.abs(off)}`, `${praise}: it generalised at step ${happened}, ${Math.abs(off)} steps (${percent} %) ${off > 0 ? "earlier" : "later"} than you said.`];
}

/** The prediction that is waiting for its outcome. */
let open = null;

function settle(happened) {
  if (!open) return;
  const [off, sentence] = judge(open.predicted, happened);
  verdict.textContent = sentence;
  const row = attempts.insertRow();
  for (const text of [open.round, words(open.predicted), words(happened), off]) row.insertCell().textContent = text;
  close();
}

function close() {
  open = null;
  for (const control of form.elements) control.disabled = false;
  form.elements.step.disabled = form.elements.never.checked;
}

form.elements.never.addEventListener("change", () => { form.elements.step.disabled = form.elements.never.checked; });

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { round, step, never } = form.elements;
  open = { round: round.value === "" ? "A" : round.value.startsWith("train") ? "B" : "C", predicted: never.checked ? NEVER : step.valueAsNumber };
  for (const control of form.elements) control.disabled = true;
  verdict.textContent = `You said ${words(open.predicted)}. It is training …`;
  await lab.setConfig({ ...SETTINGS, ...Object.fromEntries(new URLSearchParams(round.value)) });
  lab.reset();
  lab.start();
  verdict.parentElement.scrollIntoView({ block: "nearest" });
});

lab.addEventListener("memorized", ({ detail }) => {
  if (open) verdict.textContent = `It knows all it was shown since step ${detail.step}. You said ${words(open.predicted)} …`;
});
lab.addEventListener("grok", ({ detail }) => settle(detail.step));
lab.addEventListener("done", () => settle(NEVER));
lab.addEventListener("error", ({ detail }) => {
  verdict.textContent = detail.message;
  close();
});
