// The notebook page: shows what the frame says, and the address of this very lab in the code.

const frame = document.querySelector("#frame");
const heard = document.querySelector("#heard");
const lab = new URL("../", import.meta.url).href;

for (const code of document.querySelectorAll("[data-code]")) {
  code.textContent = code.textContent.replaceAll("https://example.org/lab/", lab);
}

const percent = (fraction) => `${Math.round(100 * fraction)} %`;
const WORDS = {
  ready: ({ backend }) => `ready, on the ${backend.toUpperCase()}`,
  metrics: ({ step, trainAccuracy, testAccuracy }) => `step ${step}: train ${percent(trainAccuracy)}, test ${percent(testAccuracy)}`,
  grok: ({ step }) => `grok at step ${step}`,
  error: ({ message }) => message,
};

let grokked = "";
addEventListener("message", ({ source, origin, data }) => {
  if (source !== frame.contentWindow || origin !== new URL(lab).origin || data?.source !== "grokking-lab") return;
  const words = WORDS[data.type]?.(data);
  if (!words) return;
  if (data.type === "ready") grokked = "";
  if (data.type === "grok") grokked = `; ${words}`;
  heard.textContent = data.type === "grok" ? words : words + grokked;
});

// A frame that was ready before this page listened says so again.
frame.contentWindow?.postMessage({ target: "grokking-lab", version: 1, type: "hello" }, "*");
