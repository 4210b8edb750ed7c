//! The trainer: a configuration becomes a plan, and steps become points. No web and no GPU types here.

mod checkpoint_history;
mod need;
mod points;
mod record;
mod share;
mod shown;
mod snapshot;
mod weight_checkpoint;
mod weights;

use std::rc::Rc;

use crate::config::Config;
pub use crate::exec::Device;
use crate::exec::{Exec, ExecError, Reading};
use crate::model::{self, Judge, Sizes};
use crate::ops::noise::weight_noise;
use crate::ops::record::{RECORD_WIDTH, Recorder};
use crate::ops::tiles::Tiles;
use crate::ops::weight_norm::{squares, weight_norm};
pub use crate::optim::hyper;
use crate::optim::{self, Update};
use crate::plan::{List, Plan, View};
use crate::step::{CLOCK, Dropout};
use crate::tape::batch::{Batch, FIELDS};
use crate::tape::{self, Param, Tape, Term, initial};
use crate::task::{self, Dataset, Equation, Split};
pub use checkpoint_history::{CHECKPOINT_HISTORY_BYTES, CheckpointHistory};
pub use need::Need;
pub use points::Collecting;
use points::Evaluation;
pub use share::Share;
use share::Shared;
use shown::{Shown, all_features};
pub use snapshot::{Kept, Snapshot, Snapshotting};
pub use weight_checkpoint::{PendingCheckpoint, WeightCheckpoint};

/// Steps that a ring remembers; [`Trainer::collect`] must be called at least this often.
pub const RING: u32 = 1024;
/// Below this step every step is evaluated, so that the first second of a run is smooth.
const EVERY_STEP_BELOW: u32 = 8;

/// A step that becomes a point.
const MEASURED: [List; 3] = [List::Evaluate, List::Train, List::Record];

/// A model in training.
pub struct Trainer {
    /// The settings now.
    config: Config,
    /// Those at the start, and what changes when.
    record: Config,
    built: Built,
    exec: Exec,
    tiles: Option<Tiles>,
    step: u32,
    /// Norms of the initial weights of all runs.
    norms: Vec<f64>,
    /// Evaluations queued since step 0.
    evaluated: u32,
    /// Those whose numbers have not been asked for.
    evaluations: Vec<Evaluation>,
}

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
    state: Vec<View>,
    /// Where the initial weights are kept, if anywhere.
    pub origin: Option<View>,
    rings: [View; 2],
    /// After the first few steps, every so many are evaluated.
    pub evaluate_every: u32,
    /// When there are several shares.
    shared: Option<Shared>,
}

impl Built {
    /// Chooses the shaders of a GPU.
    pub fn choose(&mut self, tiles: Tiles) {
        tiles.apply(Rc::make_mut(&mut self.plan));
    }
}

/// Records model, loss, metrics and update of a valid configuration.
pub fn build(config: &Config) -> Built {
    build_share(config, Share::WHOLE)
}

