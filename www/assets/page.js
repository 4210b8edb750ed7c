// What our own page does around its lab. It keeps itself for times without a network; only our own page does this: in other people's pages the element leaves
// their service workers alone.
import { language, load, texts, trainer } from "../grokking-lab.js";

// Browsers have service workers on https and localhost only. The lab loads first, so that its files are then at hand.
if (!new URLSearchParams(location.search).has("bench")) load()
  .then(({ noGpu }) => trainer(noGpu ? "cpu" : "gpu"))
  .then((build) => navigator.serviceWorker?.register(new URL(`../sw.js?build=${build}`, import.meta.url)))
  .catch((error) => console.warn(`This page will not work offline: ${error?.message ?? error}`));

const shown = document.querySelector("grokking-lab");

// The page is written in English. In another language a paragraph becomes what the lab's catalog says of it.
const spoken = language(shown);
const escaped = (text) => text.replace(/&/g, "&amp;");
const attribute = ({ name, value }) => ` ${name}="${escaped(value)}"`;
/** The markup inside an element, as catalogs have it. */
const markup = ({ childNodes }) => Array.from(childNodes, (node) => {
  if (node.nodeType === Node.TEXT_NODE) return escaped(node.data);
  return `<${node.localName}${Array.from(node.attributes ?? [], attribute).join("")}>${markup(node)}</${node.localName}>`;
}).join("").replace(/\s+/g, " ").trim();
Promise.all([load(), texts(spoken)]).then(([{ lab }, translations]) => {
  const written = spoken === "en" ? [] : document.querySelectorAll("title, h1, h2, p, li");
  for (const part of written) {
    const said = translations[markup(part)];
    if (said) lab.write(part, said);
  }
  document.documentElement.lang = spoken;
  // What cannot be loaded is said where the lab should be.
}).catch(() => {});
// The first words are about the run that is shown: those of the sums, or those of any other.
const words = document.querySelectorAll("header p");
const introduce = (sums) => words.forEach((part, other) => { part.hidden = !!other === sums; });
introduce(!/[#&](task|p|train|experiment)=/.test(location.hash));
shown.addEventListener("config", ({ detail }) => {
  const { task, p, train } = detail.config;
  introduce(task === "x+y" && p === 97 && train === 0.4);
});
// No link: the address is the run's. The button itself is another one in another language.
document.querySelector(".skip").addEventListener("click", () => shown.focus());
// Another language is for the run that is shown.
for (const link of document.querySelectorAll(".languages a")) link.addEventListener("click", () => { link.hash = location.hash; });
