// The lab as a widget of notebooks (Jupyter, marimo, Colab), by way of anywidget. docs/embedding.md has the Python side.
import "./grokking-lab.js";
import { answer } from "./assets/calls.js";

/** What the kernel hears of by itself: traits with the names of properties. */
const FOLLOWED = ["state", "problems"];
/** Columns as lists: what is sent to a kernel is JSON. */
const plain = (columns) => Object.fromEntries(Object.entries(columns ?? {}).map(([name, column]) => [name, Array.from(column)]));

function render({ model, el }) {
  const lab = document.createElement("grokking-lab");
  // What the lab tells is no wish of the kernel's.
  let telling = false;
  const tell = (traits) => {
    telling = true;
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    telling = false;
    model.save_changes();
  };
  const wish = async () => {
    if (!telling) tell({ problems: await lab.setConfig(model.get("config") ?? {}) });
  };
  const asked = async (message, buffers) => {
    if (message?.type !== "call") return;
    // Bytes come beside the message.
    const args = [...(message.args ?? []), ...(buffers ?? []).map((view) => new Uint8Array(view.buffer ?? view, view.byteOffset, view.byteLength))];
    const { id, result, error } = await answer(lab, { ...message, args });
    const bytes = result instanceof Blob ? new Uint8Array(await result.arrayBuffer()) : result;
    const binary = bytes instanceof Uint8Array;
    const json = JSON.parse(JSON.stringify({ type: "answer", id, error, result: binary ? null : result }, (_, value) => ArrayBuffer.isView(value) ? Array.from(value) : value));
    model.send(json, undefined, binary ? [bytes.slice().buffer] : []);
  };

  lab.addEventListener("config", ({ detail }) => tell({ config: detail.config }));
  for (const name of FOLLOWED) lab.addEventListener(name, ({ detail }) => tell({ [name]: detail[name] }));
  lab.addEventListener("state", ({ detail }) => {
    if (detail.state !== "running") tell({ step: detail.step, history: plain(lab.getHistory()) });
    if (detail.state === "idle") tell({ memorized: null, grok: null });
  });
  lab.addEventListener("metrics", ({ detail }) => tell({ step: detail.step, metrics: detail }));
  for (const name of ["memorized", "grok"]) lab.addEventListener(name, ({ detail }) => tell({ [name]: model.get(name) ?? detail.step }));
  lab.addEventListener("error", ({ detail }) => tell({ problems: [detail.message] }));
  model.on("change:config", wish);
  model.on("msg:custom", asked);
  el.append(lab);
  wish();
  return () => {
    model.off("change:config", wish);
    model.off("msg:custom", asked);
    lab.remove();
  };
}

export default { render };
