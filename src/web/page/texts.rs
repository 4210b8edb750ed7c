//! Texts in other languages, for the script around the element and for our own page.

use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::dom::{Result, fill};
use crate::language;

/// Makes markup of our own the content of an element of the page.
#[wasm_bindgen]
pub fn write(element: &Element, markup: &str) -> Result<()> {
    fill(element, markup)
}

/// Teaches all labs of the page a language: English texts and their translations by turns.
#[wasm_bindgen]
pub fn learn(language: &str, texts: Vec<String>) {
    language::learn(language, texts);
}
