//! Looks inside, between chunks of training, and the album of weights that going back in time needs.

use super::{Loaded, Session, answer};
use crate::exec::ExecError;
use crate::inspect::Inspector;
use crate::protocol::Event;
use crate::protocol::inspect::{Inspect, Inspected};
use crate::web::scope::{now_ms, post};

/// After a look, training goes on for this many times as long as it took, so that it slows down by less than a tenth …
const PATIENCE: f64 = 14.0;
/// … and for as long as it took, when somebody waits for the next one: dragging along a chart costs no more than half.
const URGENT: f64 = 1.0;

/// When the last look ended, and how long it took.
#[derive(Default)]
pub(super) struct Looked {
    end: f64,
    took: f64,
}

impl Session {
    /// Answers a question, at once or when it is time for it.
    pub(super) async fn inspect(&mut self, inspect: Inspect) -> Result<(), String> {
        // Only the last question is of interest.
        self.inquiry = Some(inspect);
        self.glance().await;
        Ok(())
    }

    /// Answers a question that waits, if training can afford it.
    pub(super) async fn glance(&mut self) {
        let (Some(inquiry), Some(loaded)) = (&self.inquiry, &self.loaded) else { return };
        let patience = if inquiry.urgent { URGENT } else { PATIENCE };
        if !self.training() || now_ms() >= loaded.looked.end + patience * loaded.looked.took {
            self.look().await;
        }
    }

    /// Answers the question that waits.
    pub(super) async fn look(&mut self) {
        let (Some(inspect), Some(loaded)) = (self.inquiry.take(), &mut self.loaded) else { return };
        let begin = now_ms();
        let result = loaded.look(&inspect).await;
        post(&match result {
            Ok(inspected) => Event::Inspected(inspected),
            // A device that is lost is noticed by training as well.
            Err(why) => Event::Opaque { why },
        });
        loaded.looked = Looked { end: now_ms(), took: now_ms() - begin };
    }
}

impl Loaded {
    async fn look(&mut self, inspect: &Inspect) -> Result<Inspected, String> {
        let Loaded { trainer, inspector, album, chosen, .. } = self;
        let inspector = match inspector {
            Some(inspector) => inspector,
            None => inspector.insert(answer(&chosen.device, Inspector::new(trainer.config(), &chosen.device)).await?),
        };
        let now = trainer.step();
        let present;
        let (step, weights) = match album.at(inspect.at, now) {
            Some(kept) => (kept.step, &kept.weights[..]),
            None => {
                present = answer(&chosen.device, trainer.weights()).await.map_err(|error| error.to_string())?;
                (now, present.first().map_or(&[][..], Vec::as_slice))
            }
        };
        let inspected = inspector.answer(inspect, step, weights, album);
        answer(&chosen.device, inspected).await.map_err(|error| error.to_string())
    }

    /// Keeps the present step if its time has come.
    pub(super) async fn remember(&mut self) -> Result<(), ExecError> {
        if self.album.wants(self.trainer.step()) {
            let portrait = self.trainer.portrait();
            self.album.keep(answer(&self.chosen.device, portrait.picture()).await?);
        }
        Ok(())
    }
}
