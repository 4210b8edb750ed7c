//! Looks inside, between chunks of training, and the checkpoints that going back in time needs.

use super::trouble::Trouble;
use super::{Loaded, Session, answer};
use crate::exec::ExecError;
use crate::inspect::Inspector;
use crate::protocol::Event;
use crate::protocol::inspect::{Asker, InspectQuery, InspectReply};
use crate::tr;
use crate::web::worker::scope::{now_ms, post};

/// After a look, training goes on for this many times as long as it took, so that it slows down by a tenth …
const PATIENCE: f64 = 9.0;
/// … and for as long as it took, when somebody waits for the next one: dragging along a chart costs no more than half.
const URGENT: f64 = 1.0;

/// When the last look ended, and how long it took.
#[derive(Default)]
pub(super) struct InspectClock {
    end: f64,
    took: f64,
}

impl Session {
    /// Answers a question, at once or when it is time for it.
    pub(super) async fn inspect(&mut self, query: InspectQuery) -> Result<(), Trouble> {
        use core::mem::discriminant;
        // Whoever has been promised an answer gets it; of the others, only the last question is of interest.
        let promised = |asker: Asker| matches!(asker, Asker::Promise(_));
        self.inquiries.retain(|other| promised(other.asker) || discriminant(&other.asker) != discriminant(&query.asker));
        self.inquiries.push(query);
        self.poll_inspect().await
    }

    /// Answers questions that wait: a paused run all of them, a training one at most one that it can afford.
    pub(super) async fn poll_inspect(&mut self) -> Result<(), Trouble> {
        while let Some(loaded) = &self.loaded {
            let training = self.training();
            let affordable = |inquiry: &InspectQuery| {
                let patience = if inquiry.urgent { URGENT } else { PATIENCE };
                !training || now_ms() >= loaded.inspect_clock.end + patience * loaded.inspect_clock.took
            };
            let Some(next) = self.inquiries.iter().position(affordable) else { return Ok(()) };
            self.answer_query(next).await?;
            if training {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Answers a question; a lost device is trouble, for anything else the network cannot be looked into.
    async fn answer_query(&mut self, which: usize) -> Result<(), Trouble> {
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        let query = self.inquiries.remove(which);
        let begin = now_ms();
        let result = loaded.inspect(&query).await;
        loaded.inspect_clock = InspectClock { end: now_ms(), took: now_ms() - begin };
        let why = match result {
            Ok(inspected) => {
                post(&Event::Inspected(inspected));
                return Ok(());
            }
            Err(Trouble::Device(lost @ ExecError::Lost(_))) => {
                self.inquiries.insert(which, query);
                return Err(lost.into());
            }
            Err(Trouble::Device(error)) => error.to_string(),
            Err(Trouble::Failed(why)) => why,
        };
        match query.asker {
            Asker::Promise(id) => post(&Event::Unanswered { id, why }),
            Asker::View(_) | Asker::Stage(_) => post(&Event::Opaque { why }),
            Asker::Claim => {}
        }
        Ok(())
    }

    /// Nobody will answer the questions that wait.
    pub(super) fn give_up(&mut self, why: &str) {
        for query in core::mem::take(&mut self.inquiries) {
            if let Asker::Promise(id) = query.asker {
                post(&Event::Unanswered { id, why: why.into() });
            }
        }
    }
}

impl Loaded {
    async fn inspect(&mut self, query: &InspectQuery) -> Result<InspectReply, Trouble> {
        let Loaded { trainer, inspector, checkpoints, chosen, .. } = self;
        let inspector = match inspector {
            Some(inspector) => inspector,
            None => {
                let made =
                    answer(chosen, async { Inspector::new(trainer.config(), &chosen.device).await.map_err(Trouble::from) });
                match made.await {
                    Ok(made) => inspector.insert(made),
                    Err(_) if chosen.device.is_lost() => {
                        return Err(ExecError::Lost(tr!("while it was looked inside").into()).into());
                    }
                    Err(trouble) => return Err(trouble),
                }
            }
        };
        let now = trainer.step();
        let present;
        let (step, weights) = match checkpoints.at(query.at, now) {
            Some(checkpoint) => (checkpoint.step, &checkpoint.weights[..]),
            None => {
                present = answer(chosen, trainer.weights()).await?;
                (now, present.first().map_or(&[][..], Vec::as_slice))
            }
        };
        let inspected = inspector.answer(query, step, weights, checkpoints);
        Ok(answer(chosen, inspected).await?)
    }

    /// Makes a checkpoint of the present step if its time has come.
    pub(super) async fn remember(&mut self) -> Result<(), ExecError> {
        if self.checkpoints.wants(self.trainer.step())
            && let Some(pending) = self.trainer.start_checkpoint(self.checkpoints.room())
        {
            self.checkpoints.add(answer(&self.chosen, pending.checkpoint()).await?);
        }
        Ok(())
    }
}
