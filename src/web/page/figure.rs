//! The three-pattern model of Davies et al. 2023, with its sliders: a figure under the papers.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlCanvasElement, HtmlElement, HtmlInputElement, HtmlSelectElement};

use super::dom::{Listener, Result, all_in, fill, make, screen, set_attribute, set_text, target};
use super::surface::{Brush, context};
use super::theme::theme;
use crate::view::draw::Area;
use crate::view::patterns::Figure;

/// Height of the picture, and its width where there is room, CSS pixels.
const HEIGHT: u32 = 250;
const WIDTH: i32 = 560;

/// The figure on a page, until it is dropped.
pub struct PatternFigure {
    shown: Rc<Shown>,
    _listener: Listener,
}

struct Shown {
    figure: RefCell<Figure>,
    host: HtmlElement,
    section: Element,
    canvas: HtmlCanvasElement,
    /// The curves in words.
    words: Element,
}

impl PatternFigure {
    /// Puts it into an element, as it is at first or as it was before.
    pub fn new(parent: &Element, host: &HtmlElement, before: Option<&PatternFigure>) -> Result<Self> {
        let figure = before.map_or_else(Figure::default, |before| *before.shown.figure.borrow());
        let section: Element = make("section", "reading patterns")?;
        let title: Element = make("h3", "")?;
        set_text(&title, Figure::title());
        let about: Element = make("p", "quiet")?;
        set_text(&about, Figure::about());
        let canvas: HtmlCanvasElement = make("canvas", "")?;
        set_attribute(&canvas, "role", "img");
        let words: Element = make("p", "quiet")?;
        set_attribute(&words, "aria-live", "polite");
        let controls: Element = make("div", "knobs")?;
        fill(&controls, &figure.controls())?;
        for part in [&title, &about, canvas.as_ref(), &words, &controls] {
            section.append_child(part)?;
        }
        parent.append_child(&section)?;
        let shown = Rc::new(Shown { figure: RefCell::new(figure), host: host.clone(), section, canvas, words });
        shown.show()?;
        let listener = Listener::new(&shown.section, "input", {
            let shown = shown.clone();
            move |event| {
                // Nothing but a missing canvas can fail here, and the first look would have told.
                let _ = target(&event).map_or(Ok(()), |control| shown.changed(&control));
            }
        })?;
        Ok(PatternFigure { shown, _listener: listener })
    }
}

impl Shown {
    fn changed(&self, control: &Element) -> Result<()> {
        let Some(name) = control.get_attribute("data-pattern") else { return Ok(()) };
        let value = match control.dyn_ref::<HtmlInputElement>() {
            Some(input) if input.type_() == "checkbox" => input.checked().to_string(),
            Some(input) => input.value(),
            None => control.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value).unwrap_or_default(),
        };
        self.figure.borrow_mut().set(&name, &value);
        self.show()
    }

    /// Gives the controls their values, and draws.
    fn show(&self) -> Result<()> {
        let figure = self.figure.borrow();
        for control in all_in(&self.section, "[data-pattern]") {
            let name = control.get_attribute("data-pattern").unwrap_or_default();
            let Some(value) = figure.value(&name) else { continue };
            match (control.dyn_ref::<HtmlInputElement>(), control.dyn_ref::<HtmlSelectElement>()) {
                (Some(input), _) if input.type_() == "checkbox" => input.set_checked(value == "true"),
                (Some(input), _) => input.set_value(&value),
                (None, Some(menu)) => menu.set_value(&value),
                (None, None) => {}
            }
            if let Some(output) = control.next_element_sibling() {
                set_text(&output, &crate::language::local(value));
            }
        }
        let words = figure.describe();
        set_text(&self.words, &words);
        set_attribute(&self.canvas, "aria-label", Figure::title());
        let (density, theme) = (screen(), theme(&self.host)?);
        let [width, height] = [f64::from(self.section.client_width().clamp(240, WIDTH)), f64::from(HEIGHT)];
        self.canvas.set_width((width * density) as u32);
        self.canvas.set_height((height * density) as u32);
        set_attribute(&self.canvas, "style", &format!("width: {width}px"));
        let area = Area { x: 0.0, y: 0.0, width, height };
        figure.draw(&mut Brush::new(&context(&self.canvas)?, density, &theme.font), area, &theme);
        Ok(())
    }
}
