//! What each build leaves out: the page names things that only trainers do, and trainers carry no words for people.

/// Whether this build can train.
pub const TRAINS: bool = cfg!(any(feature = "cpu", feature = "gpu"));

/// Words for people; empty in builds that show nothing.
pub const fn words(text: &'static str) -> &'static str {
    if cfg!(feature = "page") { text } else { "" }
}
