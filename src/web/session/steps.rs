//! Steps that were asked for by number, changes of settings on the way, and the end of a run.

use super::lost::Trouble;
use super::{Loaded, Mode, Session, answer};
use crate::config::Config;
use crate::exec::ExecError;
use crate::metrics::{Point, end};
use crate::protocol::Event;
use crate::train::{Device, Trainer};
use crate::web::scope::post;

impl Session {
    /// Trains `n` more steps than were asked for before.
    pub(super) fn step(&mut self, id: u32, n: u32) -> Result<(), Trouble> {
        let at = self.loaded.as_ref().map_or(0, |loaded| loaded.trainer.step());
        let from = match self.mode {
            Mode::Until(step) => step.max(at),
            Mode::Paused | Mode::Free => at,
        };
        let until = from.saturating_add(n);
        self.run(Mode::Until(until))?;
        self.stepping.push((until, id));
        Ok(())
    }

    /// Tells those who wait for steps that they are made, and when the run is `over`, that the others will not be.
    fn answer_steps(&mut self, over: bool) {
        let at = self.loaded.as_ref().map_or(0, |loaded| loaded.trainer.step());
        for (until, id) in self.stepping.extract_if(.., |(until, _)| over || *until <= at) {
            post(&Event::Stepped { id, made: until <= at });
        }
    }

    /// Nothing is left to train: pauses after steps that were asked for, or ends the run, unless its last measurement shows
    /// that it goes on.
    pub(super) async fn finish(&mut self) -> Result<(), Trouble> {
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        loaded.flush().await?;
        let (step, config) = (loaded.trainer.step(), loaded.trainer.config());
        let asked = matches!(self.mode, Mode::Until(until) if until <= step) && step < config.steps;
        if asked {
            self.mode = Mode::Paused;
            self.make_due_changes().await?;
            self.poll_inspect().await?;
            post(&Event::Paused);
            self.answer_steps(false);
            return Ok(());
        }
        loaded.measure().await?;
        if let Some(reason) = end(loaded.trainer.config(), &loaded.histories, step) {
            self.mode = Mode::Paused;
            self.poll_inspect().await?;
            post(&Event::Done { reason });
            self.answer_steps(true);
        }
        Ok(())
    }

    /// What the run's record changes at this step, if that has not been done.
    pub(super) async fn make_due_changes(&mut self) -> Result<(), Trouble> {
        match self.loaded.as_ref().and_then(|loaded| loaded.trainer.due()) {
            Some(due) => self.adjust(&due, true).await,
            None => Ok(()),
        }
    }

    /// The page's settings went from these to those.
    pub(super) async fn follow(&mut self, now: &Config, before: &Config) -> Result<(), Trouble> {
        let Some(loaded) = &self.loaded else { return Ok(()) };
        let (step, present) = (loaded.trainer.step(), loaded.trainer.config());
        let config = present.moved(now, before);
        // What the page sent before it knew that the run is over is for the next one; its end alone may still be put off.
        let over = |config: &Config| end(config, &loaded.histories, step).is_some();
        if over(present) && over(&config) {
            return Ok(());
        }
        self.adjust(&config, false).await
    }

    /// Goes on with other settings; `planned` by the run's record.
    pub(super) async fn adjust(&mut self, config: &Config, planned: bool) -> Result<(), Trouble> {
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        let step = loaded.trainer.step();
        let changed = if config.rebuilds(loaded.trainer.config()) {
            self.carry(config).await?;
            true
        } else {
            loaded.credit = 0.0;
            loaded.trainer.adjust(config)
        };
        if let Some(loaded) = self.loaded.as_ref().filter(|_| changed || planned) {
            post(&Event::Changed { step, config: loaded.trainer.record().clone(), planned });
        }
        Ok(())
    }
}

impl Loaded {
    /// Measures the last step, which no step follows that would.
    async fn measure(&mut self) -> Result<(), ExecError> {
        let step = self.trainer.step();
        if self.histories.iter().all(|history| history.points.last().is_some_and(|last| last.step == step)) {
            return Ok(());
        }
        for point in self.measured().await? {
            self.histories[point.run as usize].push(point);
            self.unsent.push(point);
        }
        self.report(true);
        Ok(())
    }

    async fn measured(&mut self) -> Result<Vec<Point>, ExecError> {
        if self.workers == 1 {
            return answer(&self.chosen, self.trainer.measure()).await;
        }
        // A part of the pairs is not the whole.
        let snapshot = self.trainer.snapshot().snapshot().await?;
        let mut whole = Trainer::new(self.trainer.config(), &Device::Cpu).await?;
        whole.restore(&snapshot).map_err(ExecError::Lost)?;
        whole.measure().await
    }
}
