//! Texts in other languages, for the script around the element and for our own page.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Node};

use super::dom::{READ, Result, fill, set_attribute};
use crate::language::{self, Language, retranslate};
use crate::view::markup;

/// Makes markup of our own the content of an element of the page.
#[wasm_bindgen]
pub fn write(element: &Element, markup: &str) -> Result<()> {
    fill(element, markup)
}

/// Teaches all labs of the page a language: English texts and their translations by turns.
#[wasm_bindgen]
pub fn learn(language: &str, texts: Vec<String>) {
    language::learn(language, texts);
}

/// Has what stands in a part of the page, and was looked up in a language, say it in the one that is spoken now.
pub fn retell(node: &Node, before: &Language) {
    if let Some(element) = node.dyn_ref::<Element>() {
        for name in READ.into_iter().chain(["aria-description"]) {
            if let Some(said) = element.get_attribute(name).and_then(|text| retranslate(&text, before)) {
                set_attribute(element, name, said);
            }
        }
    }
    if node.node_type() == Node::TEXT_NODE {
        let text = node.node_value().unwrap_or_default();
        let (begin, words, end) = markup::words(&text);
        if let Some(said) = retranslate(words, before) {
            node.set_node_value(Some(&[begin, said, end].concat()));
        }
    }
    let mut child = node.first_child();
    while let Some(next) = child {
        retell(&next, before);
        child = next.next_sibling();
    }
}
