//! The phase of the run on the page, and how one follows another. Where its trainer is, is another matter: see
//! [`Worker`](super::worker::Worker).

use super::{App, Effect, OnceReady, State};
use crate::metrics::End;

/// Where the run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::view) enum Phase {
    /// Not started.
    Idle {
        /// It starts as soon as it can be seen.
        auto_paused: bool,
    },
    /// Training, or about to.
    Running,
    /// Stopped in between.
    Paused {
        /// Only because nobody could see it: it goes on as soon as somebody can.
        auto_paused: bool,
    },
    /// Over.
    Done(End),
    /// Failed.
    Failed,
}

impl Phase {
    /// Not started, and nothing but the visitor starts it.
    pub const IDLE: Phase = Phase::Idle { auto_paused: false };
    /// Stopped, and nothing but the visitor starts it again.
    pub const PAUSED: Phase = Phase::Paused { auto_paused: false };

    /// The same without the promise to go on by itself.
    fn left_alone(self) -> Phase {
        match self {
            Phase::Idle { .. } => Phase::IDLE,
            Phase::Paused { .. } => Phase::PAUSED,
            other => other,
        }
    }
}

impl App {
    /// The `state` property.
    pub fn state(&self) -> State {
        match self.phase {
            Phase::Idle { .. } => State::Idle,
            Phase::Running => State::Running,
            Phase::Paused { .. } => State::Paused,
            Phase::Done(_) => State::Done,
            Phase::Failed => State::Error,
        }
    }

    /// Why the run is over, if it is.
    pub fn end(&self) -> Option<End> {
        match self.phase {
            Phase::Done(end) => Some(end),
            _ => None,
        }
    }

    /// Whether it is paused only because nobody could see it.
    pub fn auto_paused(&self) -> bool {
        matches!(self.phase, Phase::Idle { auto_paused: true } | Phase::Paused { auto_paused: true })
    }

    /// Whether it trains, or is about to.
    pub(super) fn running(&self) -> bool {
        self.phase == Phase::Running
    }

    /// It does not go on by itself.
    pub(super) fn leave_alone(&mut self) {
        self.phase = self.phase.left_alone();
    }

    /// The worker trains. After an automatic pause this was said before the worker heard of it.
    pub(super) fn now_running(&mut self) {
        if !self.auto_paused() {
            self.phase = Phase::Running;
        }
    }

    /// The worker does not train, for whatever reason it was paused.
    pub(super) fn now_paused(&mut self) {
        self.phase = Phase::Paused { auto_paused: self.auto_paused() };
    }

    /// It was to start by itself, but nobody sees it yet.
    pub(super) fn start_when_visible(&mut self) {
        self.phase = Phase::Idle { auto_paused: true };
    }

    /// The element can be seen, or no longer. Seen for the first time it starts its worker; a run pauses while it cannot be
    /// seen. One that was started out of sight on purpose is left alone.
    pub fn set_visible(&mut self, visible: bool) {
        if visible {
            self.wake();
        }
        if visible == self.visible {
            return;
        }
        self.visible = visible;
        self.start_sweep();
        if !visible && self.running() {
            self.pause();
            self.phase = Phase::Paused { auto_paused: true };
        } else if visible && self.auto_paused() {
            self.start();
        }
    }

    /// The sweep that is to start does, if it is seen: `autoplay` is about all runs that the settings ask for.
    pub(super) fn start_sweep(&mut self) {
        if self.visible && core::mem::take(&mut self.sweep_due) {
            self.effects.push(Effect::StartSweep);
        }
    }

    /// A trainer is there for a run that was to go on with it: it does, unless that was `autoplay`'s idea and nobody sees it.
    pub(super) fn go_on(&mut self) -> bool {
        let goes_on = self.visible || self.running();
        if goes_on {
            self.phase = Phase::Running;
        } else {
            self.start_when_visible();
        }
        goes_on
    }

    /// Training failed: what was to follow does not.
    pub(super) fn fail(&mut self) {
        self.once_ready = OnceReady::Nothing;
        self.phase = Phase::Failed;
    }
}

#[cfg(test)]
impl From<State> for Phase {
    fn from(state: State) -> Phase {
        match state {
            State::Idle => Phase::IDLE,
            State::Running => Phase::Running,
            State::Paused => Phase::PAUSED,
            State::Done => Phase::Done(End::Limit),
            State::Error => Phase::Failed,
        }
    }
}
