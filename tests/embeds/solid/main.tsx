// Solid: keys are attributes, or properties where `prop:` says so.
import { createSignal, onMount } from "solid-js";
import { render } from "solid-js/web";
import type { GrokkingLab } from "grokking-lab/solid";
import "grokking-lab/solid";

function App() {
  let lab!: GrokkingLab;
  const [p] = createSignal(11);
  onMount(() => lab.start());
  return <grokking-lab ref={lab} p={p()} width={16} heads="2" mlp={32} backend="cpu" steps={40} speed={0} bias={true} tied={false} on:grok={(event) => console.info(event.detail.step)} />;
}

render(() => <App />, document.querySelector("#app")!);
