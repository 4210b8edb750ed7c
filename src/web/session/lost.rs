//! A device or a helper may be lost: weights are copied in time, and training goes on from them.

use super::{Loaded, SAFETY_MS, Session, answer};
use crate::exec::ExecError;
use crate::protocol::{Engine, Event};
use crate::web::scope::post;

impl Session {
    /// Builds everything anew after a lost device and goes on from the last copied weights.
    pub(super) async fn recover(&mut self, why: &str) {
        let (mode, stepping) = (self.mode, core::mem::take(&mut self.stepping));
        let Some(mut old) = self.loaded.take() else { return };
        let mut config = old.trainer.record().clone();
        if let Some(safe) = &mut old.safe {
            // What changed since then changes again at the same steps.
            safe.config = config;
            config = safe.settings();
        }
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
            self.stepping = stepping;
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
