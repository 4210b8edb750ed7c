// `import "grokking-lab/vue"` defines the element, and tells Vue's templates about it.
import type { DefineComponent } from "vue";
import type { GrokkingLabAttributes, GrokkingLabEventMap } from "./grokking-lab.js";

export * from "./grokking-lab.js";

type Handlers = { [K in keyof GrokkingLabEventMap as `on${Capitalize<K>}`]?: (event: GrokkingLabEventMap[K]) => void };

declare module "vue" {
  interface GlobalComponents {
    "grokking-lab": DefineComponent<GrokkingLabAttributes & Handlers>;
  }
}
