//! Observers of what happens around the element: its size, whether it is seen, and the attributes that colours hang on.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{
    Element, HtmlCanvasElement, HtmlElement, IntersectionObserver, MutationObserver, MutationObserverInit, Node, ResizeObserver,
    ResizeObserverBoxOptions, ResizeObserverEntry, ResizeObserverOptions, ResizeObserverSize, ShadowRoot,
};

use super::dom::Result;

/// An observer that ends with its owner.
pub struct Watch {
    observer: Observer,
    _callback: Closure<dyn FnMut(Array)>,
}

enum Observer {
    Size(ResizeObserver),
    Visibility(IntersectionObserver),
    Attributes(MutationObserver),
}

impl Drop for Watch {
    fn drop(&mut self) {
        match &self.observer {
            Observer::Size(observer) => observer.disconnect(),
            Observer::Visibility(observer) => observer.disconnect(),
            Observer::Attributes(observer) => observer.disconnect(),
        }
    }
}

#[wasm_bindgen]
extern "C" {
    /// The same observer, with a failure that can be caught.
    #[wasm_bindgen(extends = ResizeObserver)]
    type Observing;

    #[wasm_bindgen(method, catch, js_name = observe)]
    fn observe_exactly(this: &Observing, target: &web_sys::Element, options: &ResizeObserverOptions) -> Result<()>;
}

impl Watch {
    /// Watches the sizes of canvases, in device pixels where the browser knows those.
    pub fn sizes<'a>(
        canvases: impl IntoIterator<Item = &'a HtmlCanvasElement>,
        changed: impl FnMut(Array) + 'static,
    ) -> Result<Self> {
        let callback = Closure::<dyn FnMut(Array)>::new(changed);
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref())?;
        let exact: &Observing = observer.unchecked_ref();
        let options = ResizeObserverOptions::new();
        options.set_box(ResizeObserverBoxOptions::DevicePixelContentBox);
        for canvas in canvases {
            // A browser without exact device pixels throws.
            if exact.observe_exactly(canvas, &options).is_err() {
                observer.observe(canvas);
            }
        }
        Ok(Watch { observer: Observer::Size(observer), _callback: callback })
    }

    /// Watches whether elements are on the screen.
    pub fn visibility(elements: &[&Element], changed: impl FnMut(Array) + 'static) -> Result<Self> {
        let callback = Closure::<dyn FnMut(Array)>::new(changed);
        let observer = IntersectionObserver::new(callback.as_ref().unchecked_ref())?;
        elements.iter().for_each(|element| observer.observe(element));
        Ok(Watch { observer: Observer::Visibility(observer), _callback: callback })
    }

    /// Watches the attributes of an element and of all around it.
    pub fn attributes(element: &HtmlElement, changed: impl FnMut(Array) + 'static) -> Result<Self> {
        let callback = Closure::<dyn FnMut(Array)>::new(changed);
        let observer = MutationObserver::new(callback.as_ref().unchecked_ref())?;
        let options = MutationObserverInit::new();
        options.set_attributes(true);
        let mut around: Option<Node> = Some(element.clone().into());
        while let Some(node) = around {
            if node.is_instance_of::<Element>() {
                observer.observe_with_options(&node, &options)?;
            }
            around = node.parent_node().or_else(|| Some(node.dyn_ref::<ShadowRoot>()?.host().into()));
        }
        Ok(Watch { observer: Observer::Attributes(observer), _callback: callback })
    }
}

/// The exact size, where the browser knows it.
pub fn device_pixels(entry: &ResizeObserverEntry) -> Option<(f64, f64)> {
    let sizes = Reflect::get(entry, &"devicePixelContentBoxSize".into()).ok()?;
    let size: ResizeObserverSize = sizes.dyn_into::<Array>().ok()?.get(0).dyn_into().ok()?;
    Some((size.inline_size(), size.block_size()))
}
