//! Rows that train side by side in one plan, until each is decided.

use crate::analysis::Trajectory;
use crate::config::Config;
use crate::exec::{Device, ExecError};
use crate::metrics::{History, LearningPhase, Point, decided};
use crate::task::Operation;
use crate::train::{Apart, Built, RING, Trainer, build_runs};

/// The rows of a plan. What a row comes to does not depend on the others: its history ends where it is decided.
pub struct Batch {
    trainer: Trainer,
    /// All rows that it began with.
    pub runs: Vec<BatchRun>,
    /// Which of them each run of the plan is.
    live: Vec<usize>,
    /// The examples out of distribution of each row that has such.
    apart: Vec<Option<Apart>>,
}

/// A row in training.
#[derive(Debug, Clone)]
pub struct BatchRun {
    /// Its settings.
    pub config: Config,
    /// Its measurements so far.
    pub history: History,
    /// Its phase, once that is decided.
    pub phase: Option<LearningPhase>,
    /// What is followed of it, where somebody asked for that.
    pub trajectory: Option<Trajectory>,
    /// The fractions of right answers out of distribution that were seen, where there are such.
    pub apart: Option<Vec<f32>>,
    /// Nobody wants to know any more.
    pub dropped: bool,
}

impl BatchRun {
    /// Whether it is not waited for.
    pub fn over(&self) -> bool {
        self.phase.is_some() || self.dropped
    }

    fn push(&mut self, point: Point) {
        if !self.over() {
            self.history.push(Point { run: 0, ..point });
            self.phase = decided(&self.history, (self.config.steps, self.config.stop));
            if self.phase.is_some() {
                self.settle();
            }
        }
    }
}

impl Batch {
    /// What trains these configurations, which [train together](Config::trains_with).
    pub fn build(configs: &[Config]) -> Built {
        build_runs(configs)
    }

    /// At step 0, on a device.
    ///
    /// # Errors
    /// When the device rejects the plan.
    pub async fn new(configs: &[Config], built: Built, device: &Device) -> Result<Batch, ExecError> {
        let trainer = Trainer::of_runs(configs, built, device).await?;
        let mut apart = vec![];
        for config in configs {
            apart.push(if Operation::of(config).may_set_apart() { Apart::new(config, device).await? } else { None });
        }
        let run = |(config, apart): (&Config, &Option<Apart>)| BatchRun {
            config: config.clone(),
            history: History::default(),
            phase: None,
            trajectory: None,
            apart: apart.as_ref().map(|_| vec![]),
            dropped: false,
        };
        Ok(Batch { trainer, runs: configs.iter().zip(&apart).map(run).collect(), live: (0..configs.len()).collect(), apart })
    }

    /// Follows the weights of all rows from now, step 0, on.
    pub fn follow(&mut self) {
        self.runs.iter_mut().for_each(|run| run.trajectory = Some(Trajectory::default()));
    }

    /// Updates made.
    pub fn step(&self) -> u32 {
        self.trainer.step()
    }

    /// Rows that the plan still trains: those that are decided leave it, half of them at a time.
    pub fn in_plan(&self) -> usize {
        self.live.len()
    }

    /// Whether no row is left to train.
    pub fn over(&self) -> bool {
        self.runs.iter().all(BatchRun::over)
    }

    /// Makes up to `n` steps and takes in their measurements. At the step limit, the last weights are measured, too. `device` is
    /// the one that it is on.
    ///
    /// # Errors
    /// When the device was lost, or rejects a plan that a change on the way asks for.
    pub async fn advance(mut self, n: u32, device: &Device) -> Result<Batch, ExecError> {
        if let Some(due) = self.trainer.due() {
            self.trainer = self.trainer.carried(&due, device).await?;
            let step = self.step();
            self.runs.iter_mut().filter(|run| !run.over()).for_each(|run| run.history.turn(run.config.turned(step)));
        }
        self.look().await?;
        let steps = self.runs.iter().filter(|run| !run.over()).map(|run| run.config.steps).max().unwrap_or(0);
        let left = steps.saturating_sub(self.step());
        let points = if left == 0 {
            self.trainer.measure().await?
        } else {
            let until_look = self.until_look();
            self.trainer.steps(self.trainer.until_change(left.min(n).min(RING).min(until_look)));
            self.trainer.collect().points().await?
        };
        for point in points {
            self.runs[self.live[point.run as usize]].push(point);
        }
        self.thin(device).await
    }

    /// Looks at the weights of the rows that are followed, when it is time.
    async fn look(&mut self) -> Result<(), ExecError> {
        let step = self.step();
        if !self.live.iter().any(|run| self.runs[*run].due(step) || self.runs[*run].apart_due(step)) {
            return Ok(());
        }
        let read = self.trainer.weights().await?;
        let Built { params, flat, .. } = self.trainer.built();
        for (weights, run) in read.iter().flat_map(|read| read.chunks_exact(flat.len)).zip(&self.live) {
            if self.runs[*run].due(step) {
                self.runs[*run].look(params, weights);
            }
            if let (true, Some(apart)) = (self.runs[*run].apart_due(step), &mut self.apart[*run]) {
                let right = apart.accuracy(weights).await?;
                self.runs[*run].apart.get_or_insert_default().push(right);
            }
        }
        Ok(())
    }

    /// Steps until weights are to be looked at.
    fn until_look(&self) -> u32 {
        let left = self.runs.iter().filter(|run| !run.over()).map(|run| run.until_look(self.step()));
        left.min().unwrap_or(u32::MAX)
    }

    /// Where half of the plan's rows are over, another plan goes on with the others, from where they are.
    async fn thin(mut self, device: &Device) -> Result<Batch, ExecError> {
        let left: Vec<usize> = (0..self.live.len()).filter(|run| !self.runs[self.live[*run]].over()).collect();
        if left.is_empty() || 2 * left.len() > self.live.len() {
            return Ok(self);
        }
        self.trainer = self.trainer.only(&left, device).await?;
        self.live = left.into_iter().map(|run| self.live[run]).collect();
        Ok(self)
    }
}
