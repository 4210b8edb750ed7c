//! What makes a run again: its settings, and how they change on the way. And its last measurement.

use super::points::Evaluation;
use super::{Device, MEASURED, RING, Trainer, build_runs};
use crate::config::Config;
use crate::exec::ExecError;
use crate::metrics::Point;

impl Trainer {
    /// What makes this run again: the settings at its start, with what changes in the middle.
    pub fn record(&self) -> &Config {
        &self.record
    }

    /// Goes on with other settings, of those that [`set_rates`](Self::set_rates) takes over, and notes it in the record.
    /// Returns whether it is a change that shows in curves.
    pub fn adjust(&mut self, config: &Config) -> bool {
        let changed = self.record.note(self.step, config);
        self.set_rates(config);
        changed
    }

    /// The settings from this step on, where the record has a change here that was not made yet. Where
    /// [they rebuild](Config::rebuilds), the weights have to be carried to another trainer; else [`adjust`](Self::adjust)
    /// takes them.
    pub fn due(&self) -> Option<Config> {
        self.record.at.iter().find(|change| change.step == self.step)?;
        let due = self.record.after(self.step);
        (!due.begins_like(&self.config)).then_some(due)
    }

    /// How many of `n` steps can be made before the next change of the record.
    pub fn until_change(&self, n: u32) -> u32 {
        self.record.at.next(self.step).map_or(n, |next| n.min(next - self.step))
    }

    /// Measures the present weights: the points that a step from here would leave, if it were evaluated. Nothing changes:
    /// the step is made and taken back.
    ///
    /// # Errors
    /// When the device was lost.
    pub async fn measure(&mut self) -> Result<Vec<Point>, ExecError> {
        let before = self.reading().snapshot().await?;
        let waiting = core::mem::take(&mut self.evaluations);
        self.evaluations.push(Evaluation { step: self.step, slot: self.evaluated % RING });
        self.exec.run(&MEASURED);
        let points = self.collect().points().await;
        self.put_back(&before);
        self.evaluations = waiting;
        points
    }

    /// Goes on with these of its runs alone, each exactly as it was. All measurements have been collected.
    ///
    /// # Errors
    /// When the device rejects the plan of so many, or was lost.
    pub async fn only(mut self, runs: &[usize], device: &Device) -> Result<Trainer, ExecError> {
        let mut snapshot = self.reading().snapshot().await?;
        for buffer in &mut snapshot.buffers {
            let each: Vec<&[f32]> = buffer.chunks(buffer.len() / self.runs.len()).collect();
            *buffer = runs.iter().flat_map(|run| each[*run]).copied().collect();
        }
        let configs: Vec<Config> = runs.iter().map(|run| self.runs[*run].clone()).collect();
        let mut next = Trainer::of_runs(&configs, build_runs(&configs), device).await?;
        next.put_back(&snapshot);
        next.record = self.record;
        Ok(next)
    }

    /// Goes on with other settings of the same network, in another plan where [they need one](Config::rebuilds).
    ///
    /// # Errors
    /// When the device rejects that plan, or was lost.
    pub async fn carried(mut self, now: &Config, device: &Device) -> Result<Trainer, ExecError> {
        if !now.rebuilds(&self.config) {
            self.adjust(now);
            return Ok(self);
        }
        let mut snapshot = self.snapshot().snapshot().await?;
        snapshot.adopt(now, &self.built.params);
        let mut next = Trainer::new(now, device).await?;
        next.restore(&snapshot).map_err(|why| ExecError::Rejected { what: "snapshot".into(), why })?;
        Ok(next)
    }
}
