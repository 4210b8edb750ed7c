// What may be asked of the lab by those who cannot reach the element itself: a page around a frame, a notebook's kernel.
import { load } from "../grokking-lab.js";

const METHODS = (
  "start pause step reset until getConfig setConfig getHistory getState setState inspect snapshot restore " +
  "exportCSV exportJSON exportSVG exportPNG exportWeights saveRun openRun"
).split(" ");
const PROPERTIES = ["state", "device", "adapter", "problems"];

/** Calls a method, or reads a property. The answer has the same id, and what the method promised or why it was not kept. */
export async function answer(lab, { id, method, args = [] }) {
  try {
    // Then the lab is there, or it cannot be had.
    await load();
    if (PROPERTIES.includes(method)) return { id, result: lab[method] };
    if (!METHODS.includes(method)) throw new Error(`the lab has no method ${method}: choose one of ${METHODS.join(", ")}`);
    if (!Array.isArray(args)) throw new Error("args has to be a list, as [97]");
    return { id, result: await lab[method](...args) };
  } catch (error) {
    return { id, error: `${error?.message ?? error}` };
  }
}
