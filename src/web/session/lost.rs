//! A device or a helper may be lost: weights are copied in time, and training goes on from them.

use super::{Loaded, SAFETY_MS, Session, answer};
use crate::exec::ExecError;
use crate::protocol::{Engine, Event};
use crate::web::scope::post;

impl Session {
    /// Builds everything anew after a lost device and goes on from the last copied weights.
    pub(super) async fn recover(&mut self, why: &str) {
        let mode = self.mode;
        let Some(old) = self.loaded.take() else { return };
        let config = old.trainer.config().clone();
        self.devices.forget();
        let what = if old.workers > 1 { "A worker" } else { "The GPU" };
        self.alone |= old.workers > 1;
        let at = old.safe.as_ref().map_or(0, |snapshot| snapshot.step);
        post(&Event::Notice { message: format!("{what} was lost ({why}). Training goes on from step {at}.") });
        if let Err(message) = self.load(&config, old.chosen.engine, old.safe, old.pace.elapsed_ms).await {
            self.fail(message);
        }
        // Without a trainer, the page has been told to go on elsewhere.
        if let Some(loaded) = &mut self.loaded {
            loaded.histories = old.histories;
            loaded.album = old.album;
            loaded.album.rewind(at);
            if let Err(message) = self.run(mode) {
                self.fail(message);
            }
        }
    }
}

impl Loaded {
    pub(super) async fn copy_weights(&mut self, now: f64) -> Result<(), ExecError> {
        if (self.chosen.engine == Engine::Gpu || self.workers > 1) && now - self.pace.last_copy > SAFETY_MS {
            self.pace.last_copy = now;
            let reading = self.trainer.snapshot();
            self.safe = Some(answer(&self.chosen.device, reading.snapshot()).await?);
        }
        Ok(())
    }
}
