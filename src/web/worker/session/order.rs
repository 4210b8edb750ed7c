//! What is to be built: a run at step 0, one from a snapshot, or one whose device was lost.

use super::trouble::Trouble;
use super::{Loaded, Mode, Pace, Session, inspect};
use crate::config::Config;
use crate::exec::{Engine, ExecError};
use crate::metrics::History;
use crate::plan::List;
use crate::protocol::Command;
use crate::tr;
use crate::train::{self, Built, CheckpointHistory, DataShard, Snapshot, Trainer};
use crate::web::worker::backend::{Chosen, answer};
use crate::web::worker::data_parallel;
use crate::web::worker::pictures;
use crate::web::worker::scope::{memory_limit, post, vouch};

/// Everything of a run but its trainer.
pub(super) struct Order {
    pub config: Config,
    pub engine: Engine,
    /// Where it goes on; else at step 0.
    pub snapshot: Option<Snapshot>,
    pub elapsed_ms: f64,
    pub histories: Vec<History>,
    pub checkpoints: CheckpointHistory,
    /// What it does then.
    pub mode: Mode,
    /// The step and the adapter that the page knows of.
    pub told: Option<(u32, String)>,
}

impl Order {
    fn new(config: Config, engine: Engine) -> Self {
        let histories = vec![History::default(); config.seeds as usize];
        let (checkpoints, mode) = (CheckpointHistory::default(), Mode::Paused);
        Order { config, engine, snapshot: None, elapsed_ms: 0.0, histories, checkpoints, mode, told: None }
    }
}

/// A step of the slowest machine that is not taken for dead, floating-point operations per second.
const SLOWEST: f64 = 2e8;
/// Seconds that anything else may take without a sign of life.
const BUILDING: u32 = 30;

impl Session {
    /// Replaces the run by another one that the command asks for, if it does.
    pub(super) fn take_order(&mut self, command: &Command) -> Result<(), String> {
        let order = match command {
            Command::Load(config, engine) => Order::new(config.clone(), *engine),
            Command::Restore { bytes, engine, elapsed_ms, milestones } => {
                let snapshot = Snapshot::decode(bytes)?;
                let mut order = Order::new(snapshot.settings(), *engine);
                for (history, passed) in order.histories.iter_mut().zip(milestones) {
                    *history = History::going_on(*passed);
                }
                Order { snapshot: Some(snapshot), elapsed_ms: *elapsed_ms, ..order }
            }
            _ => return Ok(()),
        };
        self.mode = Mode::Paused;
        self.stepping.clear();
        self.losses = 0;
        self.give_up(tr!("the run was replaced"));
        self.loaded = None;
        self.order = Some(order);
        Ok(())
    }

    /// Builds what is ordered. A GPU that is not to be used is told to the page, which has a build for the CPU; that is no
    /// failure.
    pub(super) async fn build(&mut self) -> Result<(), Trouble> {
        let Some(order) = self.order.take() else { return Ok(()) };
        // Free the old buffers before allocating new ones.
        self.loaded = None;
        self.mode = Mode::Paused;
        vouch(BUILDING);
        let (trainer, chosen, workers) = match self.trainer(&order).await {
            Ok(parts) => parts,
            Err(Trouble::Device(ExecError::NoAdapter(why))) => {
                order.hand_over(why);
                return Ok(());
            }
            Err(trouble) => {
                if matches!(trouble, Trouble::Device(_)) {
                    self.order = Some(order);
                }
                return Err(trouble);
            }
        };
        let Order { snapshot, elapsed_ms, histories, checkpoints, mode, told, .. } = order;
        let copied = snapshot.as_ref().map(|snapshot| snapshot.step);
        let loaded = Loaded {
            pace: Pace { elapsed_ms, copied, ..Pace::default() },
            trainer,
            chosen,
            histories,
            collecting: None,
            chunk: 1,
            credit: 0.0,
            unsent: vec![],
            safe: snapshot,
            workers,
            helpers: None,
            inspector: None,
            checkpoints,
            inspect_clock: inspect::InspectClock::default(),
        };
        vouch(loaded.patience_s());
        if told.is_none_or(|(step, adapter)| step != loaded.trainer.step() || adapter != loaded.chosen.adapter) {
            post(&loaded.describe(false));
        }
        self.loaded = Some(loaded);
        if mode == Mode::Paused { Ok(()) } else { self.run(mode) }
    }

    /// A trainer where the order left off, what it is on, and how many workers train it.
    async fn trainer(&mut self, order: &Order) -> Result<(Trainer, Chosen, u32), Trouble> {
        let Order { config, engine, snapshot, .. } = order;
        let recorded = snapshot.as_ref().and_then(|snapshot| snapshot.tuning);
        pictures::have(config).await?;
        let mut built = train::build(config);
        let mut chosen = self.devices.choose(*engine, (config, &built.plan), recorded).await?;
        let workers = if *engine == Engine::Cpu && !self.alone { data_parallel::workers(config, &built) } else { 1 };
        if workers > 1 {
            chosen.adapter = tr!("{adapter}, {workers} workers", adapter = chosen.adapter, workers);
            built = train::build_shard(config, DataShard { index: 0, count: workers }, built.evaluation);
        }
        if let Some(why) = built.need(*engine, workers).refusal(config, memory_limit()) {
            return Err(why.into());
        }
        let mut trainer = answer(&chosen, Trainer::of(config, built, &chosen.device)).await?;
        if let Some(snapshot) = snapshot {
            trainer.restore(snapshot)?;
        }
        Ok((trainer, chosen, workers))
    }
}

impl Loaded {
    /// Seconds without a sign of life after which this worker is dead: steps on the CPU may be long.
    fn patience_s(&self) -> u32 {
        let Built { plan, .. } = self.trainer.built();
        let step = match self.chosen.engine {
            Engine::Cpu => (plan.flops(List::Train) + plan.flops(List::Evaluate)) as f64 / SLOWEST,
            Engine::Gpu => 0.0,
        };
        10 + step.min(3600.0) as u32
    }
}
