//! The meaning of a word, shown beside it: while the pointer or the focus is on it, or after a tap. Escape closes it.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, Node, PointerEvent, ShadowRoot};

use super::dom::{Result, all, find, set_attribute, target, window};
use crate::number::{clamp, fixed};
use crate::view::glossary;

/// Distance from the window's edges, CSS pixels.
const EDGE: f64 = 8.0;

/// The one tooltip of an element.
pub struct Tip {
    panel: HtmlElement,
    /// The word it explains now.
    word: RefCell<Option<Element>>,
}

impl Tip {
    /// Finds the tooltip of the template.
    pub fn new(root: &ShadowRoot) -> Result<Self> {
        Ok(Tip { panel: find(root, "[data-tip]")?, word: RefCell::default() })
    }

    /// Explains a word.
    fn show(&self, word: Element) {
        let Some(meaning) = meaning(&word) else { return };
        self.panel.set_text_content(Some(meaning));
        // Fails only where it is open already, or where the browser has no popovers.
        let _ = self.panel.show_popover();
        let _ = self.move_to(&word);
        *self.word.borrow_mut() = Some(word);
    }

    /// Above the word, so that what it names stays in sight; below it where there is no space.
    fn move_to(&self, word: &Element) -> Result<()> {
        let window = window()?;
        let width = window.inner_width()?.as_f64().unwrap_or(0.0);
        let (word, panel) = (word.get_bounding_client_rect(), self.panel.get_bounding_client_rect());
        let left = clamp(word.left(), EDGE, width - panel.width() - EDGE);
        let above = word.top() - panel.height();
        let top = if above >= EDGE { above } else { word.bottom() };
        let style = self.panel.style();
        style.set_property("left", &format!("{}px", fixed(left, 1)))?;
        style.set_property("top", &format!("{}px", fixed(top, 1)))
    }

    /// Closes it; false if it was closed.
    pub fn hide(&self) -> bool {
        let open = self.word.take().is_some();
        if open {
            let _ = self.panel.hide_popover();
        }
        open
    }

    /// Whether the word it explains has the focus.
    fn explains_focus(&self, root: &ShadowRoot) -> bool {
        let word = self.word.borrow();
        word.is_some() && root.active_element() == *word
    }

    /// Whether a node is the tooltip or the word it explains.
    fn contains(&self, node: Option<&Node>) -> bool {
        let word = self.word.borrow();
        self.panel.contains(node) || word.as_ref().is_some_and(|word| word.contains(node))
    }

    /// The pointer is over something. Touch does not hover: it taps.
    pub fn hovered(&self, root: &ShadowRoot, event: &Event) {
        if event.dyn_ref::<PointerEvent>().is_none_or(|pointer| pointer.pointer_type() != "mouse") {
            return;
        }
        let element = target(event);
        match (element.as_ref().and_then(word), element) {
            (Some(word), _) => self.show(word),
            // The pointer may go to the tooltip, which touches its word.
            (None, Some(element)) if self.contains(Some(&element)) => {}
            _ => self.left(root),
        }
    }

    /// The pointer left: what the focus explains stays.
    pub fn left(&self, root: &ShadowRoot) {
        if !self.explains_focus(root) {
            self.hide();
        }
    }

    /// The focus came by keyboard; after a click it is the click that shows.
    pub fn focused(&self, event: &Event) {
        self.hide();
        if let Some(word) = target(event).as_ref().and_then(word).filter(|word| word.matches(":focus-visible").unwrap_or(false)) {
            self.show(word);
        }
    }

    /// A click or a tap, or Enter on a focused word.
    pub fn clicked(&self, element: &Element) {
        if let Some(word) = word(element) {
            self.show(word);
        }
    }

    /// Something was pressed, anywhere on the page.
    pub fn pressed(&self, event: &Event) {
        let node = event.composed_path().get(0).dyn_into::<Node>().ok();
        if !self.contains(node.as_ref()) {
            self.hide();
        }
    }
}

/// Gives the meaning of each word to screen readers.
pub fn describe(root: &ShadowRoot) {
    for word in all(root, "[data-term]") {
        if let Some(meaning) = meaning(&word) {
            set_attribute(&word, "aria-description", meaning);
        }
    }
}

fn meaning(word: &Element) -> Option<&'static str> {
    glossary::explain(&word.get_attribute("data-term")?).map(|(_, meaning)| meaning)
}

/// The word that an element belongs to.
fn word(element: &Element) -> Option<Element> {
    element.closest("[data-term]").ok()?
}
