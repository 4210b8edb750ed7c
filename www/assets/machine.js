// What this machine can train with, what this page lets it load, and how that is had.

// The smallest module with a relaxed SIMD instruction. Browsers that accept it run the build with fused multiply-add,
// which trains about half as fast again on the CPU.
const PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0,
  65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
];
/** How builds for the CPU end here. */
export const relaxed = () => globalThis.WebAssembly?.validate(Uint8Array.from(PROBE)) ? "_relaxed" : "";

const probe = async () => {
  if (!navigator.gpu) return "this browser offers no WebGPU here";
  // Some browsers have no adapter yet right after their start.
  let why = "the browser has WebGPU, but found no adapter for it";
  for (const pause of [0, 50, 200]) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
      // Browsers of 2024 and before say it in another place.
      if (adapter?.info?.isFallbackAdapter ?? adapter?.isFallbackAdapter) return "the only GPU adapter is a slow software one";
      if (adapter) return undefined;
    } catch (error) {
      why = `the browser's WebGPU fails: ${error?.message ?? error}`;
    }
  }
  return why;
};
let asked;
/** Why there is no GPU that is worth loading its build for; undefined where there is one. */
export const noGpu = () => asked ??= Promise.race([
  probe(),
  new Promise((resolve) => setTimeout(resolve, 5000, "the browser's WebGPU does not answer")),
]);

let policy;
/** An address as pages with Trusted Types want it. */
export const trusted = (url) => {
  try {
    policy ??= globalThis.trustedTypes?.createPolicy("grokking-lab", { createScriptURL: (url) => url });
  } catch {
    // The page's list lacks the name: the browser will say so.
  }
  return policy?.createScriptURL(url) ?? url;
};

/** A connection that has not answered for so long may hang while others work, milliseconds. */
const PATIENCE = 10_000;
/** What the server answers; asked a second time, whichever answer comes first. */
const ask = (url) => new Promise((resolve, reject) => {
  const again = setTimeout(() => fetch(url, { cache: "no-store" }).then(resolve, () => {}), PATIENCE);
  fetch(url).then(resolve, reject).finally(() => clearTimeout(again));
});
/** The same, or an error with its `status`. */
export const get = async (url) => {
  const response = await ask(url);
  if (!response.ok) throw Object.assign(new Error(`${url} cannot be had: the server answers ${response.status}`), { status: response.status });
  return response;
};
