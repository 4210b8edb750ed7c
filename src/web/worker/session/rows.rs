//! Rows of a table in training, instead of a run.

use super::trouble::Trouble;
use super::{CHUNK_MS, MAX_CHUNK, Session};
use crate::analysis::{TrainingMap, Trajectory};
use crate::config::Config;
use crate::exec::{Engine, ExecError};
use crate::metrics::thinned;
use crate::protocol::Event;
use crate::sweep::Batch;
use crate::web::worker::backend::{Chosen, answer};
use crate::web::worker::pictures;
use crate::web::worker::scope::{memory_limit, now_ms, post, vouch};

/// Points that are kept of a row: enough for a chart, and for a thousand rows in a tab.
const POINTS: usize = 200;
/// Milliseconds between two reports on how far the rows are.
const REPORT_MS: f64 = 250.0;
/// Seconds that a plan may take to be built, or a chunk of it to be trained.
const PATIENCE_S: u32 = 60;

/// The rows.
pub(super) struct Rows {
    /// The page's numbers for them, in the order of the batch.
    ids: Vec<u32>,
    /// None only while it advances.
    batch: Option<Batch>,
    /// Those that the page knows to be over.
    told: Vec<bool>,
    chosen: Chosen,
    chunk: u32,
    resting: bool,
    last_report: f64,
}

impl Rows {
    /// Whether there is something to do.
    pub(super) fn training(&self) -> bool {
        !self.resting
    }
}

impl Session {
    /// Takes as many of these rows as there is room for, and gives the others back.
    pub(super) async fn take_rows(
        &mut self,
        rows: &[(u32, Config)],
        engine: Engine,
        workers: u32,
        follow: bool,
    ) -> Result<(), Trouble> {
        vouch(PATIENCE_S);
        self.loaded = None;
        self.rows = None;
        let mut take = rows.len();
        while take > 0 {
            let (ids, configs): (Vec<u32>, Vec<Config>) = rows[..take].iter().cloned().unzip();
            match self.build_rows(&configs, engine, workers).await {
                Ok((mut batch, chosen)) => {
                    if follow {
                        batch.follow();
                    }
                    let told = vec![false; ids.len()];
                    let (batch, last_report) = (Some(batch), now_ms());
                    self.rows = Some(Rows { ids, batch, told, chosen, chunk: 1, resting: false, last_report });
                    break;
                }
                // Half of them may fit.
                Err(Trouble::Device(ExecError::Rejected { .. }) | Trouble::Failed(_)) if take > 1 => take = take.div_ceil(2),
                Err(Trouble::Failed(why)) => {
                    post(&Event::GivenBack { rows: ids, why: Some(why) });
                    break;
                }
                Err(Trouble::Device(ExecError::NoAdapter(why))) => {
                    post(&Event::Refused { why, snapshot: None, running: true });
                    return Ok(());
                }
                Err(Trouble::Device(error @ ExecError::Rejected { .. })) => {
                    post(&Event::GivenBack { rows: ids, why: Some(error.to_string()) });
                    break;
                }
                Err(Trouble::Device(ExecError::Lost(_))) => {
                    self.devices.forget();
                    post(&Event::GivenBack { rows: ids, why: None });
                    break;
                }
            }
        }
        if let Some(rest) = rows.get(take..).filter(|rest| !rest.is_empty()) {
            post(&Event::GivenBack { rows: rest.iter().map(|(id, _)| *id).collect(), why: None });
        }
        Ok(())
    }

    async fn build_rows(&mut self, configs: &[Config], engine: Engine, workers: u32) -> Result<(Batch, Chosen), Trouble> {
        for config in configs {
            pictures::have(config).await?;
        }
        let built = Batch::build(configs);
        let chosen = self.devices.choose(engine, (&configs[0], &built.plan), None).await?;
        if let Some(why) = built.need(engine, 1).refusal(&configs[0], memory_limit() / u64::from(workers.max(1))) {
            return Err(why.into());
        }
        let batch = answer(&chosen, Batch::new(configs, built, &chosen.device)).await?;
        Ok((batch, chosen))
    }

    /// Trains a chunk of all rows, and tells what has become of them.
    pub(super) async fn train_rows(&mut self) -> Result<(), Trouble> {
        let Some(rows) = &mut self.rows else { return Ok(()) };
        let Some(batch) = rows.batch.take() else { return Ok(()) };
        let begin = now_ms();
        let advanced = answer(&rows.chosen, batch.advance(rows.chunk, &rows.chosen.device)).await;
        let batch = match advanced {
            Ok(batch) => batch,
            Err(error) => {
                let left = rows.ids.iter().zip(&rows.told).filter(|(_, told)| !**told).map(|(id, _)| *id).collect();
                let why = (!matches!(error, ExecError::Lost(_))).then(|| error.to_string());
                self.rows = None;
                self.devices.forget();
                post(&Event::GivenBack { rows: left, why });
                return Ok(());
            }
        };
        let fitting = f64::from(rows.chunk) * CHUNK_MS / (now_ms() - begin).max(0.1);
        rows.chunk = (fitting as u32).clamp((rows.chunk / 2).max(1), (2 * rows.chunk).min(MAX_CHUNK));
        rows.tell(&batch);
        if batch.over() {
            self.rows = None;
        } else {
            rows.batch = Some(batch);
        }
        Ok(())
    }

    /// Nobody wants to know any more of these rows.
    pub(super) fn drop_rows(&mut self, dropped: &[u32]) {
        let Some(Rows { ids, batch: Some(batch), told, .. }) = &mut self.rows else { return };
        for ((id, run), told) in ids.iter().zip(&mut batch.runs).zip(told) {
            if dropped.contains(id) {
                run.dropped = true;
                *told = true;
            }
        }
        if batch.over() {
            self.rows = None;
        }
    }

    /// Rows rest, or go on.
    pub(super) fn rest_rows(&mut self, resting: bool) {
        if let Some(rows) = &mut self.rows {
            rows.resting = resting;
        }
    }
}

/// Finds the training map of rows that are over.
pub(super) fn map(trajectories: &[Trajectory]) {
    vouch(PATIENCE_S);
    post(&Event::Mapped(TrainingMap::of(trajectories)));
}

impl Rows {
    /// Tells what is decided, and every now and then how far the others are.
    fn tell(&mut self, batch: &Batch) {
        for ((id, run), told) in self.ids.iter().zip(&batch.runs).zip(&mut self.told) {
            if run.phase.is_some() && !*told {
                *told = true;
                let outcome = run.outcome();
                let history = thinned(core::slice::from_ref(&run.history), POINTS).remove(0);
                post(&Event::Row { row: *id, outcome, history, trajectory: run.trajectory.clone() });
            }
        }
        let now = now_ms();
        if now - self.last_report < REPORT_MS {
            return;
        }
        self.last_report = now;
        let on_their_way = self.ids.iter().zip(&batch.runs).filter(|(_, run)| !run.over());
        let rows: Vec<_> = on_their_way.map(|(id, run)| (*id, run.outcome())).collect();
        post(&Event::Rows(rows));
    }
}
