// `import "grokking-lab/solid"` defines the element, and tells Solid's JSX about it.
import type { JSX } from "solid-js";
import type { GrokkingLab, GrokkingLabAttributes, GrokkingLabEventMap } from "./grokking-lab.js";

export * from "./grokking-lab.js";

declare module "solid-js" {
  namespace JSX {
    interface IntrinsicElements {
      "grokking-lab": JSX.HTMLAttributes<GrokkingLab> & GrokkingLabAttributes &
        { [K in keyof GrokkingLabEventMap as `on:${K}`]?: (event: GrokkingLabEventMap[K]) => void };
    }
  }
}
