//! Handwritten digits, which this worker fetches once a run needs them.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::scope::scope;
use crate::config::Config;
use crate::task::digits;
use crate::tr;

thread_local! {
    /// Where their file is.
    static ADDRESS: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Remembers where the file with the digits is.
pub fn lie_at(address: String) {
    ADDRESS.set(address);
}

/// Where the file with the digits is; a helper of this worker is to know, too.
pub fn address() -> String {
    ADDRESS.with_borrow(String::clone)
}

/// Has at hand what a run of this configuration is shown.
///
/// # Errors
/// What cannot be had, and what to do.
pub async fn have(config: &Config) -> Result<(), String> {
    if !digits::missing(config) {
        return Ok(());
    }
    let file = address();
    let text = fetch(&file).await.map_err(|why| {
        tr!("the handwritten digits cannot be had from {file} ({why}): check the connection, then try again", file, why)
    })?;
    digits::learn(&text, &file)
}

/// The text at an address, or why there is none.
async fn fetch(address: &str) -> Result<String, String> {
    // What a fetch is rejected with is an error; another script may have put anything in its place.
    let words = |error: JsValue| error.dyn_ref::<js_sys::Error>().map_or_else(String::new, |error| error.message().into());
    let response = JsFuture::from(scope().fetch_with_str(address)).await.map_err(words)?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(tr!("the server answers {status}", status = response.status()));
    }
    let text = JsFuture::from(response.text().map_err(words)?).await.map_err(words)?;
    Ok(text.as_string().unwrap_or_default())
}
