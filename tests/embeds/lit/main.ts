// Lit: attributes, and properties with a dot.
import { html, render } from "lit";
import "grokking-lab";

render(
  html`<grokking-lab p="11" .width=${16} .heads=${2} .mlp=${32} backend="cpu" .steps=${40} .speed=${0} .bias=${true} .tied=${false}></grokking-lab>`,
  document.querySelector<HTMLElement>("#app")!,
);
const lab = document.querySelector("grokking-lab")!;
lab.addEventListener("grok", (event) => console.info(event.detail.step));
lab.start();
