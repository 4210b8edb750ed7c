// <grokking-lab>: the shell of the element. It loads the module, and forwards life cycle, methods and properties to it.
// Importing it where there is no page, as on a server, does nothing.
import { get, noGpu, relaxed, trusted } from "./assets/machine.js";

// Every setting is an attribute and a property. `tests/typings.rs` compares the lists with the module's.
const KEYS = (
  "task p k samples rare spread cells split train subset swap noise seed seeds model layers width heads mlp inputs embed unembed activation " +
  "bias tied norm positions attention alpha init initscale initembed initattention initmlp initunembed optimizer lr lrdecoder wd " +
  "wdembed decay beta1 beta2 eps warmup schedule batch loss precision filter ema amplify window sphere dropout weightnoise gradnoise " +
  "ticket mask keep at steps stop sweep backend workers tiles experiment autoplay hide layout tour theme axis readonly allow speed"
).split(" ");
// Former names, which pages may still have as attributes.
const FORMER = ["runs"];

/** What each build consists of. Bundlers find files by such literal addresses; they are looked at when they are needed. */
export const builds = {
  lab: {
    load: () => import("./assets/lab.js"),
    script: () => new URL("./assets/lab.js", import.meta.url),
    wasm: () => new URL("./assets/lab_bg.wasm", import.meta.url),
    // Parts of the module: what a run needs, what somebody asks for, and what both need.
    run: () => new URL("./assets/lab_run.wasm", import.meta.url),
    later: () => new URL("./assets/lab_later.wasm", import.meta.url),
    both: () => new URL("./assets/lab_both.wasm", import.meta.url),
  },
  gpu: { script: () => new URL("./assets/gpu.js", import.meta.url), wasm: () => new URL("./assets/gpu_bg.wasm", import.meta.url) },
  cpu: { script: () => new URL("./assets/cpu.js", import.meta.url), wasm: () => new URL("./assets/cpu_bg.wasm", import.meta.url) },
  cpu_relaxed: {
    script: () => new URL("./assets/cpu_relaxed.js", import.meta.url),
    wasm: () => new URL("./assets/cpu_relaxed_bg.wasm", import.meta.url),
  },
  bench: {
    load: () => import("./assets/bench.js"),
    script: () => new URL("./assets/bench.js", import.meta.url),
    wasm: () => new URL("./assets/bench_bg.wasm", import.meta.url),
  },
  bench_relaxed: {
    load: () => import("./assets/bench_relaxed.js"),
    script: () => new URL("./assets/bench_relaxed.js", import.meta.url),
    wasm: () => new URL("./assets/bench_relaxed_bg.wasm", import.meta.url),
  },
  /** What was measured of the experiments. */
  records: () => new URL("./assets/experiments.txt", import.meta.url),
  /** Handwritten digits, which a worker fetches once a run needs them. */
  digits: () => new URL("./assets/digits.txt", import.meta.url),
  /** The texts in other languages than English. */
  texts: {
    de: () => new URL("./assets/de.json", import.meta.url),
    es: () => new URL("./assets/es.json", import.meta.url),
    fr: () => new URL("./assets/fr.json", import.meta.url),
  },
};

let parts = builds;
let moved;
/** Takes the lab's files from another address: that of a copy of the folder that this script came from. */
export function setBase(url) {
  const script = new URL("grokking-lab.js", new URL(`${url}`.replace(/\/?$/, "/"), document.baseURI)).href;
  moved = import(/* webpackIgnore: true */ /* @vite-ignore */ script).then((there) => { parts = there.builds; });
  // Whoever needs the files hears of a failure.
  moved.catch(() => {});
}

// A page opened with `?bench` shows the benchmark, whose builds have everything in one.
const bench = new URLSearchParams(globalThis.location?.search).has("bench");
/** The build that a `gpu` or a `cpu` trains with. */
export const trainer = (engine) => bench ? `bench${relaxed()}` : engine === "gpu" ? "gpu" : `cpu${relaxed()}`;

// Some bundlers give a path only.
const at = (file) => new URL(file(), document.baseURI);
const compile = async ({ wasm }) => {
  const response = await get(at(wasm));
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("text/html")) throw Object.assign(new Error(`${response.url} cannot be had: the server answers with a page`), { status: 404 });
  // What the host calls something else than wasm cannot be compiled while it loads.
  return type === "application/wasm" ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
};
const modules = {};
/** A build's compiled module, once for all elements of a page; the error, if it cannot be had this time. */
const compiled = (build) => modules[build] ??= compile(parts[build]).catch((error) => {
  delete modules[build];
  return error;
});

