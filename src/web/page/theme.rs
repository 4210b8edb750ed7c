//! Colours: which scheme the element is shown in, and what the canvases read of it.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{CssStyleDeclaration, CssStyleSheet, HtmlElement};

use super::dom::{Result, document, window};
use crate::config::Scheme;
use crate::view::chart::Theme;

/// When the dark colours hold: where the visitor prefers them, …
const PREFERRED: &str = "(prefers-color-scheme: dark)";
/// … whatever they prefer, …
const ALWAYS: &str = "all";
/// … or not at all.
const NEVER: &str = "not all";

/// The part of our sheet with the dark colours, and when it holds.
pub struct Dark {
    media: JsValue,
    /// Its text.
    now: Cell<&'static str>,
    /// Paper is white: nothing is dark there.
    pub printed: Cell<bool>,
    /// What the canvases were last drawn in.
    pub theme: RefCell<Theme>,
}

impl Dark {
    /// Its first rules for a medium.
    pub fn new(sheet: &CssStyleSheet) -> Result<Self> {
        let rules = Array::from(&Reflect::get(sheet, &"cssRules".into())?);
        let media = rules.iter().filter_map(|rule| Reflect::get(&rule, &"media".into()).ok()).find(|media| media.is_object());
        let media = media.ok_or("lab.css has no dark colours")?;
        Ok(Dark { media, now: Cell::new(PREFERRED), printed: Cell::new(false), theme: RefCell::default() })
    }

    /// Dresses the element; `page` says that the page shows nothing else, and follows. Returns whether its colours changed.
    pub fn apply(&self, host: &HtmlElement, scheme: Scheme, page: bool) -> Result<bool> {
        let when = match scheme {
            _ if self.printed.get() => NEVER,
            Scheme::Dark => ALWAYS,
            Scheme::Light => NEVER,
            Scheme::Auto => inherited(&style(host)?),
        };
        if self.now.replace(when) != when {
            Reflect::set(&self.media, &"mediaText".into(), &when.into())?;
        }
        if page && let Some(root) = document()?.document_element() {
            let root: HtmlElement = wasm_bindgen::JsCast::unchecked_into(root);
            let scheme = match scheme {
                Scheme::Auto => "",
                Scheme::Dark => "dark",
                Scheme::Light => "light",
            };
            if root.style().get_property_value("color-scheme")? != scheme {
                root.style().set_property("color-scheme", scheme)?;
            }
        }
        let now = theme(host)?;
        let changed = *self.theme.borrow() != now;
        *self.theme.borrow_mut() = now;
        Ok(changed)
    }
}

/// What the page around the element has chosen, if it has.
fn inherited(style: &CssStyleDeclaration) -> &'static str {
    let scheme = style.get_property_value("color-scheme").unwrap_or_default();
    let has = |name: &str| scheme.split_ascii_whitespace().any(|word| word == name);
    match (has("dark"), has("light")) {
        (true, false) => ALWAYS,
        (false, true) => NEVER,
        _ => PREFERRED,
    }
}

fn style(host: &HtmlElement) -> Result<CssStyleDeclaration> {
    window()?.get_computed_style(host)?.ok_or(JsValue::NULL)
}

/// Reads the properties as they are now: the page or the colour scheme may have changed them.
pub fn theme(host: &HtmlElement) -> Result<Theme> {
    let style = style(host)?;
    let read = |name: &str| style.get_property_value(name).unwrap_or_default().trim().to_string();
    Ok(Theme {
        background: read("--gl-background"),
        ink: read("--gl-ink"),
        muted: read("--gl-muted"),
        line: read("--gl-line"),
        grid: read("--gl-grid"),
        train: read("--gl-train"),
        test: read("--gl-test"),
        mark: read("--gl-mark"),
        font: read("--gl-font"),
    })
}
