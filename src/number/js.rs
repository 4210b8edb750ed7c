//! The browser's half of [`number`](super): JavaScript reads numbers.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Number)]
    fn number(text: &str) -> f64;
}

/// Any text that JavaScript takes for a number; not a number for others.
pub fn parse(text: &str) -> Option<f64> {
    Some(number(text))
}
