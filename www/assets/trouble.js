// Why the lab could not start, in words. Loaded only then.

// The smallest module with a SIMD instruction.
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11];

/** Sentences for an error, and for what the page's policy refused meanwhile, if it did. */
export function explain(error, refused) {
  const said = `${error?.message ?? error}`;
  const wasm = globalThis.WebAssembly;
  if (!wasm) {
    return "This browser runs no WebAssembly, which the lab needs: its settings or a protection have switched it off, " +
      "as the safer levels of the Tor Browser do, or it is from before 2017.";
  }
  if (!wasm.validate(Uint8Array.from(SIMD))) return "This browser’s WebAssembly has no SIMD; the lab needs a browser of 2023 or newer.";
  if (refused || /Content Security Policy|unsafe-eval/.test(said)) return forbidden(refused);
  if (error?.status) {
    return `${said}. The folder “assets” has to lie beside grokking-lab.js, complete and of the same release. ` +
      "A bundler that does not bring it along has to be told: the package’s README says how.";
  }
  if (/dynamically imported|importing a module/i.test(said)) {
    return `${said}. The file is missing on the server, the connection broke, or the server does not let other sites load it.`;
  }
  if (error instanceof TypeError && /fetch|network|load failed/i.test(said)) {
    return `Its files could not be loaded (${said}): there is no connection, or the server does not let other sites load them.`;
  }
  if (/URL/.test(said)) {
    return `Its files could not be found (${said}): a bundler has hidden where the script came from. ` +
      "Tell it with setBase(), as the package’s README says.";
  }
  return `${said}.`;
}

function forbidden(refused) {
  const what = refused?.blockedURI ?? "wasm-eval";
  const where = refused?.effectiveDirective ?? "script-src";
  const source = /^wasm|^eval/.test(what) ? "'wasm-unsafe-eval'" : what.split("/").slice(0, 3).join("/").replace(location.origin, "'self'");
  return `The page’s content security policy forbids it: its ${where.replace("-elem", "")} has to allow ${source}.`;
}
