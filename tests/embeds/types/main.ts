// What TypeScript has to accept and to refuse, in every way of resolving packages.
import { GrokkingLab, setBase } from "grokking-lab";
import type { GrokkingLabConfig, GrokkingLabHistory, GrokkingLabState } from "grokking-lab";

const lab = document.querySelector("grokking-lab")!;
const same: GrokkingLab = lab;
lab.p = 31;
lab.backend = "gpu";
lab.bias = false;
lab.hide = undefined;
// @ts-expect-error: not one of the choices.
lab.backend = "tpu";
// @ts-expect-error: a number.
lab.p = "x";
// @ts-expect-error: read only.
lab.device = "gpu";
const device: "" | "gpu" | "cpu" = lab.device;
const noted = (event: CustomEvent<{ step: number; run: number }>) => void event.detail.step;
lab.addEventListener("grok", noted);
lab.removeEventListener("grok", noted);
lab.addEventListener("error", ({ detail }) => void detail.message.length);
lab.addEventListener("click", ({ clientX }) => void clientX);
lab.addEventListener("anything", () => {});

async function all() {
  const problems: string[] = await lab.setConfig({ task: "x/y", p: 31, train: "0.5", seed: null, optimizer: "adamw" });
  // @ts-expect-error: no such key.
  lab.setConfig({ colour: "red" });
  const config: GrokkingLabConfig | null = lab.getConfig();
  const history: GrokkingLabHistory | null = lab.getHistory();
  await lab.step(7);
  const step: number = await lab.until("grok");
  // @ts-expect-error: nothing to wait for.
  lab.until("tomorrow");
  const { spectrum, trainAccuracy } = await lab.inspect("embedding", { at: step });
  const fractions: number[] = [trainAccuracy, ...spectrum];
  // @ts-expect-error: no such column.
  (await lab.inspect("neurons")).spectrum;
  const state: GrokkingLabState | null = lab.getState();
  if (state) void lab.setState(JSON.parse(JSON.stringify(state)));
  const picture: Blob = await lab.exportPNG("loss");
  lab.allow = "lr:0.001..0.01,seed";
  lab.addEventListener("config", ({ detail }) => void detail.config.p);
  lab.addEventListener("state", ({ detail }) => void (detail.state === "paused" && detail.step));
  await lab.openRun(await lab.saveRun());
  await lab.restore(await lab.snapshot());
  setBase("/lab/");
  return { same, device, problems, config, history, fractions, picture };
}
void all;
