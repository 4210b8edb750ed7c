//! Going on with the weights that are there: in another plan, from an earlier step, or later, from what is handed out.

use super::order::Order;
use super::trouble::Trouble;
use super::{Loaded, Mode, Session, answer};
use crate::config::Config;
use crate::protocol::Event;
use crate::tr;
use crate::train::CheckpointHistory;
use crate::web::worker::scope::post;

impl Session {
    /// Goes on with the same weights in another plan.
    pub(super) async fn carry(&mut self, config: &Config) -> Result<(), Trouble> {
        let mode = self.mode;
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        loaded.flush().await?;
        let reading = loaded.trainer.snapshot();
        let mut snapshot = answer(&loaded.chosen, reading.snapshot()).await?;
        let was = loaded.trainer.config().clone();
        let fresh = snapshot.adopt(config, &loaded.trainer.built().params);
        let (engine, elapsed_ms) = (loaded.chosen.engine, loaded.pace.elapsed_ms);
        let mut histories = core::mem::take(&mut loaded.histories);
        let turned = snapshot.config.turned(snapshot.step);
        histories.iter_mut().for_each(|history| history.turn(turned));
        let mut checkpoints = core::mem::take(&mut loaded.checkpoints);
        if config.task != was.task {
            // Another operation: what its network was before is no step of it that could be gone back to.
            checkpoints = CheckpointHistory::default();
        } else if fresh {
            checkpoints.forget();
        }
        let (config, snapshot) = (config.clone(), Some(snapshot));
        self.order = Some(Order { config, engine, snapshot, elapsed_ms, histories, checkpoints, mode, told: None });
        self.build().await
    }

    /// Goes back to a checkpoint, paused.
    pub(super) async fn fork(&mut self, at: Option<u32>) -> Result<(), Trouble> {
        self.mode = Mode::Paused;
        let loaded = self.loaded.as_mut().ok_or_else(|| tr!("nothing is loaded yet, so there is nothing to go on from"))?;
        loaded.flush().await?;
        let now = loaded.trainer.step();
        let Loaded { trainer, checkpoints, chosen, histories, inspector, pace, .. } = loaded;
        let mut fresh = false;
        if let Some(checkpoint) = checkpoints.at(at, now) {
            let step = checkpoint.step;
            let reading = trainer.snapshot();
            let mut snapshot = answer(&*chosen, reading.snapshot()).await?;
            fresh = snapshot.go_back(checkpoint);
            // It goes on with the settings of now, from here on.
            snapshot.config.at.rewind(step);
            fresh |= snapshot.adopt(trainer.config(), &trainer.built().params);
            trainer.restore(&snapshot)?;
            checkpoints.rewind(step);
            for history in histories.iter_mut() {
                history.rewind(step);
                history.turn(snapshot.config.turned(step));
            }
            inspector.iter_mut().for_each(|inspector| inspector.rewind(step));
            pace.elapsed_ms *= f64::from(step) / f64::from(now);
            pace.recent.clear();
            loaded.helpers = None;
            loaded.safe = Some(snapshot);
            loaded.pace.copied = None;
        }
        post(&loaded.describe(fresh));
        loaded.copy_weights(true).await?;
        Ok(())
    }

    /// Answers with everything needed to go on from here.
    pub(super) async fn snapshot(&mut self, id: u32) -> Result<(), Trouble> {
        let loaded = self.loaded.as_mut().ok_or_else(|| tr!("nothing is loaded yet, so there is nothing to snapshot"))?;
        // The page then has every point up to the step of the snapshot.
        loaded.deliver().await?;
        loaded.report(true);
        let reading = loaded.trainer.snapshot();
        let snapshot = answer(&loaded.chosen, reading.snapshot()).await?;
        post(&Event::Snapshot { id, bytes: snapshot.encode() });
        Ok(())
    }

    /// Answers with the weights as a file.
    pub(super) async fn weights(&mut self, id: u32) -> Result<(), Trouble> {
        let loaded = self.loaded.as_mut().ok_or_else(|| tr!("nothing is loaded yet, so there are no weights"))?;
        let reading = loaded.trainer.weights();
        let read = answer(&loaded.chosen, reading).await?;
        post(&Event::Weights { id, bytes: loaded.trainer.safetensors(&read, loaded.chosen.engine.id()) });
        Ok(())
    }
}
