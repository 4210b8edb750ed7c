//! Whether a worker answers.

/// Seconds between two calls of [`Silence::tick`], as long as nothing is suspended.
pub const TICK_S: u32 = 2;
/// Seconds that a worker may be silent before it has said how many it needs.
const PATIENCE_S: u32 = 30;

/// How long a worker has been silent. Ticks are counted, not time, because a machine that sleeps, or a tab that is frozen, stops
/// both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Ticks since it was asked, if it has not answered.
    ticks: Option<u32>,
    patience_s: u32,
}

/// What follows from a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Nothing.
    Enough,
    /// It is to be asked whether it lives.
    Ask,
    /// It has not answered for so many seconds, and will not.
    Gone(u32),
}

impl Default for Silence {
    fn default() -> Self {
        Silence { ticks: None, patience_s: PATIENCE_S }
    }
}

impl Silence {
    /// It said something.
    pub fn heard(&mut self) {
        self.ticks = None;
    }

    /// It asks for so many seconds of patience.
    pub fn alive(&mut self, patience_s: u32) {
        self.patience_s = patience_s;
    }

    /// Another tick; whether it is to be asked now, unless it was.
    pub fn tick(&mut self, ask: bool) -> Heard {
        match &mut self.ticks {
            Some(ticks) => {
                *ticks += 1;
                let seconds = *ticks * TICK_S;
                if seconds >= self.patience_s.max(1) { Heard::Gone(seconds) } else { Heard::Enough }
            }
            None if ask => {
                self.ticks = Some(0);
                Heard::Ask
            }
            None => Heard::Enough,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_once_and_gone_after_the_patience_it_asked_for() {
        let mut silence = Silence::default();
        assert_eq!([false, true, true].map(|ask| silence.tick(ask)), [Heard::Enough, Heard::Ask, Heard::Enough]);
        silence.heard();
        silence.alive(5);
        assert_eq!([true; 4].map(|ask| silence.tick(ask)), [Heard::Ask, Heard::Enough, Heard::Enough, Heard::Gone(6)]);
        silence.heard();
        assert_eq!(silence.tick(false), Heard::Enough);
    }

    #[test]
    fn no_patience_is_some() {
        let mut silence = Silence::default();
        silence.alive(0);
        assert_eq!([true; 2].map(|ask| silence.tick(ask)), [Heard::Ask, Heard::Gone(2)]);
    }
}
