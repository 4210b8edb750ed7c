// <grokking-lab>: the shell of the element. It loads the module, and forwards life cycle, methods and properties to it.

// The smallest module with a relaxed SIMD instruction. Browsers that accept it run the build with fused multiply-add,
// which trains about half as fast again on the CPU.
const PROBE = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0,
  65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
);
// What each build consists of. `cargo xtask dist` puts a hash of its content into the name of every file of assets/.
const BUILDS = {
  lab: ["assets/lab.js", "assets/lab_bg.wasm"],
  lab_relaxed: ["assets/lab_relaxed.js", "assets/lab_relaxed_bg.wasm"],
  lab_bench: ["assets/lab_bench.js", "assets/lab_bench_bg.wasm"],
  lab_relaxed_bench: ["assets/lab_relaxed_bench.js", "assets/lab_relaxed_bench_bg.wasm"],
};
// A page opened with `?bench` shows the benchmark, which is in builds of its own.
const bench = new URLSearchParams(location.search).has("bench") ? "_bench" : "";
/** The build that this browser runs. */
export const build = (WebAssembly.validate(PROBE) ? "lab_relaxed" : "lab") + bench;
const [script, module] = BUILDS[build].map((file) => new URL(file, import.meta.url));

const wasm = fetch(module);
/** Settles when the module is loaded and compiled. */
export const loading = import(script).then(async (lab) => {
  await lab.default({ module_or_path: wasm });
  return lab;
});
const worker = new URL(`assets/worker.js?script=${encodeURIComponent(script)}`, import.meta.url).href;

export class GrokkingLab extends HTMLElement {
  #root = this.attachShadow({ mode: "open", delegatesFocus: true });
  #lab = null;
  #booting = false;
  #failed = false;
  #calls = [];
  #leaving = 0;

  constructor() {
    super();
    // Until the lab is there, the element shows what the page put into it.
    this.#root.append(document.createElement("slot"));
  }

  connectedCallback() {
    clearTimeout(this.#leaving);
    if (this.#lab || this.#booting) return;
    this.#booting = true;
    loading.then(({ Lab, show_bench }) => {
      if (!this.isConnected) return;
      if (bench && this.hasAttribute("hash")) return show_bench(this.#root, worker);
      this.#lab = new Lab(this, this.#root, worker);
      for (const call of this.#calls.splice(0)) call(this.#lab);
    }).catch((error) => {
      this.#failed = true;
      const text = document.createElement("p");
      text.setAttribute("role", "alert");
      text.textContent = `The lab could not start: ${error?.message ?? error}. It needs a browser with WebAssembly SIMD (2023 or newer).`;
      this.#root.replaceChildren(text);
      this.dispatchEvent(new CustomEvent("error", { bubbles: true, composed: true, detail: { message: text.textContent } }));
    }).finally(() => { this.#booting = false; });
  }

  disconnectedCallback() {
    // Moving an element disconnects it for a moment; only a removal ends the run.
    this.#leaving = setTimeout(() => { this.#lab?.free(); this.#lab = null; });
  }

  /** Calls the lab now, or as soon as it is there. */
  #call(call) {
    return this.#lab ? call(this.#lab) : new Promise((resolve) => this.#calls.push((lab) => resolve(call(lab))));
  }

  start() { this.#call((lab) => lab.start()); }
  pause() { this.#call((lab) => lab.pause()); }
  step(n = 1) { this.#call((lab) => lab.step(n)); }
  reset() { this.#call((lab) => lab.reset()); }
  setConfig(config) { return this.#call((lab) => lab.setConfig(config)); }
  snapshot() { return this.#call((lab) => lab.snapshot()); }
  restore(bytes) { this.#call((lab) => lab.restore(bytes)); }
  exportWeights() { return this.#call((lab) => lab.exportWeights()); }
  saveRun() { return this.#call((lab) => lab.saveRun()); }
  openRun(bytes) { return this.#call((lab) => lab.openRun(bytes)); }

  // Answers of a lab that is not there yet are null: wait for the `ready` event.
  getConfig() { return this.#lab?.getConfig() ?? null; }
  getHistory(run = 0) { return this.#lab?.getHistory(run) ?? null; }
  exportCSV() { return this.#lab?.exportCSV() ?? null; }
  exportJSON() { return this.#lab?.exportJSON() ?? null; }
  exportSVG(chart = "accuracy") { return this.#lab?.exportSVG(chart) ?? null; }

  get state() { return this.#lab?.state ?? (this.#failed ? "error" : "idle"); }
  get backend() { return this.#lab?.backend ?? ""; }
  get adapter() { return this.#lab?.adapter ?? ""; }
}

if (!customElements.get("grokking-lab")) customElements.define("grokking-lab", GrokkingLab);
