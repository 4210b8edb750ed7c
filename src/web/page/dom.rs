//! Typed shorthands over the browser's interfaces.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, EventTarget, Node, NodeList, ShadowRoot, Window};

use crate::language::lookup;
use crate::view::markup::{self, Piece};

/// The browser's errors are values of any kind.
pub type Result<T> = core::result::Result<T, JsValue>;

/// The window; an error in a worker.
pub fn window() -> Result<Window> {
    web_sys::window().ok_or_else(|| JsValue::from_str("there is no window here"))
}

/// Device pixels per CSS pixel on the screen.
pub fn screen() -> f64 {
    window().map_or(1.0, |window| window.device_pixel_ratio())
}

/// Milliseconds of the page's clock.
pub fn now_ms() -> f64 {
    window().ok().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

/// The document.
pub fn document() -> Result<Document> {
    window()?.document().ok_or_else(|| JsValue::from_str("there is no document here"))
}

/// Whether no other page shows this one in a frame.
pub fn is_top() -> bool {
    window().is_ok_and(|window| window.parent().is_ok_and(|parent| parent.as_ref() == Some(&window)))
}

/// An element of our own template. That one is missing is a mistake in the template, which the error names.
pub fn find<T: JsCast>(root: &ShadowRoot, selector: &str) -> Result<T> {
    let found = root.query_selector(selector)?.and_then(|e| e.dyn_into().ok());
    found.ok_or_else(|| JsValue::from_str(&format!("lab.html has no {selector}")))
}

/// All elements that match.
pub fn all(root: &ShadowRoot, selector: &str) -> Vec<Element> {
    root.query_selector_all(selector).map_or(vec![], elements)
}

/// All elements inside another one that match.
pub fn all_in(element: &Element, selector: &str) -> Vec<Element> {
    element.query_selector_all(selector).map_or(vec![], elements)
}

fn elements(list: NodeList) -> Vec<Element> {
    (0..list.length()).filter_map(|i| list.get(i)?.dyn_into().ok()).collect()
}

/// A new element with a class (or none, if empty).
pub fn make<T: JsCast>(tag: &str, class: &str) -> Result<T> {
    let element = document()?.create_element(tag)?;
    if !class.is_empty() {
        element.set_class_name(class);
    }
    element.dyn_into().map_err(|_| JsValue::from_str(tag))
}

/// Attributes that are read out or shown.
pub const READ: [&str; 4] = ["aria-label", "title", "placeholder", "alt"];

/// Makes our own markup, in the language that is spoken, the content of an element or a shadow root.
pub fn fill(parent: &Node, html: &str) -> Result<()> {
    let document = document()?;
    parent.set_text_content(Some(""));
    let (mut open, mut result) = (vec![parent.clone()], Ok(()));
    let mut take = |piece: Piece| -> Result<()> {
        let Some(inner) = open.last() else { return Ok(()) };
        match piece {
            Piece::Begin(name) => {
                let element = match name {
                    "svg" | "path" | "line" => document.create_element_ns(Some("http://www.w3.org/2000/svg"), name)?,
                    _ => document.create_element(name)?,
                };
                inner.append_child(&element)?;
                open.push(element.into());
            }
            Piece::With(name, value) => {
                let said = if READ.contains(&name) { lookup(&value) } else { None };
                inner.unchecked_ref::<Element>().set_attribute(name, said.unwrap_or(&value))?;
            }
            Piece::End => _ = open.pop(),
            Piece::Text(text) => {
                let (before, words, after) = markup::words(&text);
                let said = [before, lookup(words).unwrap_or(words), after].concat();
                inner.unchecked_ref::<Element>().append_with_str_1(&said)?;
            }
        }
        Ok(())
    };
    markup::read(html, &mut |piece| {
        if result.is_ok() {
            result = take(piece);
        }
    });
    result
}

/// Changes text only where it differs, which spares the layout and the screen reader.
pub fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// Likewise for an attribute. Only names from our own code are set, so there is no failure to report.
pub fn set_attribute(element: &Element, name: &str, value: &str) {
    if element.get_attribute(name).as_deref() != Some(value) {
        let _ = element.set_attribute(name, value);
    }
}

/// The element an event is about, as seen inside the shadow root.
pub fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// An error as text.
pub fn describe(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into()).ok().and_then(|m| m.as_string());
    message.or_else(|| error.as_string()).unwrap_or_else(|| format!("{error:?}"))
}

/// A plain object from names and values.
pub fn object<'a>(entries: impl IntoIterator<Item = (&'a str, JsValue)>) -> js_sys::Object {
    let object = js_sys::Object::new();
    for (name, value) in entries {
        // Setting a property of a fresh plain object cannot fail.
        let _ = js_sys::Reflect::set(&object, &name.into(), &value);
    }
    object
}

/// Calls back when a promise is settled.
pub fn then(promise: &js_sys::Promise, settled: impl FnOnce(Result<JsValue>) + 'static) {
    let settled = Rc::new(Cell::new(Some(settled)));
    let call = |wrap: fn(JsValue) -> Result<JsValue>| {
        let settled = settled.clone();
        Closure::<dyn FnMut(JsValue)>::once(move |value| {
            if let Some(settled) = settled.take() {
                settled(wrap(value));
            }
        })
    };
    let (resolved, rejected) = (call(Ok), call(Err));
    let _ = promise.then2(&resolved, &rejected);
    // The browser collects them, also the one that is never called.
    resolved.into_js_value();
    rejected.into_js_value();
}

/// An event listener that ends with its owner.
pub struct Listener {
    target: EventTarget,
    kind: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens.
    pub fn new(target: &EventTarget, kind: &'static str, handler: impl FnMut(Event) + 'static) -> Result<Self> {
        let closure = Closure::<dyn FnMut(Event)>::new(handler);
        target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref())?;
        Ok(Listener { target: target.clone(), kind, closure })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback(self.kind, function);
    }
}
