// The lessons: what each looks at in a run, and how the run itself answers the lesson's question.

const NEVER = Infinity;
const percent = (share) => `${Math.round(100 * share)} %`;
const times = (ratio) => `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} times`;

/** The first step at which a column of the history has come to a value, or none. */
const first = ({ step }, column, value) => step[column.findIndex((number) => number >= value)];

/** The index of the last measurement up to a step. */
const at = ({ step }, limit) => Math.max(step.findLastIndex((other) => other <= limit), 0);

/** The last run of a round that this seat has made. */
const last = (runs, round) => runs.findLast((run) => run.round === round);

const missing = (text) => ({ missing: text });
const FIRST_TRAIN = missing("Lock in a prediction first and let the network train: it is your own run that answers this.");

/** What to do where a question compares runs that have not all been made. */
function untrained(runs) {
  const names = Object.keys(runs).filter((round) => !runs[round]);
  const them = names.length > 1 ? "them" : "it";
  return missing(`This compares ${Object.keys(runs).join(" with ")}: first predict ${names.join(" and ")}, and let ${them} train.`);
}

/** What lessons have in common that predict when the rule is found. */
const STEP = { unit: "step", until: "grok", measure: (lab, { grokked }) => ({ happened: grokked ?? NEVER }) };

/**
 * Of each lesson: `unit` of its prediction; `until`, the event at which a run tells what happened; `measure`, what is kept of
 * the run beside its steps, with `happened` in that unit; and `judge`, which finds the right answer in what was kept of the runs:
 * the value of a choice on the page, and a sentence that says why.
 */
