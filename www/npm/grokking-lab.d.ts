// The element's public contract. `tests/typings.rs` holds it against the source.

/** Every setting: the keys of attributes, of links and of `getConfig()`. */
export interface GrokkingLabConfig {
  /** What the table computes, for example `x+y` or `x/y`. */
  task: string;
  /** The modulus: operands and results are 0 … p − 1. */
  p: number;
  /** How many bits count; of a sum, its modulus; of points, their classes. */
  k: number;
  /** How many rows or points are drawn, for training and test together. */
  samples: number;
  /** How many points of the rare half of a class training shows for each of the other. */
  rare: number;
  /** How far points lie from their centre, along each axis; centres are √2 apart. */
  spread: number;
  /** Results changed by hand: x.y.c, joined by _. */
  cells: string;
  /** Which pairs stay together, in training or in test. */
  split: "random" | "mirrored" | "ordered";
  /** Share of all pairs that the network may see, between 0 and 1. */
  train: number;
  /** How much of the training pairs is in use; the others are test pairs meanwhile. Can change while running. */
  subset: number;
  /** Training and test examples change places. */
  swap: boolean;
  /** The share of the training pairs that get a random result. */
  noise: number;
  /** One number that fixes everything random: which pairs are shown, and the weights at the start. */
  seed: number;
  /** How many networks are trained side by side, each with the next seed. */
  seeds: number;
  /** The kind of network. */
  model: "transformer" | "encoder" | "mlp" | "diagonal";
  /** Transformer blocks. */
  layers: number;
  /** Width of the residual stream. */
  width: number;
  /** Attention heads of each block; they must divide the width. */
  heads: number;
  /** Hidden units per block. */
  mlp: number;
  /** What an MLP sees of a pair. */
  inputs: "two-hot" | "summed";
  embed: number;
  /** Numbers between the last hidden layer of an MLP and its answers; 0 for none. */
  unembed: number;
  /** Nonlinearity of the MLP. */
  activation: "relu" | "gelu" | "tanh" | "quadratic" | "identity";
  /** Whether the MLP has biases. */
  bias: boolean;
  /** The unembedding is the transpose of the embedding. */
  tied: boolean;
  /** Where values are brought to one scale, if anywhere. */
  norm: "none" | "pre" | "post";
  /** What tells the network which number comes first. */
  positions: "learned" | "sinusoidal" | "none";
  /** Factor of the attention scores. */
  attention: number;
  /** A factor of the outputs: a large one makes learning lazy, a small one makes it rich. */
  alpha: number;
  /** Variance of the initial weights. */
  init: "width" | "fan-in" | "torch" | "cube-root" | "analytic";
  /** Factor of all initial weights. */
  initscale: number;
  /** Further factor of the embedding. */
  initembed: number;
  /** A further factor, of the matrices of attention. */
  initattention: number;
  /** Further factor of the MLP's matrices. */
  initmlp: number;
  /** Further factor of the unembedding. */
  initunembed: number;
  /** How a gradient becomes a step. */
  optimizer: "adamw" | "adam" | "sgd" | "muon";
  /** Learning rate; can change while running. */
  lr: number;
  lrdecoder: number;
  /** Weight decay; can change while running. */
  wd: number;
  wdembed: number;
  /** Where weight decay pulls the weights. */
  decay: "zero" | "initial";
  /** Memory of the gradient's mean. */
  beta1: number;
  /** How long the gradient's square is remembered. */
  beta2: number;
  /** Keeps updates finite: it is added to the root of the gradient's mean square. */
  eps: number;
  /** For so many steps at the start the learning rate rises from zero. */
  warmup: number;
  /** The learning rate after the warm-up. */
  schedule: "constant" | "cosine";
  /** Pairs per step; 0 takes all training pairs. */
  batch: number;
  /** What training makes smaller. */
  loss: "cross-entropy" | "stablemax" | "mse" | "hinge";
  /** Number format of the softmax in the loss. */
  precision: "careful" | "f32" | "f16" | "f64";
  /** What is done to the gradient before each step. */
  filter: "none" | "grokfast-ema" | "grokfast-ma" | "orthogonal";
  /** How long the slow part of the gradient is remembered. */
  ema: number;
  /** How strongly the slow part of the gradient is added. */
  amplify: number;
  /** Over how many steps the gradient's mean is taken. */
  window: number;
  /** Holds the size of all weights at this multiple of their size at the start; 0 lets it go. */
  sphere: number;
  /** The share of hidden neurons left out at random in each step. */
  dropout: number;
  /** How much noise each step adds to the weights: its standard deviation. */
  weightnoise: number;
  /** How much noise is added to the update's direction: its standard deviation. */
  gradnoise: number;
  /** Takes the run back to its initial weights, of which this share stays, the others being 0 for good; 0 for none. */
  ticket: number;
  /** Which weights that share is. */
  mask: "largest" | "random" | "norm";
  /** Lets the run begin anew with initial weights, but for this; then another operation may go on in it. */
  keep: "none" | "embedding" | "frozen";
  /** Settings that change in the middle of the run: `179:wd=2` makes weight decay 2 after 179 steps. */
  at: string;
  /** Training ends here at the latest. */
  steps: number;
  /** When a run ends by itself: `grokked` or `limit`. */
  stop: "grokked" | "limit";
  /** A grid of runs of one or two settings: lr:1e-4..1e-2:6:log,wd:0..10:6, or width:32|64|128 for listed values. */
  sweep: string;
  /** Where to compute: `auto`, `gpu` or `cpu`. */
  backend: "auto" | "gpu" | "cpu";
  /** Workers that share a step on the CPU; 0 is automatic. */
  workers: number;
  /** Which shaders multiply matrices on the GPU, as a run reports them; empty measures which are fastest. */
  tiles: string;
  /** The set-up of a paper; other settings override it. */
  experiment: "" | "doshi" | "doshi-both" | "doshi-rule" | "power" | "nanda" | "nanda-slow" | "omnigrok" | "omnigrok-free" | "omnigrok-digits" | "omnigrok-digits-usual" | "omnigrok-landscape" | "gromov" | "gromov-trained" | "merrill" | "kumar" | "kumar-rich" | "lyu" | "lyu-large" | "lyu-small" | "lyu-misgrok" | "varma" | "varma-enough" | "minegishi" | "minegishi-random" | "minegishi-norm" | "grokfast" | "grokfast-ma" | "grokfast-adam" | "grokfast-adamw" | "prieto" | "prieto-plain" | "prieto-f16" | "prieto-f32" | "prieto-stablemax" | "hu" | "hu-more" | "manning" | "manning-small" | "carvalho" | "carvalho-rarer" | "carvalho-even" | "carvalho-none" | "miller" | "miller-30" | "miller-20" | "thilak" | "thilak-large" | "thilak-sgd" | "thilak-f64" | "davies" | "davies-width" | "furuta" | "furuta-times" | "furuta-transfer" | "furuta-alone" | "furuta-transfer-times" | "furuta-both" | "notsawo" | "fraction" | "li" | "li-even" | "li-wide" | "li-grokking" | "liu" | "liu-fast" | "phases" | "demoss" | "demoss-none" | "humayun" | "humayun-usual" | "fan" | "fan-shallow" | "fan-stages" | "murty" | "murty-positions" | "murty-depth" | "wang" | "wang-few" | "wang-comparison" | "zucchet" | "zucchet-1000" | "zucchet-500" | "zucchet-fewer" | "zucchet-memory" | "detours";
  /** Start by itself when scrolled into view. */
  autoplay: boolean;
  /** Controls and panels to leave out, separated by commas. */
  hide: string;
  /** Pictures of what the network knows beside a curve, or the curves alone; `auto` leaves the pictures out in a narrow column. */
  layout: "auto" | "stage" | "curves";
  /** A walk through the page and the run, a stop for each idea; the attribute without a value begins at the first. */
  tour: "off" | "puzzle" | "list" | "mirror" | "plateau" | "circle" | "waves" | "decay" | "own" | "papers";
  /** Colours: `light`, `dark`, or `auto`, as the page around it and the visitor have them. */
  theme: "auto" | "light" | "dark";
  /** How far the step axis reaches at least: a number of steps, or a name that labs of a page share; empty for the run alone. */
  axis: string;
  /** Visitors may change no settings but those that `allow` names. */
  readonly: boolean;
  /** The only settings that visitors may change, with ranges or values: `lr:0.001..0.01,wd:0|1,seed`. */
  allow: string;
  /** Steps per second; 0 is as fast as possible. */
  speed: number;
}

