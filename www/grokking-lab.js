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
  gpu: ["assets/gpu.js", "assets/gpu_bg.wasm"],
  cpu: ["assets/cpu.js", "assets/cpu_bg.wasm"],
  cpu_relaxed: ["assets/cpu_relaxed.js", "assets/cpu_relaxed_bg.wasm"],
  bench: ["assets/bench.js", "assets/bench_bg.wasm"],
  bench_relaxed: ["assets/bench_relaxed.js", "assets/bench_relaxed_bg.wasm"],
};
const WORKER = "assets/worker.js";
const address = (file) => new URL(file, import.meta.url).href;

// A page opened with `?bench` shows the benchmark, whose builds have everything in one.
const bench = new URLSearchParams(location.search).has("bench");
const relaxed = WebAssembly.validate(PROBE) ? "_relaxed" : "";
const all = bench ? `bench${relaxed}` : "";
/** The build that each kind of trainer is in. */
export const trainers = { gpu: all || "gpu", cpu: all || `cpu${relaxed}` };

/** Why there is no GPU that is worth loading its build for; undefined where there is one. */
const noGpu = Promise.race([probe(), new Promise((resolve) => setTimeout(resolve, 5000, "the browser's WebGPU does not answer"))]);
async function probe() {
  if (!navigator.gpu) return "this browser offers no WebGPU here";
  // Some browsers have no adapter yet right after their start.
  for (const pause of [0, 50, 200]) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
    // Browsers of 2024 and before say it in another place.
    if (adapter?.info?.isFallbackAdapter ?? adapter?.isFallbackAdapter) return "the only GPU adapter is a slow software one";
    if (adapter) return undefined;
  }
  return "the browser has WebGPU, but found no adapter for it";
}

const compile = async (url) => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} cannot be had: ${response.status}`);
  // What the host calls something else than wasm cannot be compiled while it loads.
  const known = response.headers.get("content-type") === "application/wasm";
  return known ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
};
const modules = {};
/** A build's compiled module, once for all elements of a page; the error, if it cannot be had this time. */
const compiled = (build) => (modules[build] ??= compile(address(BUILDS[build][1])).catch((error) => {
  delete modules[build];
  return error;
}));

/** Starts a worker that trains on a `gpu` or `cpu`. Its first message is the module, so that nothing is compiled twice. */
const launch = (engine) => {
  const build = trainers[engine];
  let url = `${address(WORKER)}?script=${encodeURIComponent(address(BUILDS[build][0]))}`;
  // Browsers start workers only from the page's own origin. Elsewhere, a script of that origin imports the real one.
  if (new URL(url).origin !== location.origin) {
    url = URL.createObjectURL(new Blob([`import ${JSON.stringify(url)};`], { type: "text/javascript" }));
  }
  const worker = new Worker(url, { type: "module", name: `grokking-lab ${engine}` });
  compiled(build).then((module) => worker.postMessage(module));
  return worker;
};

/** What was measured of the experiments, as text. */
const records = async () => {
  const response = await fetch(address("assets/experiments.txt"));
  if (!response.ok) throw new Error(`the server answers ${response.status}`);
  return response.text();
};

const page = all || "lab";
const script = import(address(BUILDS[page][0]));
const module = compiled(page);
/** Settles when the page's module is there and it is known what trains; the trainer is on its way by then. */
export const loading = (async () => {
  const lab = await script;
  const wasm = await module;
  if (wasm instanceof Error) throw wasm;
  await lab.default({ module_or_path: wasm });
  return { lab, noGpu: await noGpu };
})();

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
    this.#prefetch();
    loading.then(({ lab: { Lab, show_bench }, noGpu }) => {
      if (!this.isConnected) return;
      if (bench && this.hasAttribute("hash")) return show_bench(this.#root, launch);
      this.#lab = new Lab(this, this.#root, launch, records, noGpu);
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

  /** Has the trainer loaded together with the page, not after it. */
  async #prefetch() {
    const hash = this.hasAttribute("hash") ? new URLSearchParams(location.hash.slice(1)) : new Map();
    const asked = hash.get("backend") ?? this.getAttribute("backend");
    compiled(trainers[asked] ?? trainers[(await noGpu) ? "cpu" : "gpu"]);
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
