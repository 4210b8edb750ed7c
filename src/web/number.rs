//! The browser's half of [`number`](crate::number).

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = String)]
    fn text(value: f64) -> String;
    #[wasm_bindgen(js_name = Number)]
    fn number(text: &str) -> f64;
}

/// As JavaScript writes it, without a plus sign.
pub fn shortest(value: f64) -> String {
    text(value).replace('+', "")
}

/// With this many decimals.
pub fn fixed(value: f64, decimals: u8) -> String {
    js_sys::Number::from(value).to_fixed(decimals).map_or_else(|_| text(value), String::from)
}

/// With a power of ten and this many decimals, without a plus sign.
pub fn exponential(value: f64, decimals: u8) -> String {
    let text = js_sys::Number::from(value).to_exponential(decimals);
    text.map_or_else(|_| shortest(value), |text| String::from(text).replace('+', ""))
}

/// Any text that JavaScript takes for a number; not a number for others.
pub fn parse(text: &str) -> Option<f64> {
    Some(number(text))
}
