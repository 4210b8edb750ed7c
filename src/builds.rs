//! What builds that only train leave out, words for people; and what the page leaves out, because it trains nothing.

/// Words for people; empty in builds that show nothing.
pub const fn words(text: &'static str) -> &'static str {
    if cfg!(feature = "page") { text } else { "" }
}

/// What draws the examples of a run; the page, which trains nothing, has `none` in its place, so that it need not be loaded.
pub const fn drawn<T: Copy>(own: T, none: T) -> T {
    if cfg!(any(feature = "cpu", feature = "gpu")) { own } else { none }
}
