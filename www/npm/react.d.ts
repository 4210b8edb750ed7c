// `import "grokking-lab/react"` defines the element, and tells React 19's JSX about it.
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { GrokkingLab, GrokkingLabAttributes, GrokkingLabHandlers } from "./grokking-lab.js";

export * from "./grokking-lab.js";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "grokking-lab": DetailedHTMLProps<HTMLAttributes<GrokkingLab>, GrokkingLab> & GrokkingLabAttributes & GrokkingLabHandlers;
    }
  }
}
