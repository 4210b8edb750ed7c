//! From a configuration to a plan: the data, the training step, the evaluation.

use std::rc::Rc;

use super::RING;

use super::evaluation_schedule::EvaluationSchedule;
use super::example_set::ExampleSet;
use super::points;
use super::shard::{DataShard, ShardUpdate};
use super::state::State;
use crate::config::Config;
use crate::model::{self, LossHead, Network, Sizes};
use crate::ops::noise::weight_noise;
use crate::ops::record::{RECORD_WIDTH, Recorder};
use crate::ops::tiles::Tiles;
use crate::ops::weight_norm::{squares, weight_norm};
use crate::optim::hold::hold;
use crate::optim::{self, Update, hyper};
use crate::plan::{Dispatch, List, Plan, View};
use crate::step::{CLOCK, Dropout};
use crate::tape::batch::Batch;
use crate::tape::{self, Param, Tape, Term};
use crate::task::{self, Dataset, Equation};

/// A plan and what the trainer needs to know about its buffers.
pub struct Built {
    /// What to execute.
    pub plan: Rc<Plan>,
    /// Parameters in the flat buffer.
    pub params: Vec<Param>,
    /// Training and test pairs of one run.
    pub pairs: [usize; 2],
    /// Probabilities of the test pairs, `[test, p]`.
    pub test_probs: View,
    /// All parameters of a run.
    pub flat: View,
    /// The parts that their gradients are summed from, as `terms` say.
    pub parts: View,
    /// See [`tape::sum_terms`].
    pub terms: Vec<Term>,
    /// Loss of each training pair.
    pub row_loss: View,
    /// Clock and hyper-parameters.
    pub recorder: Recorder,
    pub(super) state: State,
    /// Where the initial weights are kept, if anywhere.
    pub origin: Option<View>,
    pub(super) rings: [View; 2],
    /// Which steps are evaluated.
    pub evaluation: EvaluationSchedule,
    /// When there are several shards.
    pub(super) shard: Option<ShardUpdate>,
}

impl Built {
    /// Chooses the shaders of a GPU.
    pub fn choose(&mut self, tiles: Tiles) {
        tiles.apply(Rc::make_mut(&mut self.plan));
    }
}

/// Records model, loss, metrics and update of a valid configuration.
pub fn build(config: &Config) -> Built {
    build_runs(&config.each_run())
}

/// The same for one run of each configuration, in one plan. They [train together](Config::trains_with).
pub fn build_runs(configs: &[Config]) -> Built {
    record(configs, DataShard::WHOLE, None)
}

/// The same for a shard of the pairs of a run that is evaluated by this schedule. Its training list ends before the update.
pub fn build_shard(config: &Config, shard: DataShard, evaluation: EvaluationSchedule) -> Built {
    record(&config.each_run(), shard, Some(evaluation))
}

fn record(configs: &[Config], shard: DataShard, schedule: Option<EvaluationSchedule>) -> Built {
    let data = Data::new(configs, shard);
    let mut tape = Tape::seeded(configs.iter().map(|config| config.seed).collect());
    // The plan is that of all of them: what they differ in is in their data, their seeds and their hyper-parameters.
    let config = &configs[0];
    let (network, head) = (model::network(&mut tape, config, Sizes::of(&data.sets[0])), LossHead::new(config));
    let recorder = Recorder {
        clock: tape.numbers(CLOCK, "clock"),
        hyper: tape.constant(&hyper(config, 1.0), "hyper-parameters"),
        collapse: head.collapse(),
        answers: data.sets[0].answers,
        judged: [data.sets[0].judged.start, data.sets[0].judged.end],
    };
    let rings = ["train ring", "test ring"].map(|name| tape.numbers(RING as usize * RECORD_WIDTH, name));
    let recording = Recording { config, data: &data, network: &*network, head, recorder };
    let training = recording.training(&mut tape, shard, rings[0]);
    let (evaluation, test_probs) = recording.evaluation(&mut tape, rings[1]);
    let (params, flat) = (tape.params().to_vec(), tape.flat());
    let plan = Plan { record: training.record, ..tape.plan(training.list, evaluation) };
    let own = || EvaluationSchedule::new(plan.flops(List::Evaluate), plan.flops(List::Train));
    Built {
        params,
        pairs: [data.train.pairs[0].len(), data.test.pairs[0].len()],
        test_probs,
        flat,
        parts: training.parts,
        terms: training.terms,
        row_loss: training.row_loss,
        recorder,
        state: State { clock: recorder.clock, weights: flat, optimizer: training.optimizer },
        origin: training.origin,
        rings,
        evaluation: schedule.unwrap_or_else(own),
        shard: training.shard,
        plan: Rc::new(plan),
    }
}

/// The pairs of all runs, and those of a shard.
struct Data {
    sets: Vec<Dataset>,
    train: ExampleSet,
    test: ExampleSet,
}

