//! The lab speaks another language from now on.

use web_sys::Element;

use super::{density, export};
use crate::language;
use crate::view::captions;
use crate::web::page::dom::{find, screen, set_attribute, set_text};
use crate::web::page::texts;
use crate::web::page::ui::Ui;

/// Speaks a language, if that was learnt, or else English. The elements stay, and with them focus, scrolling and what is open.
pub fn speak(ui: &Ui, code: &str) {
    let before = language::spoken();
    *ui.language.borrow_mut() = code.into();
    ui.speak();
    let spoken = language::spoken();
    if spoken == before {
        return;
    }
    texts::retell(&ui.root, before);
    ui.app.borrow_mut().retell(before);
    let part = |selector| find::<Element>(&ui.root, selector);
    // They only fail where the template lacks a part, which a test would tell.
    if let (Ok(lab), Ok(thresholds)) = (part(".lab"), part("[data-text=thresholds]")) {
        set_attribute(&lab, "lang", spoken.code);
        set_text(&thresholds, &captions::thresholds());
    }
    export::offer(ui);
    ui.gallery.rewrite();
    ui.act(|_| {});
    density::sharpen(ui, screen());
}
