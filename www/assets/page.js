// Keeps the page for times without a network. Only our own page does this: in other people's pages the element leaves
// their service workers alone.
import { load, trainer } from "../grokking-lab.js";

// Browsers have service workers on https and localhost only. The lab loads first, so that its files are then at hand.
if (!new URLSearchParams(location.search).has("bench")) load()
  .then(({ noGpu }) => trainer(noGpu ? "cpu" : "gpu"))
  .then((build) => navigator.serviceWorker?.register(new URL(`../sw.js?build=${build}`, import.meta.url)))
  .catch((error) => console.warn(`This page will not work offline: ${error?.message ?? error}`));
