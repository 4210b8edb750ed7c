//! A figure under the papers, with its controls. One that has something to compute grows from frame to frame.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlCanvasElement, HtmlElement, HtmlInputElement, HtmlSelectElement};

use super::dom::{Listener, Result, all_in, fill, make, screen, set_attribute, set_text, target, window};
use super::surface::{Brush, context};
use super::theme::theme;
use crate::language::local;
use crate::tr;
use crate::view::draw::Area;
use crate::view::figures::Figure;
use crate::view::judged::Judged;

/// Width of a picture where there is room, CSS pixels.
const WIDTH: i32 = 560;

/// The figure on a page, until it is dropped.
pub struct PaperFigure<F> {
    shown: Rc<Shown<F>>,
    _listener: Listener,
}

struct Shown<F> {
    figure: RefCell<F>,
    host: HtmlElement,
    section: Element,
    canvas: HtmlCanvasElement,
    /// The picture in words.
    words: Element,
    /// What is claimed of it, and what the list of that says.
    claims: Element,
    claimed: RefCell<String>,
    /// Does what is left to do, a frame at a time.
    on_frame: Closure<dyn FnMut()>,
    /// The frame that has been asked for.
    frame: Cell<Option<i32>>,
}

impl<F: Figure + 'static> PaperFigure<F> {
    /// Puts it into an element, as it is at first or as it was before.
    pub fn new(parent: &Element, host: &HtmlElement, before: Option<&PaperFigure<F>>) -> Result<Self> {
        let figure = before.map_or_else(F::default, |before| before.shown.figure.borrow().clone());
        let section: Element = make("section", "figure")?;
        let title: Element = make("h3", "")?;
        set_text(&title, F::title());
        let about: Element = make("p", "quiet")?;
        set_text(&about, F::about());
        let canvas: HtmlCanvasElement = make("canvas", "")?;
        set_attribute(&canvas, "role", "img");
        set_attribute(&canvas, "aria-label", F::title());
        let words: Element = make("p", "quiet")?;
        set_attribute(&words, "aria-live", "polite");
        let claims: Element = make("ul", "verdict")?;
        set_attribute(&claims, "aria-label", tr!("What the paper claims of this"));
        let controls: Element = make("div", "knobs")?;
        fill(&controls, &F::controls())?;
        for part in [&title, &about, canvas.as_ref(), &words, &claims, &controls] {
            section.append_child(part)?;
        }
        parent.append_child(&section)?;
        let shown = Rc::new_cyclic(|me: &Weak<Shown<F>>| {
            let me = me.clone();
            let on_frame = Closure::new(move || {
                if let Some(shown) = me.upgrade() {
                    shown.frame.set(None);
                    // Nothing but a missing canvas can fail here, and the first look would have told.
                    let _ = shown.grow();
                }
            });
            Shown {
                figure: RefCell::new(figure),
                host: host.clone(),
                section,
                canvas,
                words,
                claims,
                claimed: RefCell::default(),
                on_frame,
                frame: Cell::new(None),
            }
        });
        shown.set_controls()?;
        shown.grow()?;
        let listener = Listener::new(&shown.section, "input", {
            let shown = shown.clone();
            move |event| {
                let _ = target(&event).map_or(Ok(()), |control| shown.changed(&control));
            }
        })?;
        Ok(PaperFigure { shown, _listener: listener })
    }
}

impl<F: Figure> Shown<F> {
    fn changed(&self, control: &Element) -> Result<()> {
        let Some(name) = control.get_attribute("data-knob") else { return Ok(()) };
        let value = match control.dyn_ref::<HtmlInputElement>() {
            Some(input) if input.type_() == "checkbox" => input.checked().to_string(),
            Some(input) => input.value(),
            None => control.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value).unwrap_or_default(),
        };
        self.figure.borrow_mut().set(&name, &value);
        self.set_controls()?;
        self.grow()
    }

    /// Computes what fits in this frame, and shows it; the next frame goes on.
    fn grow(&self) -> Result<()> {
        if self.frame.get().is_some() {
            return Ok(());
        }
        let more = self.figure.borrow_mut().advance();
        self.draw()?;
        if more {
            self.frame.set(Some(window()?.request_animation_frame(self.on_frame.as_ref().unchecked_ref())?));
        }
        Ok(())
    }

    /// Gives the controls their values, and hides those that mean nothing now.
    fn set_controls(&self) -> Result<()> {
        let figure = self.figure.borrow();
        for control in all_in(&self.section, "[data-knob]") {
            let name = control.get_attribute("data-knob").unwrap_or_default();
            let value = figure.value(&name);
            if let Some(label) = control.parent_element() {
                label.toggle_attribute_with_force("hidden", value.is_none())?;
            }
            let Some(value) = value else { continue };
            match (control.dyn_ref::<HtmlInputElement>(), control.dyn_ref::<HtmlSelectElement>()) {
                (Some(input), _) if input.type_() == "checkbox" => input.set_checked(value == "true"),
                (Some(input), _) => input.set_value(&value),
                (None, Some(menu)) => menu.set_value(&value),
                (None, None) => {}
            }
            if let Some(output) = control.next_element_sibling() {
                set_text(&output, &local(value));
            }
        }
        Ok(())
    }

    /// The picture, the same in words, and what is claimed of it.
    fn draw(&self) -> Result<()> {
        let figure = self.figure.borrow();
        set_text(&self.words, &figure.describe());
        let claims: String = figure.claims().iter().map(Judged::html).collect();
        if self.claimed.replace(claims.clone()) != claims {
            fill(&self.claims, &claims)?;
        }
        let (density, theme) = (screen(), theme(&self.host)?);
        let [width, height] = [f64::from(self.section.client_width().clamp(240, WIDTH)), F::height()];
        self.canvas.set_width((width * density) as u32);
        self.canvas.set_height((height * density) as u32);
        set_attribute(&self.canvas, "style", &format!("width: {width}px; height: {height}px"));
        let area = Area { x: 0.0, y: 0.0, width, height };
        figure.draw(&mut Brush::new(&context(&self.canvas)?, density, &theme.font), area, &theme);
        Ok(())
    }
}

impl<F> Drop for Shown<F> {
    fn drop(&mut self) {
        if let (Some(frame), Ok(window)) = (self.frame.get(), window()) {
            let _ = window.cancel_animation_frame(frame);
        }
    }
}
