//! The dialog of keys and words.

use web_sys::{Element, HtmlDialogElement, ShadowRoot};

use super::dom::{Result, fill, find};
use super::ui::Ui;
use crate::view::glossary::TERMS;
use crate::view::shortcuts::SHORTCUTS;

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
    SHORTCUTS.iter().map(|key| format!("<dt><kbd>{}</kbd></dt><dd>{}</dd>", key.shown, key.about)).collect()
}

fn words() -> String {
    TERMS.iter().map(|term| format!("<dt>{}</dt><dd>{}</dd>", term.word, term.meaning)).collect()
}
