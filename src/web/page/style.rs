//! The rules of the element's shadow root: those of the template at once, those of what is loaded later with it.

use js_sys::Array;
use web_sys::{CssStyleSheet, ShadowRoot};

use super::dom::Result;

/// Adopts the rules of the template.
pub fn of_template(root: &ShadowRoot) -> Result<CssStyleSheet> {
    adopt(root, crate::stripped!("../../../www/lab.css"))
}

/// Adopts the rules of what is loaded later.
pub fn of_the_rest(root: &ShadowRoot) -> Result<()> {
    adopt(root, crate::stripped!("../../../www/later.css")).map(drop)
}

fn adopt(root: &ShadowRoot, rules: &str) -> Result<CssStyleSheet> {
    let sheet = CssStyleSheet::new()?;
    sheet.replace_sync(rules)?;
    root.set_adopted_style_sheets(&root.adopted_style_sheets().concat(&Array::of1(&sheet)));
    Ok(sheet)
}