/** Settings as one gives them: values, the text of values, or null for what the experiment or else the standard set-up says. */
export type GrokkingLabSettings = { [K in keyof GrokkingLabConfig]?: GrokkingLabConfig[K] | `${GrokkingLabConfig[K]}` | null } & {
  /** @deprecated It is called `seeds` now. */
  runs?: GrokkingLabConfig["seeds"] | `${GrokkingLabConfig["seeds"]}` | null;
};

/** The attributes of the element, as frameworks set them. */
export interface GrokkingLabAttributes extends GrokkingLabSettings {
  /** The element follows the hash of the page's address, and writes it. */
  hash?: boolean | "" | undefined;
}

/** The measurements of one run, as columns of equal length. */
export interface GrokkingLabHistory {
  step: Uint32Array;
  trainLoss: Float32Array;
  testLoss: Float32Array;
  /** Between 0 and 1. */
  trainAccuracy: Float32Array;
  /** Between 0 and 1. */
  testAccuracy: Float32Array;
  /** L2 norm of all weights. */
  weightNorm: Float32Array;
  /** Share of training pairs for which the softmax has lost all other classes to rounding. */
  collapse: Float32Array;
  /** Share of training pairs whose loss is exactly 0. */
  zeroLoss: Float32Array;
  /** L2 norm of the gradient of the training loss, before filters and weight decay. */
  gradientNorm: Float32Array;
}

