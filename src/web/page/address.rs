//! Where a configuration comes from and is written to: the element's attributes and the page's hash.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::dom::{Result, object, window};
use crate::config::{Config, Problem};
use crate::settings::{from_query, names, to_query};
use crate::view::panels;

/// Attributes, overridden by the hash if the element follows it.
pub fn read(host: &HtmlElement, addressed: bool) -> (Config, Vec<Problem>) {
    let attributes: Vec<(&str, String)> = names().filter_map(|name| Some((name, host.get_attribute(name)?))).collect();
    let (mut config, mut problems) = Config::from_pairs(attributes.iter().map(|(name, value)| (*name, value.as_str())));
    let hash = window().and_then(|w| w.location().hash()).unwrap_or_default();
    if addressed && hash.len() > 1 {
        // Later pairs win, so the hash goes last.
        let (both, more) = from_query(&format!("{}&{}", to_query(&config), hash.trim_start_matches('#')));
        config = both;
        problems.extend(more);
    }
    problems.extend(panels::repair(&mut config));
    (config, problems)
}

/// The page's address with a configuration in its hash.
pub fn of(config: &Config) -> Result<String> {
    let href = window()?.location().href()?;
    let page = href.split('#').next().unwrap_or_default();
    Ok(format!("{page}#{}", to_query(config)))
}

/// What tells the entries of the browser's history that were written here from those that a link has just made.
const OURS: &str = "grokking-lab";

/// Puts the configuration into the hash, without a new entry in the browser's history.
pub fn write(config: &Config) {
    let write = || -> Result<()> {
        let history = window()?.history()?;
        let mut state = history.state()?;
        // What the page keeps there itself stays.
        if state.is_null() {
            state = object([(OURS, JsValue::TRUE)]).into();
        }
        history.replace_state_with_url(&state, "", Some(&format!("#{}", to_query(config))))
    };
    // A sandboxed frame may not change its address, and some browsers refuse many changes in a row.
    let _ = write();
}

/// Whether the present entry of the browser's history names a run that was shown here: the visitor went back or forward.
pub fn was_shown() -> bool {
    let shown = || Reflect::get(&window().ok()?.history().ok()?.state().ok()?, &OURS.into()).ok();
    shown().is_some_and(|shown| shown == JsValue::TRUE)
}
