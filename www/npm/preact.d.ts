// `import "grokking-lab/preact"` defines the element, and tells Preact's JSX about it.
import type { HTMLAttributes } from "preact";
import type { GrokkingLab, GrokkingLabAttributes, GrokkingLabHandlers } from "./grokking-lab.js";

export * from "./grokking-lab.js";

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "grokking-lab": HTMLAttributes<GrokkingLab> & GrokkingLabAttributes & GrokkingLabHandlers;
    }
  }
}
