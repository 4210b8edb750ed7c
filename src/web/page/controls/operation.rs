//! The menu of operations, with a line for a formula of one's own.

use web_sys::{Element, HtmlInputElement, HtmlOptionElement, HtmlSelectElement};

use crate::language::translate;
use crate::task;
use crate::tr;
use crate::view::fields;
use crate::web::page::dom::{Result, make, set_attribute};

/// Value of the menu's entry that asks for a formula.
pub const FORMULA: &str = "formula";

/// Menu and formula.
pub struct Chooser {
    pub menu: HtmlSelectElement,
    /// Shown while the menu says “formula”.
    pub formula: HtmlInputElement,
}

impl Chooser {
    pub fn new() -> Result<Self> {
        let menu: HtmlSelectElement = make("select", "")?;
        for (family, tasks) in fields::families() {
            let group: Element = make("optgroup", "")?;
            set_attribute(&group, "label", family);
            for task in tasks {
                group.append_child(&*HtmlOptionElement::new_with_text_and_value(translate(task.label), task.id)?)?;
            }
            menu.append_child(&group)?;
        }
        menu.append_child(&*HtmlOptionElement::new_with_text_and_value(tr!("A formula…"), FORMULA)?)?;
        let formula: HtmlInputElement = make("input", "formula")?;
        formula.set_type("text");
        for (name, value) in [
            ("data-key", "task"),
            ("data-formula", ""),
            ("part", "input"),
            ("aria-label", tr!("Formula in x and y")),
            ("placeholder", "x^2 + 3xy"),
            ("autocomplete", "off"),
            ("autocapitalize", "off"),
            ("spellcheck", "false"),
        ] {
            set_attribute(&formula, name, value);
        }
        Ok(Chooser { menu, formula })
    }

    /// Shows an operation.
    pub fn show(&self, value: &str) {
        let typed = task::find(value).is_none();
        self.menu.set_value(if typed { FORMULA } else { value });
        if typed && self.formula.value() != value {
            self.formula.set_value(value);
        }
        self.formula.set_hidden(!typed);
        let _ = self.formula.remove_attribute("aria-invalid");
    }
}

/// Opens the line of a formula that was asked for, with the operation so far, and leaves the run as it is until it is typed.
pub fn ask(menu: &HtmlSelectElement, task: &str) -> Option<()> {
    let field = menu.closest("[data-field]").ok()??;
    let formula: HtmlInputElement = wasm_bindgen::JsCast::dyn_into(field.query_selector("[data-formula]").ok()??).ok()?;
    if task::Formula::parse(task).is_ok() {
        formula.set_value(task);
    }
    formula.set_hidden(false);
    let _ = formula.focus();
    formula.select();
    Some(())
}

/// A formula that cannot be used stays as it was typed, to be mended.
pub fn mend(formula: &HtmlInputElement) {
    set_attribute(formula, "aria-invalid", "true");
    let _ = formula.focus();
}
