//! What our own page remembers of this browser's GPU. Where nothing may be stored, as in some private windows, it measures
//! at every visit; on other sites' pages it stores nothing.

use web_sys::Storage;

use super::dom::window;

const NAME: &str = "grokking-lab tiles";

fn storage() -> Option<Storage> {
    window().ok()?.local_storage().ok()?
}

/// What was kept, at this visit or another.
pub fn recall() -> Option<String> {
    storage()?.get_item(NAME).ok()?
}

/// Keeps this for the next visit.
pub fn keep(text: &str) {
    if let Some(storage) = storage() {
        // Full, or forbidden.
        let _ = storage.set_item(NAME, text);
    }
}
