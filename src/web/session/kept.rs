//! What the session hands out to be kept, and takes back.

use super::{Loaded, Mode, Session, answer};
use crate::config::Config;
use crate::metrics::{History, Milestones};
use crate::protocol::{Engine, Event};
use crate::train::Snapshot;
use crate::web::scope::post;

impl Session {
    /// Goes on with a kept run.
    pub(super) async fn restore(
        &mut self,
        bytes: &[u8],
        engine: Engine,
        elapsed_ms: f64,
        milestones: &[Milestones],
    ) -> Result<(), String> {
        let snapshot = Snapshot::decode(bytes)?;
        self.load(&snapshot.settings(), engine, Some(snapshot), elapsed_ms).await?;
        if let Some(loaded) = &mut self.loaded {
            for (history, passed) in loaded.histories.iter_mut().zip(milestones) {
                *history = History::going_on(*passed);
            }
        }
        Ok(())
    }

    /// Goes on with the same weights in another plan.
    pub(super) async fn carry(&mut self, config: Config) -> Result<(), String> {
        let (mode, stepping) = (self.mode, core::mem::take(&mut self.stepping));
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        loaded.flush().await.map_err(|e| e.to_string())?;
        let reading = loaded.trainer.snapshot();
        let mut snapshot = answer(&loaded.chosen.device, reading.snapshot()).await.map_err(|e| e.to_string())?;
        let fresh = snapshot.adopt(&config);
        let (engine, elapsed_ms) = (loaded.chosen.engine, loaded.pace.elapsed_ms);
        let histories = core::mem::take(&mut loaded.histories);
        let mut album = core::mem::take(&mut loaded.album);
        if fresh {
            album.forget();
        }
        self.load(&config, engine, Some(snapshot), elapsed_ms).await?;
        if let Some(loaded) = &mut self.loaded {
            loaded.histories = histories;
            loaded.album = album;
            if mode != Mode::Paused {
                self.run(mode)?;
                self.stepping = stepping;
            }
        }
        Ok(())
    }

    /// Goes back to a kept step, paused.
    pub(super) async fn fork(&mut self, at: Option<u32>) -> Result<(), String> {
        self.mode = Mode::Paused;
        let loaded = self.loaded.as_mut().ok_or("nothing is loaded yet, so there is nothing to go on from")?;
        loaded.flush().await.map_err(|e| e.to_string())?;
        let now = loaded.trainer.step();
        let Loaded { trainer, album, chosen, histories, inspector, pace, .. } = loaded;
        let mut fresh = false;
        if let Some(picture) = album.at(at, now) {
            let step = picture.step;
            let reading = trainer.snapshot();
            let mut snapshot = answer(&chosen.device, reading.snapshot()).await.map_err(|e| e.to_string())?;
            fresh = snapshot.go_back(picture);
            // It goes on with the settings of now, from here on.
            snapshot.config.at.rewind(step);
            snapshot.config.note(step, trainer.config());
            trainer.restore(&snapshot)?;
            album.rewind(step);
            histories.iter_mut().for_each(|history| history.rewind(step));
            inspector.iter_mut().for_each(|inspector| inspector.rewind(step));
            pace.elapsed_ms *= f64::from(step) / f64::from(now);
            pace.recent.clear();
            loaded.helpers = None;
            loaded.safe = Some(snapshot);
        }
        post(&loaded.describe(fresh));
        Ok(())
    }

    /// Answers with everything needed to go on from here.
    pub(super) async fn snapshot(&mut self, id: u32) -> Result<(), String> {
        let loaded = self.loaded.as_mut().ok_or("nothing is loaded yet, so there is nothing to snapshot")?;
        // The page then has every point up to the step of the snapshot.
        loaded.deliver().await.map_err(|e| e.to_string())?;
        loaded.report(true);
        let reading = loaded.trainer.snapshot();
        let snapshot = answer(&loaded.chosen.device, reading.snapshot()).await.map_err(|e| e.to_string())?;
        post(&Event::Snapshot { id, bytes: snapshot.encode() });
        Ok(())
    }

    /// Answers with the weights as a file.
    pub(super) async fn weights(&mut self, id: u32) -> Result<(), String> {
        let loaded = self.loaded.as_mut().ok_or("nothing is loaded yet, so there are no weights")?;
        let reading = loaded.trainer.weights();
        let read = answer(&loaded.chosen.device, reading).await.map_err(|e| e.to_string())?;
        post(&Event::Weights { id, bytes: loaded.trainer.safetensors(&read, loaded.chosen.engine.id()) });
        Ok(())
    }
}
