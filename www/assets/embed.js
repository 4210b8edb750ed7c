// The frame's half of the conversation between embed.html and the page around it. docs/embedding.md has the protocol.
import "../grokking-lab.js";
import { answer } from "./calls.js";

const VERSION = 1;
const EVENTS = ["ready", "config", "state", "problems", "metrics", "memorized", "grok", "run", "runs", "done", "error"];
const lab = document.querySelector("grokking-lab");

// `?origin=https://school.example` names who may embed the frame; without it, everybody may.
const allowed = new URLSearchParams(location.search).getAll("origin");
const mayTalkTo = (origin) => allowed.length === 0 || allowed.includes(origin);

// Who listens. Some browsers say who embeds the frame, others show it with the first message. Until then everyone who may
// talk to the frame may also hear it; it says nothing that its parent could not see.
let [listener] = location.ancestorOrigins ?? [];

function say(type, detail = {}) {
  const targets = listener ? [listener].filter(mayTalkTo) : allowed.length ? allowed : ["*"];
  // A parent without an origin of its own, as a page from a file, can only be addressed as anybody.
  for (const target of targets) parent.postMessage({ source: "grokking-lab", version: VERSION, type, ...detail }, target === "null" ? "*" : target);
}

const COMMANDS = {
  hello() { introduce(); },
  start() { lab.start(); },
  pause() { lab.pause(); },
  reset() { lab.reset(); },
  step({ n = 1 }) { lab.step(n); },
  async call(message) { say("answer", await answer(lab, message)); },
  async config({ id, config }) {
    let problems;
    try {
      problems = await lab.setConfig(config);
    } catch (error) {
      problems = [`${error?.message ?? error}`];
    }
    say("configured", { id, problems, config: lab.getConfig() });
  },
};

let height = 0;
function introduce() {
  say("hello");
  if (lab.adapter) say("ready", { backend: lab.device, adapter: lab.adapter });
  if (height) say("height", { height });
}

if (parent !== window) {
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || !mayTalkTo(origin) || data?.target !== "grokking-lab") return;
    listener = origin;
    const known = data.version === VERSION && Object.hasOwn(COMMANDS, data.type);
    if (known) COMMANDS[data.type](data);
    else console.warn(`grokking-lab does not know messages of type ${data.type}, version ${data.version}.`);
  });
  for (const type of EVENTS) lab.addEventListener(type, ({ detail }) => say(type, detail));
  introduce();
  // The body is as high as its content; the document is at least as high as the frame.
  new ResizeObserver(() => {
    const now = Math.ceil(document.body.getBoundingClientRect().height);
    if (now === height) return;
    height = now;
    say("height", { height });
  }).observe(document.body);
}
