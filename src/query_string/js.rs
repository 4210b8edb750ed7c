//! The browser's half of [`query_string`](super): JavaScript has a codec.

use js_sys::Array;
use web_sys::UrlSearchParams;

/// Names and values as one text.
pub fn to_query(pairs: &[(&str, String)]) -> String {
    let Ok(query) = UrlSearchParams::new() else { return String::new() };
    pairs.iter().for_each(|(name, value)| query.append(name, value));
    query.to_string().into()
}

/// Names and values of any text.
pub fn from_query(query: &str) -> Vec<(String, String)> {
    let Ok(query) = UrlSearchParams::new_with_str(query) else { return vec![] };
    let text = |pair: &Array, i| pair.get(i).as_string().unwrap_or_default();
    Array::from(&query).iter().map(|pair| Array::from(&pair)).map(|pair| (text(&pair, 0), text(&pair, 1))).collect()
}
