// Preact: keys are properties.
import { render } from "preact";
import "grokking-lab/preact";

render(
  <grokking-lab p={11} width={16} heads={2} mlp={32} backend="cpu" steps={40} speed={0} bias tied={false} autoplay />,
  document.querySelector("#app")!,
);