/** Starts a worker that trains on a `gpu` or `cpu`. Its first message has the module, so that nothing is compiled twice. */
const launch = (engine) => {
  const build = trainer(engine);
  const { href: script, origin } = at(parts[build].script);
  let url = script;
  let type = "module";
  // Browsers start workers only from the page's own origin, and sandboxed pages have none. There, a script of the page
  // imports the real one, and hands it the messages that came before.
  if (origin !== globalThis.origin) {
    const text = `onmessage=e=>import(${JSON.stringify(url)}).then(()=>onmessage(e)).catch(e=>setTimeout(()=>{throw e}))`;
    url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    type = "classic";
  }
  const worker = new Worker(trusted(url), { type, name: `grokking-lab ${engine}` });
  compiled(build).then((module) => worker.postMessage([module, at(parts.digits).href]));
  // To be named, should it be missing.
  return Object.assign(worker, { script });
};
const records = async () => (await get(at(parts.records))).text();
// What the page's module shares with its parts, and those that are loaded.
let shared;
const loadedParts = {};
/** Loads a part of the page's module, once for all elements of a page. What fails can be tried again. */
export const part = (name) => loadedParts[name] ??= (async () => {
  // The benchmark's module has everything in it.
  if (bench) return;
  const [wasm] = await Promise.all([compile({ wasm: parts.lab[name] }), name === "both" ? load() : part("both")]);
  await WebAssembly.instantiate(wasm, { __wasm_split: shared });
})().catch((error) => {
  delete loadedParts[name];
  throw error;
});

let loaded;
// How often the module's script could not be had.
let missed = 0;
/** The page's module, and why there is no GPU; the trainer is on its way by then. What fails can be tried again. */
export const load = () => loaded ??= (async () => {
  let refused;
  const refuse = (event) => { refused = event; };
  document.addEventListener("securitypolicyviolation", refuse);
  try {
    await moved;
    const page = bench ? trainer() : "lab";
    const module = compiled(page);
    // Browsers do not ask again for a script that they could not have, except at another address.
    const again = () => import(/* webpackIgnore: true */ /* @vite-ignore */ `${parts[page].script()}?again=${missed}`);
    const lab = await (missed ? again() : parts[page].load()).catch((error) => { missed += 1; throw error; });
    const wasm = await module;
    if (wasm instanceof Error) throw wasm;
    shared = await lab.default({ module_or_path: wasm });
    return { lab, noGpu: await noGpu() };
  } catch (error) {
    loaded = undefined;
    throw Object.assign(new Error(`The lab could not start. ${error?.message ?? error}.`, { cause: error }), { refused });
  } finally {
    document.removeEventListener("securitypolicyviolation", refuse);
  }
})();

/** The language of a lab: its own, on a page of ours what its visitor wants, elsewhere what is spoken around it. */
export const language = (lab) => {
  const wishes = [lab.getAttribute("lang")];
  if (lab.hasAttribute("hash")) wishes.push(new URLSearchParams(location.search).get("lang"));
  else for (let around = lab; around; around = around.parentNode ?? around.host) wishes.push(around.lang);
  return [...wishes, ...navigator.languages].map((tag) => `${tag || ""}`.split("-")[0].toLowerCase())
    .find((code) => code === "en" || code in builds.texts) ?? "en";
};
const catalogs = {};
/** The texts in a language, by the English ones, which the module has learnt then; none for English, and where they cannot be had. */
export const texts = (code) => catalogs[code] ??= (async () => {
  await moved;
  if (!(code in parts.texts)) return {};
  const [translations, { lab }] = await Promise.all([get(at(parts.texts[code])).then((response) => response.json()), load()]);
  lab.learn(code, Object.entries(translations).flat());
  return translations;
})().catch(() => {
  delete catalogs[code];
  return {};
});

/** A lab that is out of the page for longer has been removed, milliseconds. */
const AWAY = 1000;

