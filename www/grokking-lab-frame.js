// For pages that embed the lab as a frame: makes each frame as high as its content. It listens only to frames that show
// the embed.html beside this script, and only to what they say about their height.
const lab = new URL("embed.html", import.meta.url);

const ours = (frame) => frame.src.split(/[?#]/)[0] === lab.href;
// In a sandbox, a page has no origin of its own.
const from = (frame) => frame.sandbox.length && !frame.sandbox.contains("allow-same-origin") ? "null" : lab.origin;

addEventListener("message", ({ source, origin, data }) => {
  if (data?.source !== "grokking-lab" || data.type !== "height") return;
  const { height } = data;
  if (!(height > 0 && height < 100_000)) return;
  for (const frame of document.querySelectorAll("iframe")) {
    if (frame.contentWindow !== source || !ours(frame) || origin !== from(frame)) continue;
    const border = getComputedStyle(frame).boxSizing === "border-box" ? frame.offsetHeight - frame.clientHeight : 0;
    frame.style.height = `${height + border}px`;
  }
});

// Frames that were there before this script say their height again. The greeting is for anybody: one that is still loading
// has another origin.
for (const frame of document.querySelectorAll("iframe")) {
  if (ours(frame)) frame.contentWindow?.postMessage({ target: "grokking-lab", version: 1, type: "hello" }, "*");
}