/** Where a run reached a threshold. */
export interface GrokkingLabMark {
  step: number;
  run: number;
}

/** What `getState()` answers: plain values, as JSON can hold them. */
export interface GrokkingLabState {
  version: number;
  /** The run's settings, as far as they differ from its experiment's or else the standard ones, with what changed on the way. */
  config: GrokkingLabSettings;
  state: GrokkingLab["state"];
  step: number;
  /** The view that is shown of the inside. */
  view: GrokkingLabView;
  /** The step that it shows; null for the present one. */
  at: number | null;
  /** The operands that were chosen there. */
  pair: [number, number];
  /** Whether the step axis is logarithmic. */
  log: boolean;
  /** Whether curves over steps are drawn smoothed, and faintly as they were measured. */
  smooth: boolean;
  /** The step at which the visitor thinks that the network finds the rule; null where nobody has guessed. */
  guess: number | null;
  /** What the curve of the stage shows. */
  curve: GrokkingLabChart;
  /** What the charts have from left to right: steps, or something else that is measured. */
  across: "step" | "trainLoss" | "testLoss" | "trainAccuracy" | "testAccuracy" | "weightNorm" | "collapse" | "zeroLoss" | "gradientNorm";
}

/** What charts show. */
export type GrokkingLabChart = "accuracy" | "loss" | "weightnorm" | "gradientnorm" | "rounding";

/** The views of the inside, as `hide` calls them. */
export type GrokkingLabView = keyof GrokkingLabSights;

/** What to look at. */
export interface GrokkingLabLook {
  /** The kept weights nearest to this step; the present ones if left out. */
  at?: number;
  /** The operands of the view `pair`; 0 if left out. */
  x?: number;
  y?: number;
  /** The plane of the view `embedding`; that of the strongest frequency if left out. */
  frequency?: number;
  /** Which parameter the view `matrix` shows, in the order of `norms`. */
  parameter?: number;
  /** Whether the view `progress` also finds how far the weights can be compressed, which takes long. */
  compressed?: boolean;
  /** Whether the view `progress` also finds the feature rank of every hidden layer of an MLP, unless `compressed` is asked for. */
  featureRank?: boolean;
  /** Whether the view `progress` also finds how far features have moved since the look before, unless one of these is asked for. */
  featureChange?: boolean;
  /** Hidden units of the last MLP that are switched off meanwhile. */
  neurons?: number[];
  /** Attention heads that are switched off meanwhile: layer and head. */
  heads?: [number, number][];
}

/** What every look says. */
export interface GrokkingLabSight {
  /** Whose weights these are. */
  step: number;
  /** With what is switched off, between 0 and 1. */
  trainAccuracy: number;
  testAccuracy: number;
  /** Steps whose weights are kept. */
  kept: Uint32Array;
}

