//! Colours and font of the canvases, from the element's custom properties.

use web_sys::HtmlElement;

use super::dom::{Result, window};
use crate::view::chart::Theme;

/// Reads the properties as they are now: the page or the colour scheme may have changed them.
pub fn theme(host: &HtmlElement) -> Result<Theme> {
    let Some(style) = window()?.get_computed_style(host)? else {
        return Ok(Theme::default());
    };
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