/// The same for a share of the pairs. Its training list ends before the update.
#[inline(never)]
pub fn build_share(config: &Config, share: Share) -> Built {
    let runs = config.runs as usize;
    let data: Vec<Dataset> = (0..config.runs).map(|r| task::dataset(config, u64::from(config.seed) + u64::from(r))).collect();
    let splits: Vec<&Split> = data.iter().map(|data| &data.split).collect();
    let train = Shown::new(&data, |split| share.of(&split.train));
    let test = Shown::new(&data, |split| share.of(&split.test));

    let mut tape = Tape::new(runs);
    let sizes =
        Sizes { symbols: data[0].symbols, classes: data[0].classes, features: data[0].features.as_ref().map(|f| f.width) };
    let (network, judge) = (model::network(&mut tape, config, sizes), Judge::new(config));
    let recorder = Recorder {
        clock: tape.numbers(CLOCK, "clock"),
        hyper: tape.constant(&hyper(config, 1.0), "hyper-parameters"),
        collapse: judge.collapse(),
    };
    let [train_ring, test_ring] = ["train ring", "test ring"].map(|name| tape.numbers(RING as usize * RECORD_WIDTH, name));

    let size = config.batch as usize;
    let pairs = train.pairs[0].len();
    let drawn = (1..pairs).contains(&size).then(|| {
        let numbers: Vec<Vec<[u32; FIELDS]>> =
            train.pairs.iter().map(|pairs| pairs.iter().map(|e| [e.x, e.y, e.c]).collect()).collect();
        let seeds = tape.seeds(config.seed);
        let batch = Batch::new(&mut tape, [recorder.clock, seeds], &numbers, size);
        let drawn = tape.begin_batch(batch).into_iter();
        let pairs = drawn.map(|run| run.into_iter().map(|[x, y, c]| Equation { x, y, c }).collect()).collect();
        Shown { pairs, features: all_features(&data) }
    });
    let shown = drawn.as_ref().unwrap_or(&train);
    tape.dropout = (config.dropout > 0.0).then(|| {
        let Recorder { hyper, clock, .. } = recorder;
        Dropout { hyper, clock, seed: tape.seeds(config.seed), salt: share.index }
    });
    let target = targets(&mut tape, &shown.pairs);
    let answer = network.answer(&mut tape, &shown.examples());
    let loss = judge.train(&mut tape, answer, target);
    tape.dropout = None;
    let nodes = tape.take();
    let mut train_list = vec![recorder.tick(&tape)];
    let [noise, clean] = match (config.weightnoise > 0.0).then(|| {
        let seeds = tape.seeds(config.seed);
        weight_noise(&mut tape, seeds, &recorder)
    }) {
        Some(pair) => pair.map(|dispatch| vec![dispatch]),
        None => [vec![], vec![]],
    };
    train_list.extend(noise);
    train_list.extend(tape.end_batch());
    train_list.extend(tape::forward(&nodes));
    let rows = shown.pairs[0].len();
    let row_loss = tape.view(loss.rows);
    let mean = tape.constant(&vec![1.0 / rows as f32; rows], "d loss");
    train_list.extend(tape.backward(&nodes, loss.rows, mean));
    let correct = loss.correct;
    let flat = tape.flat();
    let (parts, terms) = (tape.parts(), tape.terms().to_vec());
    let gradient = (share.count > 1).then(|| tape.gradient());
    let Update { list, state, origin } = optim::update(&mut tape, config, &recorder, gradient);
    let record = points::of_step(&mut tape, &recorder, [row_loss, correct], gradient, train_ring);
    let list = [clean, list].concat();
    let shared = match gradient {
        Some(gradient) => Some(Shared::new(share, [&splits[0].train, &splits[0].test], gradient, list)),
        None => {
            train_list.extend(list);
            None
        }
    };

    let target = targets(&mut tape, &test.pairs);
    let answer = network.answer(&mut tape, &test.examples());
    let loss = judge.evaluate(&mut tape, answer, target);
    let mut evaluate = tape::forward(&tape.take());
    let squared = tape.numbers(squares(flat.len), "squared weights");
    evaluate.push(weight_norm(&tape, squared));
    evaluate.push(recorder.record(&tape, [tape.view(loss.rows), loss.correct], squared, test_ring, false));

    let params = tape.params().to_vec();
    let state = [vec![recorder.clock, flat], state].concat();
    let plan = Plan { record, ..tape.plan(train_list, evaluate) };
    // evaluate / (every · train + evaluate) < 1/5
    let evaluate_every = (4 * plan.flops(List::Evaluate) / plan.flops(List::Train)) as u32 + 1;
    Built {
        plan: Rc::new(plan),
        params,
        pairs: [train.pairs[0].len(), test.pairs[0].len()],
        test_probs: loss.probs,
        flat,
        parts,
        terms,
        row_loss,
        recorder,
        state,
        origin,
        rings: [train_ring, test_ring],
        evaluate_every,
        shared,
    }
}

/// One target per example, for each run.
fn targets(tape: &mut Tape, examples: &[Vec<Equation>]) -> View {
    let targets: Vec<Vec<u32>> = examples.iter().map(|list| list.iter().map(|e| e.c).collect()).collect();
    tape.indices(&targets, "targets")
}

impl Trainer {
    /// Builds a valid configuration on a device, at step 0.
    ///
    /// # Errors
    /// When the device rejects the plan.
    pub async fn new(config: &Config, device: &Device) -> Result<Trainer, ExecError> {
        Trainer::share(config, Share::WHOLE, device).await
    }

    /// The same for a share of it. When that is not the whole, the device is the CPU, and steps are
    /// [`contribution`](Self::contribution) and [`finish`](Self::finish) instead of [`steps`](Self::steps).
    ///
    /// # Errors
    /// When the device rejects the plan.
    pub async fn share(config: &Config, share: Share, device: &Device) -> Result<Trainer, ExecError> {
        Trainer::of(config, build_share(config, share), device).await
    }

