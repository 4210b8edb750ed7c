//! What builds that only train leave out: words for people.

/// Words for people; empty in builds that show nothing.
pub const fn words(text: &'static str) -> &'static str {
    if cfg!(feature = "page") { text } else { "" }
}
