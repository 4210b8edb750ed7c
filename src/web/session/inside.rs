//! Looks inside, between chunks of training, and the album of weights that going back in time needs.

use super::lost::Trouble;
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
    pub(super) async fn inspect(&mut self, inspect: Inspect) -> Result<(), Trouble> {
        // Only the last question is of interest.
        self.inquiry = Some(inspect);
        self.glance().await
    }

    /// Answers a question that waits, if training can afford it.
    pub(super) async fn glance(&mut self) -> Result<(), Trouble> {
        let (Some(inquiry), Some(loaded)) = (&self.inquiry, &self.loaded) else { return Ok(()) };
        let patience = if inquiry.urgent { URGENT } else { PATIENCE };
        if !self.training() || now_ms() >= loaded.looked.end + patience * loaded.looked.took {
            return self.look().await;
        }
        Ok(())
    }

    /// Answers the question that waits; a lost device is trouble, for anything else the network cannot be looked into.
    pub(super) async fn look(&mut self) -> Result<(), Trouble> {
        let (Some(inspect), Some(loaded)) = (self.inquiry.take(), &mut self.loaded) else { return Ok(()) };
        let begin = now_ms();
        let result = loaded.look(&inspect).await;
        loaded.looked = Looked { end: now_ms(), took: now_ms() - begin };
        match result {
            Ok(inspected) => post(&Event::Inspected(inspected)),
            Err(Trouble::Device(lost @ ExecError::Lost(_))) => {
                self.inquiry = Some(inspect);
                return Err(lost.into());
            }
            Err(Trouble::Device(error)) => post(&Event::Opaque { why: error.to_string() }),
            Err(Trouble::Failed(why)) => post(&Event::Opaque { why }),
        }
        Ok(())
    }
}

impl Loaded {
    async fn look(&mut self, inspect: &Inspect) -> Result<Inspected, Trouble> {
        let Loaded { trainer, inspector, album, chosen, .. } = self;
        let inspector = match inspector {
            Some(inspector) => inspector,
            None => {
                let made =
                    answer(chosen, async { Inspector::new(trainer.config(), &chosen.device).await.map_err(Trouble::from) });
                match made.await {
                    Ok(made) => inspector.insert(made),
                    Err(_) if chosen.device.is_lost() => return Err(ExecError::Lost("while it was looked inside".into()).into()),
                    Err(trouble) => return Err(trouble),
                }
            }
        };
        let now = trainer.step();
        let present;
        let (step, weights) = match album.at(inspect.at, now) {
            Some(kept) => (kept.step, &kept.weights[..]),
            None => {
                present = answer(chosen, trainer.weights()).await?;
                (now, present.first().map_or(&[][..], Vec::as_slice))
            }
        };
        let inspected = inspector.answer(inspect, step, weights, album);
        Ok(answer(chosen, inspected).await?)
    }

    /// Keeps the present step if its time has come.
    pub(super) async fn remember(&mut self) -> Result<(), ExecError> {
        if self.album.wants(self.trainer.step())
            && let Some(portrait) = self.trainer.portrait(self.album.room())
        {
            self.album.keep(answer(&self.chosen, portrait.picture()).await?);
        }
        Ok(())
    }
}
