//! A device or a helper may be lost at any moment: weights are copied in time, and the run goes on from them.

use super::order::Order;
use super::trouble::{Next, Trouble};
use super::{Loaded, Mode, Session, answer};
use crate::exec::{Engine, ExecError};
use crate::protocol::Event;
use crate::text::thousands;
use crate::tr;
use crate::web::worker::scope::{now_ms, post};

/// Weights are copied this often, milliseconds …
const SAFETY_MS: f64 = 5000.0;
/// … or, where that takes long, as often as it takes one part in so many of the time.
const PARTS: f64 = 50.0;
/// Larger copies are not sent to the page, whose memory would grow by several times as much, bytes.
const MOST: usize = 64 << 20;
/// So many devices may be lost one after the other, without anything measured between them.
const LOSSES: u32 = 3;

impl Session {
    /// The one place that says what trouble means, whatever was being done: a lost device or helper is forgotten, and its run
    /// ordered anew from the last copy. A GPU that refuses, or that is lost again and again, hands its run over to the CPU.
    pub(super) fn recover(&mut self, trouble: Trouble) -> Next {
        let error = match trouble {
            Trouble::Failed(message) => return Next::Failed(message),
            Trouble::Device(error) => error,
        };
        self.devices.forget();
        if let Some(old) = self.loaded.take() {
            self.order = Some(old.into_order(self.mode));
        }
        self.mode = Mode::Paused;
        let Some(order) = self.order.take() else { return Next::Failed(error.to_string()) };
        self.losses += 1;
        match error {
            ExecError::Lost(why) if order.engine == Engine::Cpu => self.alone_from(order, &why),
            ExecError::Lost(why) if self.losses <= LOSSES => {
                order.say_where(tr!("The GPU"), &why);
                self.order = Some(order);
                Next::Again
            }
            error if order.engine == Engine::Cpu => Next::Failed(error.to_string()),
            error => {
                order.hand_over(error.to_string());
                Next::Over
            }
        }
    }

    /// A helper was lost: the run goes on without any.
    fn alone_from(&mut self, order: Order, why: &str) -> Next {
        if core::mem::replace(&mut self.alone, true) {
            return Next::Failed(why.into());
        }
        order.say_where(tr!("A worker"), why);
        self.order = Some(order);
        Next::Again
    }
}

impl Order {
    /// Tells the visitor, unless nothing is lost by it.
    fn say_where(&self, what: &str, why: &str) {
        let at = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.step);
        let step = thousands(at.into());
        let message = match self.mode {
            Mode::Paused if self.told.as_ref().is_none_or(|(told, _)| *told <= at) => return,
            Mode::Paused => tr!("{what} was lost ({why}). It goes on from step {step}.", what, why, step),
            _ => tr!("{what} was lost ({why}). Training goes on from step {step}.", what, why, step),
        };
        post(&Event::Notice { message });
    }

    /// The page has a build that trains on the CPU.
    pub(super) fn hand_over(self, why: String) {
        let snapshot = self.snapshot.map(|snapshot| snapshot.encode());
        post(&Event::Refused { why, snapshot, running: self.mode != Mode::Paused });
    }
}

impl Loaded {
    /// What its trainer can be built anew from.
    fn into_order(self, mode: Mode) -> Order {
        let Loaded { trainer, chosen, mut histories, mut safe, mut checkpoints, pace, .. } = self;
        // What was changed since then is changed again, at the same steps.
        let mut config = trainer.record().clone();
        if let Some(safe) = &mut safe {
            safe.config = config;
            config = safe.settings();
        }
        let at = safe.as_ref().map_or(0, |snapshot| snapshot.step);
        checkpoints.rewind(at);
        for history in &mut histories {
            history.rewind(at);
            history.turn(trainer.record().turned(at));
        }
        Order {
            config,
            engine: chosen.engine,
            snapshot: safe,
            elapsed_ms: pace.elapsed_ms,
            histories,
            checkpoints,
            mode,
            told: Some((trainer.step(), chosen.adapter)),
        }
    }

    /// Copies the weights if it is time, or `at_once`: for a lost device, and for the page, should this worker be lost.
    pub(super) async fn copy_weights(&mut self, at_once: bool) -> Result<(), ExecError> {
        let (begin, step) = (now_ms(), self.trainer.step());
        if self.pace.copied == Some(step) || !(at_once || begin >= self.pace.next_copy) {
            return Ok(());
        }
        // The page then has every point up to there.
        self.deliver().await?;
        self.report(true);
        let reading = self.trainer.snapshot();
        let snapshot = answer(&self.chosen, reading.snapshot()).await?;
        if 4 * snapshot.buffers.iter().map(Vec::len).sum::<usize>() <= MOST {
            post(&Event::Copied { bytes: snapshot.encode() });
        }
        if self.chosen.engine == Engine::Gpu || self.workers > 1 {
            self.safe = Some(snapshot);
        }
        self.pace.copied = Some(step);
        self.pace.next_copy = now_ms() + SAFETY_MS.max(PARTS * (now_ms() - begin));
        Ok(())
    }
}
