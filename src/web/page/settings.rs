//! Settings as objects of the page's programs.

use wasm_bindgen::prelude::*;

use super::dom::{Result, object};
use crate::config::{Config, KEYS, Key, Kind, key};
use crate::number;

#[wasm_bindgen]
extern "C" {
    /// A value as text, the way the language prints it.
    #[wasm_bindgen(catch, js_name = String)]
    fn print(value: &JsValue) -> Result<String>;
}

/// An object of settings, as far as they are wanted.
pub fn settings(config: &Config, wanted: impl Fn(&Key) -> bool) -> js_sys::Object {
    object(KEYS.iter().filter(|key| wanted(key)).map(|key| (key.name, value(key, config))))
}

/// The names and values of an object of settings; null is the value of `base`.
pub fn pairs(settings: &js_sys::Object, base: &Config) -> Vec<(String, String)> {
    let mut pairs = vec![];
    for entry in js_sys::Object::entries(settings) {
        let entry: js_sys::Array = entry.unchecked_into();
        let (name, value) = (print(&entry.get(0)).unwrap_or_default(), entry.get(1));
        if value.is_null() {
            pairs.extend(key(&name).map(|key| (name, (key.get)(base))));
        } else if !value.is_undefined() {
            // An object may have no text at all.
            pairs.push((name, print(&value).unwrap_or_else(|_| "an object".into())));
        }
    }
    pairs
}

/// A key's value with its natural type.
fn value(key: &Key, config: &Config) -> JsValue {
    let text = (key.get)(config);
    match key.kind {
        Kind::Integer(..) | Kind::Number(..) => number::parse(&text).map_or(JsValue::from_str(&text), JsValue::from_f64),
        Kind::Flag => JsValue::from_bool(text == "true"),
        Kind::Choice(_) | Kind::Operation | Kind::Text => JsValue::from_str(&text),
    }
}