export class GrokkingLab extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = [...KEYS, ...FORMER];
  #root = this.attachShadow({ mode: "open" });
  #lab = null;
  #booting = false;
  #failed = false;
  // What waits for the lab, and how to tell whoever waits for an answer that there will be none.
  #calls = [];
  #waiting = new Set();
  // Attributes that have changed and were not applied yet.
  #changed = new Set();
  #leaving = 0;
  #spoken = "";
  #languages = new MutationObserver(() => this.#speak());

  /** *Start* takes the focus, or the lab itself where that is hidden. Where the browser delegated it, the lab's text could not be selected. */
  focus(options) {
    const [lab, start] = [".lab", "[data-action=toggle]"].map((part) => this.#root.querySelector(part));
    (start?.checkVisibility() ? start : lab)?.focus(options);
  }

  constructor() {
    super();
    // Until the lab is there, the element shows what the page put into it.
    this.#root.append(document.createElement("slot"));
  }

  connectedCallback() {
    clearTimeout(this.#leaving);
    // Properties that were set before this script came.
    for (const key of GrokkingLab.observedAttributes.filter((key) => Object.hasOwn(this, key))) {
      const value = this[key];
      delete this[key];
      this[key] = value;
    }
    // Of the element, or of what is around it.
    for (let root = this.getRootNode(); root; root = root.host?.getRootNode()) {
      this.#languages.observe(root, { attributeFilter: ["lang"], subtree: true });
    }
    this.#speak();
    this.#boot();
  }

  disconnectedCallback() {
    this.#languages.disconnect();
    // Pages move elements, some with a pause between taking out and putting in; only a removal ends the run.
    this.#leaving = setTimeout(() => {
      this.#lab?.free();
      this.#lab = null;
      this.#giveUp(new Error("the lab was removed from the page"));
    }, AWAY);
  }

  attributeChangedCallback(name) {
    // A lab reads them all when it begins. Later, what is set together applies together.
    if (!this.#lab) return;
    if (this.#changed.size === 0) queueMicrotask(() => this.#apply());
    this.#changed.add(name);
  }

  async #boot() {
    if (this.#lab || this.#booting) return;
    this.#booting = true;
    this.#failed = false;
    this.#prefetch();
    try {
      const spoken = this.#spoken = language(this);
      const [{ lab: { Lab, show_bench }, noGpu }] = await Promise.all([load(), texts(spoken)]);
      // What is asked for from the start is there in the first look.
      if (this.#wish("experiment")) await part("later").catch(() => {});
      if (!this.isConnected) return;
      if (bench && this.hasAttribute("hash")) {
        show_bench(this.#root, launch);
        return this.#giveUp(new Error("this page shows the benchmark"));
      }
      this.#lab = new Lab(this, this.#root, launch, records, part, noGpu, spoken);
    } catch (error) {
      return await this.#fail(error);
    } finally {
      this.#booting = false;
    }
    this.#complain(this.#lab.problems);
    this.#speak();
    for (const call of this.#calls.splice(0)) call();
  }

  /** Goes over to another language, if the page has. */
  async #speak() {
    const spoken = language(this);
    if (!this.#lab || spoken === this.#spoken) return;
    this.#spoken = spoken;
    await texts(spoken);
    // It may have changed again.
    if (spoken === this.#spoken) this.#lab?.speak(spoken);
  }

  /** A setting as the address or an attribute has it. */
  #wish(key) {
    const hash = this.hasAttribute("hash") ? new URLSearchParams(location.hash.slice(1)) : new Map();
    return hash.get(key) ?? this.getAttribute(key);
  }

  /** Has the trainer loaded together with the page, not after it. */
  async #prefetch() {
    const wish = this.#wish("backend");
    const known = ["gpu", "cpu"].includes(wish);
    await moved?.catch(() => {});
    if (this.#wish("experiment")) part("later").catch(() => {});
    compiled(trainer(known ? wish : (await noGpu()) ? "cpu" : "gpu"));
  }

  async #fail(error) {
    const plain = { message: `${error?.message ?? error}`, again: "Try again", lang: "en" };
    const said = await import("./assets/trouble.js").then(({ explain }) => explain(error, language(this)), () => plain);
    const { message } = said, text = document.createElement("p"), again = document.createElement("button");
    text.setAttribute("role", "alert");
    for (const part of [text, again]) Object.assign(part, { lang: said.lang, dir: "ltr" });
    text.textContent = message;
    again.type = "button";
    again.textContent = said.again;
    again.onclick = () => this.#boot();
    this.#root.replaceChildren(text, again);
    this.#failed = true;
    this.#giveUp(new Error(message));
    this.#complain([message]);
  }

  #giveUp(error) {
    this.#calls = [];
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
  }

  #complain(problems) {
    if (problems.length) this.dispatchEvent(new CustomEvent("error", { detail: { message: problems.join(" ") } }));
  }

  #apply() {
    const changed = Array.from(this.#changed, (key) => [key, this.getAttribute(key)]);
    this.#changed.clear();
    if (this.#lab && changed.length) this.#complain(this.#lab.setConfig(Object.fromEntries(changed)));
  }

  /** The lab as its attributes want it, if it is there. */
  get #now() {
    this.#apply();
    return this.#lab;
  }

  /** Calls the lab now, or as soon as it is there. The promise settles in any case. */
  #call(call) {
    const promise = new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      const begin = () => new Promise((resolve) => resolve(call(this.#now))).then(resolve, reject).finally(() => this.#waiting.delete(reject));
      if (this.#lab) begin();
      else this.#calls.push(begin);
    });
    // What has failed is tried again.
    if (this.isConnected) this.#boot();
    return promise;
  }

  /** The same for methods that take what is loaded when it is asked for. */
  async #whole(call) {
    await this.#call(() => part("later"));
    return this.#call(call);
  }

  /** The same for methods that nobody has to wait for: failures are told by the `error` event. */
  #tell(call) {
    const promise = this.#call(call);
    promise.catch(() => {});
    return promise;
  }

  start() { this.#tell((lab) => lab.start()); }
  pause() { this.#tell((lab) => lab.pause()); }
  step(n = 1) { return this.#tell((lab) => lab.step(n)); }
  reset() { this.#tell((lab) => lab.reset()); }
  setConfig(config) {
    const ours = typeof config === "object" && config !== null && !Array.isArray(config);
    if (!ours) return ["The settings have to be an object, as { p: 31 }."];
    return this.#now?.setConfig(config) ?? this.#call((lab) => lab.setConfig(config));
  }
  until(what) { return this.#tell((lab) => lab.until(`${what}`)); }
  inspect(view, options) { return this.#whole((lab) => lab.inspect(`${view}`, options)); }
  setState(state) {
    if (typeof state !== "object" || state === null) return ["The state has to be an object, as getState() answers it."];
    return this.#now?.setState(state) ?? this.#call((lab) => lab.setState(state));
  }
  snapshot() { return this.#call((lab) => lab.snapshot()); }
  restore(bytes) { return this.#whole((lab) => lab.restore(bytes)); }
  exportPNG(chart = "accuracy") { return this.#whole((lab) => lab.exportPNG(`${chart}`)); }
  exportWeights() { return this.#call((lab) => lab.exportWeights()); }
  saveRun() { return this.#call((lab) => lab.saveRun()); }
  openRun(bytes) { return this.#whole((lab) => lab.openRun(bytes)); }
  getRuns() { return this.#whole((lab) => lab.getRuns()); }
  startRuns() { return this.#whole((lab) => lab.startRuns()); }
  pauseRuns() { return this.#whole((lab) => lab.pauseRuns()); }
  saveRuns() { return this.#whole((lab) => lab.saveRuns() ?? null); }
  openRuns(bytes, options = {}) { return this.#whole((lab) => lab.openRuns(bytes, options)); }

  // Answers of a lab that is not there yet are null: wait for the `ready` event.
  getConfig() { return this.#now?.getConfig() ?? null; }
  getState() { return this.#now?.getState() ?? null; }
  getHistory(run = 0) { return this.#now?.getHistory(run) ?? null; }
  exportCSV() { return this.#now?.exportCSV() ?? null; }
  exportJSON() { return this.#now?.exportJSON() ?? null; }
  exportSVG(chart = "accuracy") { return this.#now?.exportSVG(chart) ?? null; }

  get state() { return this.#lab?.state ?? (this.#failed ? "error" : "idle"); }
  get device() { return this.#lab?.device ?? ""; }
  get adapter() { return this.#lab?.adapter ?? ""; }
  get problems() { return this.#lab?.problems ?? []; }
}

/** An attribute's value, as far as it can be told without the table of settings. */
const read = (text) => text === "true" || text === "false" ? text === "true" : text?.trim() && !isNaN(text) ? Number(text) : text ?? undefined;
for (const key of GrokkingLab.observedAttributes) {
  Object.defineProperty(GrokkingLab.prototype, key, {
    configurable: true,
    enumerable: true,
    // Whoever reads `backend` has always heard what trains.
    get() { return (key === "backend" && this.device) || (this.getConfig()?.[key] ?? read(this.getAttribute(key))); },
    set(value) {
      if (value === null || value === undefined) this.removeAttribute(key);
      else this.setAttribute(key, value);
    },
  });
}

if (globalThis.customElements && !customElements.get("grokking-lab")) customElements.define("grokking-lab", GrokkingLab);
