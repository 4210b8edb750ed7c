//! Query strings to names and values and back, as HTML forms write them. In the browser JavaScript does it.

#[cfg(target_arch = "wasm32")]
mod js;

#[cfg(target_arch = "wasm32")]
use self::js as platform;
#[cfg(not(target_arch = "wasm32"))]
use self::native as platform;

/// `a=x%2Fy&b=1`
pub fn to_query(pairs: &[(&str, String)]) -> String {
    platform::to_query(pairs)
}

/// The pairs of a query without its `?`. Takes any text.
pub fn from_query(query: &str) -> Vec<(String, String)> {
    platform::from_query(query)
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    pub fn to_query(pairs: &[(&str, String)]) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    pub fn from_query(query: &str) -> Vec<(String, String)> {
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }
}
