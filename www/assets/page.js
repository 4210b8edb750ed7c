// What our own page does around its lab. It keeps itself for times without a network; only our own page does this: in other people's pages the element leaves
// their service workers alone.
import { language, load, texts, trainer } from "../grokking-lab.js";

// Browsers have service workers on https and localhost only. The lab loads first, so that its files are then at hand.
if (!new URLSearchParams(location.search).has("bench")) load()
  .then(({ noGpu }) => trainer(noGpu ? "cpu" : "gpu"))
  .then((build) => navigator.serviceWorker?.register(new URL(`../sw.js?build=${build}`, import.meta.url)))
  .catch((error) => console.warn(`This page will not work offline: ${error?.message ?? error}`));

// The page is written in English. In another language a paragraph becomes what the lab's catalog says of it.
const spoken = language(document.querySelector("grokking-lab"));
texts(spoken).then((translations) => {
  for (const part of document.querySelectorAll("title, h1, h2, p, li")) {
    const said = translations[part.innerHTML.replace(/(\s|&nbsp;)+/g, " ").trim()];
    if (said) part.innerHTML = said;
  }
  document.documentElement.lang = spoken;
});
// Another language is for the run that is shown.
for (const link of document.querySelectorAll(".languages a")) link.addEventListener("click", () => { link.hash = location.hash; });