/** What each view says beside that. Cells and shares of a table are one per pair (x, y), row by row. */
export interface GrokkingLabSights {
  operation: {
    /** 0 where the operation has no result, 1 for a test pair, 2 for a training pair. */
    kind: Uint8Array;
    truth: Uint16Array;
    /** The most probable answer, and its probability. */
    answer: Uint16Array;
    confidence: Float32Array;
    loss: Float32Array;
  };
  embedding: {
    parameter: string;
    /** Norm of each frequency; 0 is the constant. */
    spectrum: Float32Array;
    /** Frequencies that neurons compute with. */
    keys: Uint16Array;
    gini: number;
    /** Inverse participation ratio of the spectrum. */
    participation: number;
    /** The plane of `x` and `y`: that of a frequency, or of this principal component and the next. */
    frequency?: number;
    component?: number;
    /** The tokens in the order of the cycle, and where each lies. */
    tokens: Uint16Array;
    x: Float32Array;
    y: Float32Array;
  };
  neurons: {
    /** The best frequency of each neuron, and the share of its variance that it explains. */
    frequency: Uint16Array;
    explained: Float32Array;
    /** From this share on, a neuron counts as explained. */
    least: number;
  };
  patterns: {
    /** By layer, head and position: the attention that goes there for each pair, where 255 is all of it. Of sequences, one number: its
     * mean over all of them. */
    layers: Uint8Array[][][];
  };
  lens: {
    /** Answers to an example. */
    answers: number;
    /** Which kinds of examples there are; `apart` is out of distribution. */
    kinds: ("training" | "test" | "apart")[];
    /** By kind, layer and answer: the share of a sample that would be right if the network ended there, first after its embedding. */
    right: Float32Array;
  };
  losses: {
    /** Which kinds of examples there are; `apart` is out of distribution. */
    kinds: ("training" | "test" | "apart")[];
    /** By kind: the cross-entropy of each of its examples, nats. */
    losses: Float32Array[];
    /** Up to five examples of each kind with the largest loss; none where operands are no numbers from a table or a sequence. */
    hardest: Array<{
      kind: "training" | "test" | "apart";
      operands: Uint16Array;
      truth: number;
      answer: number;
      loss: number;
    }>;
  };
  progress: {
    steps: Uint32Array;
    /** Nanda et al. 2023; not a number where it is not defined. */
    restrictedLoss: Float32Array;
    excludedLoss: Float32Array;
    /** Of the embedding's spectrum. */
    gini: Float32Array;
    /** Of the spectrum of what takes the last hidden units to the logits. */
    readoutGini: Float32Array;
    /** Share of neurons that one frequency explains. */
    explained: Float32Array;
    /** Share of the embedding's variance in the key frequencies. */
    keyVariance: Float32Array;
    /** Share of hidden units that are as accurate as all (Merrill et al. 2023), of a network that is shown bits. */
    sparsity: Float32Array;
    /** Of the embedding (Furuta et al. 2024): the share of the frequencies that count, and how balanced their cosines and sines are. */
    frequencyDensity: Float32Array;
    coefficientRatio: Float32Array;
    /** How nearly the test pairs that are answered rightly are those whose first operand is 0: both of either (Davies et al. 2023). */
    zeros: Float32Array;
    /** Effective rank of what the last layer reads (Li et al. 2025): how many dimensions of it are used. */
    rankMe: Float32Array;
    /** L2 norm of the last layer, `W_U`; and how far what it reads has moved since the look before, as a share of what it was, if asked for
     * (Thilak et al. 2022). */
    readoutNorm: Float32Array;
    featureChange: Float32Array;
    /** Bytes to which the weights can be compressed without losing the training pairs (DeMoss et al. 2024), if asked for. */
    compressed: Float32Array;
    /** By hidden layer of an MLP, if asked for: the rank of its features (Fan et al. 2024). */
    featureRank: Float32Array[];
    /** Of an embedding whose vectors are added (Liu et al. 2022): the share of its possible parallelograms that it has, and the test
     * accuracy that these promise. */
    representationQuality: Float32Array;
    predictedAccuracy: Float32Array;
    /** Share of test pictures that is right although each pixel was changed by up to 0.06 to mislead the network (Humayun et al. 2024). */
    robust: Float32Array;
    /** How finely the network divides the space around test pictures (Humayun et al. 2024): how many neurons of a hidden layer change
     * their sign within a distance of 0.05. */
    localComplexity: Float32Array;
    /** Share of the examples out of distribution that is right (Wang et al. 2024), of a task that has such. */
    outOfDistribution: Float32Array;
    /** How evenly a transformer's heads look at the positions of a sequence: the entropy of attention, as a share of the largest
     * (Murty et al. 2023). */
    attentionSpread: Float32Array;
    /** Share of the attention where it is read out that goes to whom the question is about (Zucchet et al. 2025), of a task that
     * names somebody. */
    attentionToSubject: Float32Array;
    keys: Uint16Array;
    /** Hidden units of the last layer. */
    units: number;
    /** L2 norm of each parameter of the present weights. */
    norms: Record<string, number>;
  };
  pair: {
    x: number;
    y: number;
    /** Null where the operation has no result. */
    truth: number | null;
    trained: boolean;
    /** The most probable answers, and the right one. */
    answers: Uint16Array;
    probabilities: Float32Array;
    /** Frequencies that vote, their logit coefficients, and what each adds to the logit of each answer. */
    keys: Uint16Array;
    alphas: Float32Array;
    votes: Float32Array[];
  };
  matrix: {
    rows: number;
    columns: number;
    /** The largest magnitude. */
    largest: number;
    /** Each entry: 128 is 0, 1 and 255 are ∓ the largest. */
    cells: Uint8Array;
    /** Largest first. */
    singular: Float32Array;
    norms: Record<string, number>;
  };
}

