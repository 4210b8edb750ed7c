//! The dialog of keys and words.

use web_sys::{Element, HtmlDialogElement, ShadowRoot};

use super::dom::{Result, fill, find};
use super::ui::Ui;
use crate::language::translate;
use crate::view::glossary::TERMS;
use crate::view::shortcuts::{SHORTCUTS, Shortcut};

/// Opens it. Its close button, Escape and a click beside it close it without us.
pub fn open(ui: &Ui) {
    // It only fails where the template lacks a part, which a test would tell.
    let _ = show(&ui.root);
}

fn show(root: &ShadowRoot) -> Result<()> {
    let dialog: HtmlDialogElement = find(root, "[data-help]")?;
    for (name, html) in [("keys", keys as fn() -> String), ("words", words)] {
        let list: Element = find(root, &format!("[data-list={name}]"))?;
        if list.child_element_count() == 0 {
            fill(&list, &html())?;
        }
    }
    if dialog.open() { Ok(()) } else { dialog.show_modal() }
}

// The tables hold constant text without markup.

fn keys() -> String {
    let key = |key: &Shortcut| format!("<dt><kbd>{}</kbd></dt><dd>{}</dd>", translate(key.shown), translate(key.about));
    SHORTCUTS.iter().map(key).collect()
}

fn words() -> String {
    TERMS.iter().map(|term| format!("<dt>{}</dt><dd>{}</dd>", translate(term.word), translate(term.meaning))).collect()
}
