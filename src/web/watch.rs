//! What happens around the element: its size, and whether it is seen. The shell follows its attributes.

use std::rc::Weak;

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{
    Element, IntersectionObserver, IntersectionObserverEntry, MutationObserver, MutationObserverInit, Node, ResizeObserver,
    ResizeObserverBoxOptions, ResizeObserverEntry, ResizeObserverOptions, ResizeObserverSize, ShadowRoot,
};

use super::dom::{Result, window};
use super::ui::Ui;

/// An observer that ends with its owner.
pub struct Watch {
    observer: Observer,
    _callback: Closure<dyn FnMut(Array)>,
}

enum Observer {
    Size(ResizeObserver),
    Visible(IntersectionObserver),
    Attributes(MutationObserver),
}

impl Drop for Watch {
    fn drop(&mut self) {
        match &self.observer {
            Observer::Size(observer) => observer.disconnect(),
            Observer::Visible(observer) => observer.disconnect(),
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

/// Starts watching.
pub fn watch(ui: &Ui, me: &Weak<Ui>) -> Result<Vec<Watch>> {
    let callback = |handler: fn(&Ui, Array)| {
        let me = me.clone();
        Closure::<dyn FnMut(Array)>::new(move |entries| {
            if let Some(ui) = me.upgrade() {
                handler(&ui, entries);
            }
        })
    };

    let on_size = callback(resized);
    let size = ResizeObserver::new(on_size.as_ref().unchecked_ref())?;
    let exact: &Observing = size.unchecked_ref();
    let options = ResizeObserverOptions::new();
    options.set_box(ResizeObserverBoxOptions::DevicePixelContentBox);
    for canvas in ui.charts.iter().map(|chart| &chart.surface.canvas).chain([&ui.inspect_panel.surface.canvas]) {
        // A browser without exact device pixels throws.
        if exact.observe_exactly(canvas, &options).is_err() {
            size.observe(canvas);
        }
    }

    let on_visible = callback(seen);
    let visible = IntersectionObserver::new(on_visible.as_ref().unchecked_ref())?;
    visible.observe(&ui.host);
    visible.observe(&ui.inspect_panel.surface.canvas);

    // Colours hang on attributes: of the element, of the one around everything, or of one on the way.
    let on_attributes = callback(|ui, _| ui.redraw());
    let attributes = MutationObserver::new(on_attributes.as_ref().unchecked_ref())?;
    let options = MutationObserverInit::new();
    options.set_attributes(true);
    let mut around: Option<Node> = Some(ui.host.clone().into());
    while let Some(node) = around {
        if node.is_instance_of::<Element>() {
            attributes.observe_with_options(&node, &options)?;
        }
        around = node.parent_node().or_else(|| Some(node.dyn_ref::<ShadowRoot>()?.host().into()));
    }

    Ok(vec![
        Watch { observer: Observer::Size(size), _callback: on_size },
        Watch { observer: Observer::Visible(visible), _callback: on_visible },
        Watch { observer: Observer::Attributes(attributes), _callback: on_attributes },
    ])
}

fn resized(ui: &Ui, entries: Array) {
    for entry in entries {
        let Ok(entry) = entry.dyn_into::<ResizeObserverEntry>() else {
            continue;
        };
        let target = entry.target();
        let rect = entry.content_rect();
        let ratio = window().map_or(1.0, |w| w.device_pixel_ratio());
        let (width, height) = device_pixels(&entry).unwrap_or((rect.width() * ratio, rect.height() * ratio));
        match ui.charts.iter().find(|c| ***c.surface.canvas == *target) {
            Some(chart) => chart.resize(rect.width(), rect.height(), width, height),
            None => ui.inspect_panel.resize(rect.width(), rect.height(), width, height),
        }
    }
    // At once: the new size has emptied the canvases, and the frame is painted right after this.
    ui.draw();
}

/// The exact size, where the browser knows it.
fn device_pixels(entry: &ResizeObserverEntry) -> Option<(f64, f64)> {
    let sizes = Reflect::get(entry, &"devicePixelContentBoxSize".into()).ok()?;
    let size: ResizeObserverSize = sizes.dyn_into::<Array>().ok()?.get(0).dyn_into().ok()?;
    Some((size.inline_size(), size.block_size()))
}

fn seen(ui: &Ui, entries: Array) {
    // In order: the last one about an element is how it is now.
    for entry in entries.iter().filter_map(|e| e.dyn_into::<IntersectionObserverEntry>().ok()) {
        let visible = entry.is_intersecting();
        if *entry.target() == ***ui.inspect_panel.surface.canvas {
            ui.act(|app| app.see_inside(visible));
        } else {
            ui.on_screen.set(visible);
            ui.update_visible();
        }
    }
}