/** The details of the element's events. */
export interface GrokkingLabEventDetails {
  /** There is a trainer. An element comes to it when it is first seen, or when a method needs it. */
  ready: { backend: string; adapter: string };
  /** A setting has changed, whoever changed it: all of them, as `getConfig()` has them. */
  config: { config: GrokkingLabConfig };
  /** It was started, paused, reset or has ended, by the page, the visitor or itself. */
  state: { state: GrokkingLab["state"]; step: number };
  /** The messages that the lab shows are others than before. */
  problems: { problems: string[] };
  /** The first run was measured. */
  metrics: {
    step: number;
    trainLoss: number;
    testLoss: number;
    trainAccuracy: number;
    testAccuracy: number;
    stepsPerSecond: number;
  };
  /** Train accuracy has reached 99 %. */
  memorized: GrokkingLabMark;
  /** Test accuracy has reached 95 %. */
  grok: GrokkingLabMark;
  /** A run of a sweep is decided. */
  run: { index: number; phase: GrokkingLabPhase };
  /** The table of runs has another run that was left, or one of them was named, noted, drawn or deleted: how many there are. */
  runs: { earlier: number };
  /** The run is over: it grokked and stayed so, the step limit is reached, or its loss is no number any more. */
  done: { step: number; reason: "grokked" | "limit" | "diverged" };
  /** What is wrong: with an attribute, with the trainer, or why the lab could not start. The only event that does not bubble. */
  error: { message: string };
}

/** What a run came to within its steps. */
export type GrokkingLabPhase = "confusion" | "memorisation" | "grokking" | "comprehension";

/** The table of runs: columns of equal length, a row for each run. The settings in which runs differ have columns of their names. */
export interface GrokkingLabRuns {
  seed: number[];
  /** Updates made; null where nothing is known yet, as everywhere below. */
  step: (number | null)[];
  memorized: (number | null)[];
  grok: (number | null)[];
  trainAccuracy: (number | null)[];
  testAccuracy: (number | null)[];
  trainLoss: (number | null)[];
  testLoss: (number | null)[];
  /** Energy of the train loss's oscillation in the first 400 steps (Notsawo et al. 2023). */
  oscillation: (number | null)[];
  /** Share of the examples out of distribution that is right, on average over the last fifth of a row of the table that came to its step
   * limit; null where a task has none. */
  outOfDistribution: (number | null)[];
  phase: (GrokkingLabPhase | null)[];
  /** What the phase is where pairs count as known from 90 % on, those of training and those of the test (Liu et al. 2022). */
  phase90: (GrokkingLabPhase | null)[];
  /** The sweep asks for it, the lab shows it, or it was left for another one. */
  kind: ("sweep" | "present" | "earlier")[];
  /** As the visitor calls it; empty without a name. */
  name: string[];
  /** What the visitor wrote about it. */
  note: string[];
  [setting: string]: (number | string | boolean | null)[];
}

/** What of a saved table is shown. */
export interface GrokkingLabTableOptions {
  /** False: not its sweep, but the runs that were left. */
  sweep?: boolean;
  /** False: none of its curves is drawn. */
  drawn?: boolean;
}

/** The element's events by name. */
export type GrokkingLabEventMap = { [K in keyof GrokkingLabEventDetails]: CustomEvent<GrokkingLabEventDetails[K]> };

/** The same as properties that some frameworks take: `ongrok` and so on. */
export type GrokkingLabHandlers = { [K in keyof GrokkingLabEventMap as `on${K}`]?: (event: GrokkingLabEventMap[K]) => void };

/**
 * Takes the files of the lab from another address, that of a copy of this package's folder, instead of from beside the
 * script. To be called right after the import.
 */
export function setBase(url: string | URL): void;