impl Data {
    fn new(configs: &[Config], shard: DataShard) -> Self {
        let sets: Vec<Dataset> = configs.iter().map(|config| task::dataset(config, config.seed.into())).collect();
        let answers = sets[0].answers;
        let train = ExampleSet::new(&sets, |split| shard.of(&split.train, answers));
        let test = ExampleSet::new(&sets, |split| shard.of(&split.test, answers));
        Data { sets, train, test }
    }
}

/// What both lists are recorded from.
struct Recording<'a> {
    config: &'a Config,
    data: &'a Data,
    network: &'a dyn Network,
    head: LossHead,
    recorder: Recorder,
}

/// The training step, and what is known of it.
struct Training {
    list: Vec<Dispatch>,
    record: Vec<Dispatch>,
    row_loss: View,
    parts: View,
    terms: Vec<Term>,
    optimizer: Vec<View>,
    origin: Option<View>,
    shard: Option<ShardUpdate>,
}

impl Recording<'_> {
    /// Forward, backward, update.
    fn training(&self, tape: &mut Tape, shard: DataShard, ring: View) -> Training {
        let Recording { config, data, network, head, recorder } = self;
        let drawn = self.batch(tape);
        let shown = drawn.as_ref().unwrap_or(&data.train);
        tape.dropout = (config.dropout > 0.0).then(|| {
            let Recorder { hyper, clock, .. } = *recorder;
            Dropout { hyper, clock, seed: tape.seeds(), salt: shard.index }
        });
        let target = targets(tape, &shown.pairs);
        let answer = network.answer(tape, &shown.examples());
        let loss = head.train(tape, answer, target);
        tape.dropout = None;
        let nodes = tape.take();
        let mut list = vec![recorder.tick(tape)];
        let [before, hold] = hold(tape, config).map_or([vec![], vec![]], |both| both.map(|dispatch| vec![dispatch]));
        list.extend(before);
        let noise = (config.weightnoise > 0.0).then(|| {
            let seeds = tape.seeds();
            weight_noise(tape, seeds, recorder)
        });
        let [noise_on, noise_off] = noise.map_or([vec![], vec![]], |both| both.map(|dispatch| vec![dispatch]));
        if config.weightnoise > 0.0 {
            list.extend(noise_on);
            list.extend(hold.clone());
        }
        list.extend(tape.end_batch());
        list.extend(tape::forward(&nodes));
        let rows = shown.pairs[0].len();
        let row_loss = tape.view(loss.rows);
        let mean = tape.constant(&vec![1.0 / rows as f32; rows], "d loss");
        list.extend(tape.backward(&nodes, loss.rows, mean));
        let (parts, terms) = (tape.parts(), tape.terms().to_vec());
        let gradient = (shard.count > 1).then(|| tape.gradient());
        let Update { list: update, state: optimizer, origin } = optim::update(tape, config, recorder, gradient);
        let record = points::of_step(tape, recorder, [row_loss, loss.correct], gradient, ring);
        let update = [noise_off, update, hold].concat();
        let shard = match gradient {
            Some(gradient) => {
                let Dataset { split, answers, .. } = &data.sets[0];
                Some(ShardUpdate::new(shard, [&split.train, &split.test], *answers, gradient, update))
            }
            None => {
                list.extend(update);
                None
            }
        };
        Training { list, record, row_loss, parts, terms, optimizer, origin, shard }
    }

    /// The examples of a mini-batch, whose numbers the step draws; none where all pairs are used.
    fn batch(&self, tape: &mut Tape) -> Option<ExampleSet> {
        let (train, size) = (&self.data.train, self.config.batch as usize);
        if !(1..train.examples_of_a_run()).contains(&size) {
            return None;
        }
        let numbers: Vec<Vec<Vec<u32>>> = (0..train.pairs.len()).map(|run| train.fields(run)).collect();
        let seeds = tape.seeds();
        let batch = Batch::new(tape, [self.recorder.clock, seeds], &numbers, size);
        Some(ExampleSet::drawn(&tape.begin_batch(batch), &self.data.sets))
    }

    /// Forward on the test pairs, and their metrics. With the view of their probabilities.
    fn evaluation(&self, tape: &mut Tape, ring: View) -> (Vec<Dispatch>, View) {
        let test = &self.data.test;
        let target = targets(tape, &test.pairs);
        let answer = self.network.answer(tape, &test.examples());
        let loss = self.head.evaluate(tape, answer, target);
        let mut list = tape::forward(&tape.take());
        let squared = tape.numbers(squares(tape.flat().len), "squared weights");
        list.push(weight_norm(tape, squared));
        list.push(self.recorder.record(tape, [tape.view(loss.rows), loss.correct], squared, ring, false));
        (list, loss.probs)
    }
}

/// One target per equation, for each run.
fn targets(tape: &mut Tape, examples: &[Vec<Equation>]) -> View {
    let targets: Vec<Vec<u32>> = examples.iter().map(|list| list.iter().map(|e| e.c).collect()).collect();
    tape.indices(&targets, "targets")
}
