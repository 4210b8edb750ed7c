// `import "grokking-lab/svelte"` defines the element, and tells Svelte 5's templates about it.
import type { HTMLAttributes } from "svelte/elements";
import type { GrokkingLab, GrokkingLabAttributes, GrokkingLabHandlers } from "./grokking-lab.js";

export * from "./grokking-lab.js";

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "grokking-lab": Omit<HTMLAttributes<GrokkingLab>, keyof GrokkingLabHandlers> & GrokkingLabAttributes & GrokkingLabHandlers;
  }
}