export const JUDGES = {
  puzzle: {
    ...STEP,
    judge(runs) {
      const run = runs.at(-1);
      if (!run) return FIRST_TRAIN;
      if (!run.grokked) return { answer: "never", because: `Your network had not found the rule by step ${run.ended}.` };
      // A rule can be found before the last of the list is known.
      if (!run.memorized) {
        return { answer: "same", because: `It had the rule at step ${run.grokked}, before it knew the last of its list.` };
      }
      const ratio = run.grokked / run.memorized;
      const answer = ratio < 2 ? "same" : ratio < 5 ? "few" : ratio < 10 ? "many" : "most";
      const because = `It knew its list at step ${run.memorized} and the rule at step ${run.grokked}: ${times(ratio)} as long.`;
      return { answer, because };
    },
  },

  list: {
    unit: "percent",
    until: "memorized",
    // Which of the unseen sums are right: those whose mirror image it was shown, and the others.
    async measure(lab, { memorized }) {
      if (memorized === undefined) return { happened: null };
      const { kind, truth, answer } = await lab.inspect("operation", { at: memorized });
      const p = Math.sqrt(kind.length);
      const count = { mirror: [0, 0], other: [0, 0] };
      kind.forEach((what, i) => {
        if (what !== 1) return;
        const mirror = kind[(i % p) * p + Math.floor(i / p)] === 2;
        const [right, all] = count[mirror ? "mirror" : "other"];
        count[mirror ? "mirror" : "other"] = [right + (answer[i] === truth[i] ? 1 : 0), all + 1];
      });
      const history = lab.getHistory();
      const happened = Math.round(100 * history.testAccuracy[at(history, memorized)]);
      const share = ([right, all]) => (all === 0 ? 0 : right / all);
      return { happened, mirror: share(count.mirror), other: share(count.other) };
    },
    judge(runs) {
      const run = last(runs.filter((run) => run.happened !== null), "A");
      if (!run) return missing("Lock in a prediction for A first: the network’s own table answers this.");
      const { mirror, other, happened } = run;
      const answer = happened > 90 ? "all" : mirror > 0.3 && mirror >= 2 * other ? "mirror" : happened < 10 ? "none" : "luck";
      const because = `Of the squares whose mirror image it was shown, ${percent(mirror)} were right; of the others, ${percent(other)}.`;
      return { answer, because };
    },
  },

  plateau: {
    ...STEP,
    judge(runs) {
      const [more, less] = [last(runs, "B"), last(runs, "C")];
      if (!more || !less) return untrained({ B: more, C: less });
      if (!more.grokked) return missing(`Your B did not find the rule within ${more.ended} steps. Ask a neighbour for theirs.`);
      if (!less.grokked) {
        return { answer: "never", because: `B found it at step ${more.grokked}; C had not by step ${less.ended}.` };
      }
      const ratio = less.grokked / more.grokked;
      const answer = ratio < 1 ? "shorter" : ratio <= 4 / 3 ? "third" : ratio <= 2 ? "twice" : ratio <= 4 ? "four" : "more";
      return { answer, because: `B found it at step ${more.grokked}, C at step ${less.grokked}: ${times(ratio)} as long.` };
    },
  },

  circle: {
    unit: "waves",
    until: "done",
    // How many waves the neurons follow, and how well the network does without those of the wave that most of them follow.
    async measure(lab, { grokked }) {
      const { keys } = await lab.inspect("embedding");
      const { frequency, explained, least } = await lab.inspect("neurons");
      const groups = new Map();
      frequency.forEach((wave, i) => {
        if (explained[i] >= least) groups.set(wave, [...(groups.get(wave) ?? []), i]);
      });
      const [wave, neurons] = [...groups].sort(([, a], [, b]) => b.length - a.length)[0] ?? [null, []];
      if (!grokked || wave === null) return { happened: keys.length, wave: null };
      const { testAccuracy } = await lab.inspect("operation", { neurons });
      return { happened: keys.length, wave, neurons: neurons.length, without: testAccuracy };
    },
    judge(runs) {
      const run = runs.at(-1);
      if (!run) return FIRST_TRAIN;
      if (run.wave === null) return missing("Your network has not found the rule, so there are no waves. Ask a neighbour for theirs.");
      const { without } = run;
      const answer = without > 0.9 ? "all" : without > 0.5 ? "most" : without > 0.1 ? "few" : "guess";
      const because = `Without the ${run.neurons} neurons of wave ${run.wave} it has ${percent(without)} of the unseen squares right.`;
      return { answer, because };
    },
  },

  decay: {
    ...STEP,
    until: "done",
    // How large all weights together were when it knew its list, and in the end.
    measure(lab, { memorized, grokked }) {
      const history = lab.getHistory();
      const norm = (step) => history.weightNorm[at(history, step)];
      return { happened: grokked ?? NEVER, norms: [norm(memorized ?? 0), norm(NEVER)] };
    },
    judge(runs) {
      const [pulled, free] = [last(runs, "A"), last(runs, "B")];
      if (!pulled || !free) return untrained({ A: pulled, B: free });
      const shrinks = ({ norms: [list, end] }) => end < list;
      const answer = `${shrinks(pulled) ? "shrink" : "grow"}-${shrinks(free) ? "shrink" : "grow"}`;
      const told = ({ norms: [list, end] }) => `from ${list.toFixed(1)} to ${end.toFixed(1)}`;
      const because = `From its list to the end, the size of the weights went ${told(pulled)} with decay, and ${told(free)} without.`;
      return { answer, because };
    },
  },

  own: {
    ...STEP,
    judge(runs) {
      const run = runs.findLast((run) => run.predicted !== null);
      if (!run) return missing("Lock in a prediction first: a hypothesis that predicts nothing cannot be tested.");
      const { predicted, happened } = run;
      const found = happened === NEVER ? `no rule by step ${run.ended}` : `the rule at step ${happened}`;
      const held = predicted === happened || Math.abs(predicted - happened) <= happened / 4;
      const answer = held ? "held" : (predicted === NEVER) === (happened === NEVER) ? "when" : "failed";
      return { answer, because: `You said ${predicted === NEVER ? "never" : `step ${predicted}`}; it was ${found}.` };
    },
  },
};

/** The steps at which a run memorised and grokked: as the lab said, or for a fork, as its curves say. */
export function milestones(history, said) {
  return {
    memorized: said.memorized ?? first(history, history.trainAccuracy, 0.99),
    grokked: said.grokked ?? first(history, history.testAccuracy, 0.95),
  };
}

/** How far off a prediction was, as two texts: for the table, and as a sentence. */
export function compare(unit, predicted, happened) {
  const [before, after] = { step: ["step ", ""], percent: ["", " %"] }[unit] ?? ["", ` ${unit}`];
  const words = (value) => (value === NEVER ? "never" : `${before}${value}${after}`);
  if (happened === null) return ["–", "It has not come that far, so there is nothing to compare."];
  const what = happened === NEVER ? "It has not found the rule" : `It was ${words(happened)}`;
  if (predicted === null) return ["–", `${what}; nothing had been predicted.`];
  if (predicted === happened) return ["0", `${what}, exactly as you said.`];
  if (predicted === NEVER) return ["–", `You thought it would not, and it did at step ${happened}.`];
  if (happened === NEVER) return ["–", `You said step ${predicted}, and it has not found the rule.`];
  const off = predicted - happened;
  return [`${off > 0 ? "+" : "−"}${Math.abs(off)}`, `You said ${words(predicted)}; it was ${words(happened)}.`];
}
