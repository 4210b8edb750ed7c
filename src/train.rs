//! The trainer: a configuration becomes a plan, and steps become points. No web and no GPU types here.

mod anew;
mod apart;
mod build;
mod checkpoint_history;
mod data_parallel;
mod evaluation_schedule;
mod example_set;
mod need;
mod points;
mod record;
mod shard;
mod snapshot;
mod state;
mod ticket;
mod weight_checkpoint;
mod weights;

use crate::config::Config;
pub use crate::exec::Device;
use crate::exec::{Exec, ExecError, Reading, Tuning};
pub use crate::optim::hyper;
use crate::plan::{List, View};
use crate::step::CLOCK_AT_START;
use crate::tape::initial;
pub use apart::Apart;
pub use build::{Built, build, build_runs, build_shard};
pub use checkpoint_history::{CHECKPOINT_HISTORY_BYTES, CheckpointHistory};
pub use evaluation_schedule::EvaluationSchedule;
pub use need::Need;
pub use points::Collecting;
use points::Evaluation;
pub use shard::DataShard;
pub use snapshot::{Snapshot, SnapshotHeader, Snapshotting};
use state::State;
pub use weight_checkpoint::{PendingCheckpoint, WeightCheckpoint};

/// Steps that a ring remembers; [`Trainer::collect`] must be called at least this often.
pub const RING: u32 = 1024;

/// A step that becomes a point.
const MEASURED: [List; 3] = [List::Evaluate, List::Train, List::Record];

/// A model in training.
pub struct Trainer {
    /// The settings now.
    config: Config,
    /// Those of each run: they may differ in what a plan leaves open.
    runs: Vec<Config>,
    /// Those at the start, and what changes when.
    record: Config,
    built: Built,
    exec: Exec,
    tuning: Option<Tuning>,
    step: u32,
    /// Norms of the initial weights of all runs.
    norms: Vec<f64>,
    /// Evaluations queued since step 0.
    evaluated: u32,
    /// Those whose numbers have not been asked for.
    evaluations: Vec<Evaluation>,
}

impl Trainer {
    /// Builds a valid configuration on a device, at step 0.
    ///
    /// # Errors
    /// When the device rejects the plan.
    pub async fn new(config: &Config, device: &Device) -> Result<Trainer, ExecError> {
        Trainer::of(config, build(config), device).await
    }

    /// The same for what was built of it. When that is a shard, the device is the CPU, and steps are
    /// [`contribution`](Self::contribution) and [`finish`](Self::finish) instead of [`steps`](Self::steps).
    ///
    /// # Errors
    /// When the device rejects the plan.
    pub async fn of(config: &Config, built: Built, device: &Device) -> Result<Trainer, ExecError> {
        Trainer::with_runs(config, config.each_run(), built, device).await
    }

    /// One run of each configuration, which [train together](Config::trains_with), for what
    /// [`build_runs`] built of them. [`config`](Self::config) is the first one; all keep their rates, so
    /// [`set_rates`](Self::set_rates) is not for them.
    ///
    /// # Errors
    /// When the device rejects the plan.
    pub async fn of_runs(configs: &[Config], built: Built, device: &Device) -> Result<Trainer, ExecError> {
        Trainer::with_runs(&configs[0], configs.to_vec(), built, device).await
    }

    async fn with_runs(config: &Config, runs: Vec<Config>, mut built: Built, device: &Device) -> Result<Trainer, ExecError> {
        let tuning = device.tuning();
        if let (Some(why), Some(_)) = (config.needs_cpu(), tuning) {
            return Err(ExecError::Rejected { what: "settings".into(), why: why.into() });
        }
        if let Some(tuning) = tuning {
            built.choose(tuning.tiles);
        }
        if let Err(error) = built.plan.check() {
            return Err(ExecError::Rejected { what: "plan".into(), why: error.to_string() });
        }
        let exec = device.exec(built.plan.clone()).await?;
        let mut trainer = Trainer {
            config: config.clone(),
            runs,
            record: config.clone(),
            built,
            exec,
            tuning,
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
        let State { clock, weights, optimizer } = self.built.state.clone();
        let len = weights.len;
        let params = &self.built.params;
        let initial: Vec<f32> = self.runs.iter().flat_map(|run| initial(params, len, run.seed.into())).collect();
        let norm = |weights: &[f32]| weights.iter().map(|&w| f64::from(w) * f64::from(w)).sum::<f64>().sqrt();
        self.norms = initial.chunks(len).map(norm).collect();
        if let Some(origin) = self.built.origin {
            self.exec.write(origin, &initial);
        }
        let first = |(run, initial): (&Config, &[f32])| match run.ticket > 0.0 {
            true => anew::begin(run, params, initial),
            false => initial.to_vec(),
        };
        let first: Vec<f32> = self.runs.iter().zip(initial.chunks(len)).flat_map(first).collect();
        self.exec.write(weights, &first);
        self.exec.write(clock, &CLOCK_AT_START.repeat(runs));
        for view in optimizer {
            self.exec.write(view, &vec![0.0; view.len * runs]);
        }
        self.step = 0;
        self.evaluated = 0;
        self.evaluations.clear();
        self.write_rates();
    }

    /// What is being trained, as it is set now.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The plan and its sizes.
    pub fn built(&self) -> &Built {
        &self.built
    }

    /// How it runs, on a GPU.
    pub fn tuning(&self) -> Option<Tuning> {
        self.tuning
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
        self.built.evaluation.evaluates(step)
    }

    /// Takes over what may change while running: rates, moments' decay, warm-up, noise, and what the page alone uses.
    pub fn set_rates(&mut self, config: &Config) {
        for run in [&mut self.config].into_iter().chain(&mut self.runs) {
            run.take_live(config);
        }
        self.write_rates();
    }

    fn write_rates(&mut self) {
        let hyper: Vec<f32> = self.runs.iter().zip(&self.norms).flat_map(|(run, &norm)| hyper(run, norm)).collect();
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
