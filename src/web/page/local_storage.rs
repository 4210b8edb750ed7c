//! The browser's local storage, where our own page remembers how it measured its GPU. Where nothing may be stored, as in some private windows, it measures
//! at every visit; on other sites' pages it stores nothing.

use web_sys::Storage;

use super::dom::window;

const NAME: &str = "grokking-lab tiles";

fn storage() -> Option<Storage> {
    window().ok()?.local_storage().ok()?
}

/// What was written, at this visit or another.
pub fn read() -> Option<String> {
    storage()?.get_item(NAME).ok()?
}

/// Writes this down for the next visit.
pub fn write(text: &str) {
    if let Some(storage) = storage() {
        // Full, or forbidden.
        let _ = storage.set_item(NAME, text);
    }
}