    /// The same for what was built of it.
    ///
    /// # Errors
    /// When the device rejects the plan.
    pub async fn of(config: &Config, mut built: Built, device: &Device) -> Result<Trainer, ExecError> {
        if let (Some(why), Some(_)) = (config.needs_cpu(), device.tiles()) {
            return Err(ExecError::Rejected { what: "settings".into(), why: why.into() });
        }
        if built.shared.is_some() {
            built.evaluate_every = build(config).evaluate_every;
        }
        let tiles = device.tiles();
        if let Some(tiles) = tiles {
            built.choose(tiles);
        }
        if let Err(error) = built.plan.check() {
            return Err(ExecError::Rejected { what: "plan".into(), why: error.to_string() });
        }
        let exec = device.exec(built.plan.clone()).await?;
        let mut trainer = Trainer {
            config: config.clone(),
            record: config.clone(),
            built,
            exec,
            tiles,
            step: 0,
            norms: vec![],
            evaluated: 0,
            evaluations: vec![],
        };
        trainer.reset();
        Ok(trainer)
    }

    /// Back to step 0 with the same split and initial weights.
    pub fn reset(&mut self) {
        let runs = self.built.plan.runs;
        let state = self.built.state.clone();
        let len = state[1].len;
        let params = (0..runs).flat_map(|run| initial(&self.built.params, len, u64::from(self.config.seed) + run as u64));
        let params: Vec<f32> = params.collect();
        let norm = |params: &[f32]| params.iter().map(|&w| f64::from(w) * f64::from(w)).sum::<f64>().sqrt();
        self.norms = params.chunks(len).map(norm).collect();
        for view in [Some(state[1]), self.built.origin].into_iter().flatten() {
            self.exec.write(view, &params);
        }
        self.exec.write(state[0], &[0.0, 1.0, 1.0, 0.0, 0.0].repeat(runs));
        for &view in &state[2..] {
            self.exec.write(view, &vec![0.0; view.len * runs]);
        }
        self.step = 0;
        self.evaluated = 0;
        self.evaluations.clear();
        self.set_rates(&self.config.clone());
    }

    /// What is being trained, as it is set now.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The plan and its sizes.
    pub fn built(&self) -> &Built {
        &self.built
    }

    /// The shaders, on a GPU.
    pub fn tiles(&self) -> Option<Tiles> {
        self.tiles
    }

    /// Updates made.
    pub fn step(&self) -> u32 {
        self.step
    }

    /// Trainable numbers of one run.
    pub fn parameters(&self) -> usize {
        self.built.params.iter().map(|p| p.shape[0] * p.shape[1]).sum()
    }

    /// Whether the weights at `step` are evaluated on the test pairs. The same on every backend.
    pub fn evaluates(&self, step: u32) -> bool {
        step < EVERY_STEP_BELOW || step.is_multiple_of(self.built.evaluate_every)
    }

    /// Takes over what may change while running: rates, moments' decay, warm-up, noise, and what the page alone uses.
    pub fn set_rates(&mut self, config: &Config) {
        self.config.take_live(config);
        let hyper: Vec<f32> = self.norms.iter().flat_map(|&norm| hyper(&self.config, norm)).collect();
        self.exec.write(self.built.recorder.hyper, &hyper);
    }

    /// Queues `n` steps (at most [`RING`]). Where an evaluation is due it precedes the step, which is then recorded.
    pub fn steps(&mut self, n: u32) {
        assert!(n <= RING, "{n} steps at once would overrun the ring of {RING}");
        let mut lists = Vec::with_capacity(3 * n as usize);
        for _ in 0..n {
            lists.extend_from_slice(if self.advance() { &MEASURED } else { &[List::Train] });
        }
        self.exec.run(&lists);
    }

    /// Counts a step. Returns whether it is evaluated.
    fn advance(&mut self) -> bool {
        let evaluates = self.evaluates(self.step);
        if evaluates {
            self.evaluations.push(Evaluation { step: self.step, slot: self.evaluated % RING });
            self.evaluated += 1;
        }
        self.step += 1;
        evaluates
    }

    /// Queues `n` steps without evaluations, which leave no points: to time them.
    pub fn blind_steps(&mut self, n: u32) {
        self.exec.run(&vec![List::Train; n as usize]);
        self.step += n;
    }

    /// Starts reading the points of all steps queued since the last call. Training may go on meanwhile.
    pub fn collect(&mut self) -> Collecting {
        let reading = self.exec.read(&self.built.rings);
        Collecting { reading, evaluations: core::mem::take(&mut self.evaluations), runs: self.built.plan.runs }
    }

    /// Reads any view of the plan as it is after everything queued so far.
    pub fn read(&mut self, views: &[View]) -> Reading {
        self.exec.read(views)
    }
}