/**
 * Every setting is a property, which sets the attribute of its name; undefined removes it. What is read is the setting as it
 * is now; only `backend` tells what trains, once there is something.
 */
export interface GrokkingLab extends Partial<GrokkingLabConfig> {}

/** `<grokking-lab>`. Importing the module defines it. Promises are rejected when the lab cannot start or is removed. */
export class GrokkingLab extends HTMLElement {
  /** Trains, from the beginning if the run was over. */
  start(): void;
  /** Stops training; `start()` continues. */
  pause(): void;
  /**
   * Trains `n` more steps (1 if left out) than were asked for before, then pauses. The promise is kept with the step that is
   * reached, and broken when something comes in between, when the run is over before, or when `n` is no number of steps.
   */
  step(n?: number): Promise<number>;
  /** Back to step 0 of the same run. */
  reset(): void;
  /** The step at which the run comes to this; broken when the run ends before, fails or is replaced. It starts nothing. */
  until(what: "memorized" | "grok" | "done"): Promise<number>;
  /** Changes some settings; the answer says what is wrong with them, as sentences. A promise before the lab has loaded. */
  setConfig(config: GrokkingLabSettings): string[] | Promise<string[]>;
  /** All settings; null before the lab has loaded. */
  getConfig(): GrokkingLabConfig | null;
  /** What was measured; null before the lab has loaded. */
  getHistory(run?: number): GrokkingLabHistory | null;
  /** What is on the page: the run's settings, where it is, and what of it is looked at; null before the lab has loaded. */
  getState(): GrokkingLabState | null;
  /** Shows what `getState()` told, at its beginning; the answer says what is wrong with it. A promise before the lab has loaded. */
  setState(state: Partial<GrokkingLabState>): string[] | Promise<string[]>;
  /** What a view of the inside shows, as numbers. Rejected where the network has nothing of the kind. */
  inspect<V extends GrokkingLabView>(view: V, look?: GrokkingLabLook): Promise<GrokkingLabSight & { view: V } & GrokkingLabSights[V]>;
  /** The measurements as comma-separated values; null before the lab has loaded. */
  exportCSV(): string | null;
  /** The measurements with settings, backend and link, as JSON; null before the lab has loaded. */
  exportJSON(): string | null;
  /** A chart as an SVG document; null before the lab has loaded. */
  exportSVG(chart?: GrokkingLabChart): string | null;
  /** A chart as a PNG, twice the size of the screen. */
  exportPNG(chart?: GrokkingLabChart): Promise<Blob>;
  /** The weights in the safetensors format. */
  exportWeights(): Promise<Uint8Array>;
  /** A file with settings, curves and weights, which `openRun()` goes on from. */
  saveRun(): Promise<Uint8Array>;
  /** Goes on with a saved run, paused. Rejected with what is wrong with the file. */
  openRun(bytes: Uint8Array): Promise<void>;
  /** All runs of the table: those of the sweep first, then the present one and those that were left. */
  getRuns(): Promise<GrokkingLabRuns>;
  /** Trains the runs of the table. The promise is kept when they have begun. */
  startRuns(): Promise<void>;
  /** Stops training them; `startRuns()` continues. */
  pauseRuns(): Promise<void>;
  /** The table as bytes: runs that were left, and those of the sweep that are decided; null where there is nothing to keep. */
  saveRuns(): Promise<Uint8Array | null>;
  /**
   * Shows a saved table, paused: its sweep with its settings, and the runs that were left beside those that are there. Rejected
   * where the bytes cannot be read.
   */
  openRuns(bytes: Uint8Array, options?: GrokkingLabTableOptions): Promise<void>;
  /** Bytes that `restore()` continues from. */
  snapshot(): Promise<Uint8Array>;
  /** Continues a snapshot, paused, as soon as there is a trainer. */
  restore(bytes: Uint8Array): Promise<void>;
  readonly state: "idle" | "running" | "paused" | "done" | "error";
  /** What trains; empty until `ready`. */
  readonly device: "" | "gpu" | "cpu";
  /** The name of what trains; empty until `ready`. */
  readonly adapter: string;
  /** The messages that the lab shows, as sentences. */
  readonly problems: string[];

  addEventListener<K extends keyof GrokkingLabEventMap>(
    type: K,
    listener: (this: GrokkingLab, event: GrokkingLabEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: HTMLElement, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof GrokkingLabEventMap>(
    type: K,
    listener: (this: GrokkingLab, event: GrokkingLabEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: HTMLElement, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "grokking-lab": GrokkingLab;
  }
}
