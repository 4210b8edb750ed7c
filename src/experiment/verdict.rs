//! What a judgement is.

use crate::tr;

/// Whether something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// It does, whatever follows.
    Holds,
    /// It cannot any more.
    Fails,
    /// The run is not far enough.
    Open,
}

/// A judgement, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it holds.
    pub judgement: Judgement,
    /// What was measured, as a phrase.
    pub measured: String,
}

/// What has no number yet.
pub fn unmeasured() -> String {
    tr!("not measured yet").into()
}

/// The judgement of what is known, if it is.
pub fn when(known: Option<bool>) -> Judgement {
    match known {
        Some(true) => Judgement::Holds,
        Some(false) => Judgement::Fails,
        None => Judgement::Open,
    }
}
