//! The tour's card: what the stop says, where one can go from there, and a mark around what it points at.

use std::cell::{Cell, RefCell};

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDetailsElement, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition, ShadowRoot};

use super::dom::{Result, all, fill, find, set_attribute, set_text, window};
use crate::config::Tour;
use crate::language::translate;
use crate::tr;
use crate::view::app::App;
use crate::view::tour::says::says;
use crate::view::tour::{Stop, names};

/// The attribute of what is pointed at, with the number of the stop.
const POINTED: &str = "data-pointed";

/// Its elements, and what was last shown.
pub struct TourCard {
    root: ShadowRoot,
    lab: Element,
    /// What stays in sight.
    dock: Element,
    card: Element,
    title: Element,
    says: Element,
    stops: Element,
    back: Element,
    next: Element,
    /// What is pointed at, with the number of the stop.
    pointed: Cell<Option<(&'static str, usize)>>,
    /// Where the tour was when what writes all this was asked for.
    wanted: Cell<Tour>,
    /// The stops as they are written.
    written: RefCell<String>,
}

impl TourCard {
    /// Finds the parts of the template.
    pub fn new(root: &ShadowRoot) -> Result<Self> {
        let part = |name: &str| find::<Element>(root, name);
        Ok(TourCard {
            root: root.clone(),
            lab: part(".lab")?,
            dock: part(".dock")?,
            card: part(".tour")?,
            title: part("#gl-tour")?,
            says: part("[data-tour=says]")?,
            stops: part("[data-tour=stops]")?,
            back: part("[data-to='-1']")?,
            next: part("[data-to='1']")?,
            pointed: Cell::default(),
            wanted: Cell::new(Tour::Off),
            written: RefCell::default(),
        })
    }

    /// Whether there is anything to show, or to take away.
    pub fn is_on(&self, app: &App) -> bool {
        app.config.tour != Tour::Off || !self.card.has_attribute("data-idle")
    }

    /// Whether what shows it is wanted now, and was not before.
    pub fn is_wanted(&self, app: &App) -> bool {
        self.wanted.replace(app.config.tour) != app.config.tour && app.config.tour != Tour::Off
    }

    /// Shows the state.
    pub fn show(&self, app: &App) {
        let tour = app.stops();
        let idle = tour.is_none();
        if self.card.has_attribute("data-idle") != idle {
            let _ = self.card.toggle_attribute_with_force("data-idle", idle);
            let _ = self.lab.class_list().toggle_with_force("touring", !idle);
        }
        let Some((stops, index, points_at)) = tour else { return self.point(None) };
        let (place, number) = (stops[index].place, index + 1);
        set_text(&self.title, &format!("{number}. {}", translate(names(place).1)));
        set_text(&self.says, &says(place, app));
        set_text(&self.next, if number == stops.len() { tr!("End") } else { tr!("Next") });
        let _ = self.back.toggle_attribute_with_force("disabled", number == 1);
        self.write(&stops, number);
        self.point(Some((points_at, number)));
    }

    /// The stops as dots. The elements stay as long as the stops do, so that the focus does.
    fn write(&self, stops: &[&Stop], number: usize) {
        let dot = |stop: &&Stop| {
            let (id, title) = names(stop.place);
            let title = translate(title);
            format!(
                r#"<li><button type="button" data-action="tour" data-stop="{id}" aria-label="{title}" title="{title}"></button></li>"#
            )
        };
        let html: String = stops.iter().map(dot).collect();
        if *self.written.borrow() != html {
            // It only fails where the browser lacks a part, which a test would tell.
            let _ = fill(&self.stops, &html);
            *self.written.borrow_mut() = html;
        }
        for (index, dot) in all(&self.root, "[data-stop]").iter().enumerate() {
            set_attribute(dot, "aria-current", if index + 1 == number { "step" } else { "false" });
        }
    }

    /// Marks what is pointed at, and nothing else.
    fn point(&self, pointed: Option<(&'static str, usize)>) {
        if self.pointed.get() == pointed {
            return;
        }
        for other in all(&self.root, "[data-pointed]") {
            let _ = other.remove_attribute(POINTED);
        }
        let target = pointed.and_then(|(name, number)| Some((self.target(name)?, number)));
        if let Some((target, number)) = &target {
            set_attribute(target, POINTED, &number.to_string());
        }
        // A setting that is not built yet is looked for again.
        self.pointed.set(pointed.filter(|_| target.is_some()));
    }

    /// The part of the page with this name.
    fn target(&self, name: &str) -> Option<Element> {
        let with = |attribute: &str| find::<Element>(&self.root, &format!("[{attribute}={name}]")).ok();
        ["data-picture", "data-field", "data-panel"].iter().find_map(|attribute| with(attribute))
    }

    /// Brings what is pointed at into sight: opens what it lies in, and scrolls where it is not in the window.
    pub fn reveal(&self) -> Result<()> {
        let Ok(target) = find::<HtmlElement>(&self.root, "[data-pointed]") else { return Ok(()) };
        if let Some(details) = target.dyn_ref::<HtmlDetailsElement>() {
            details.set_open(true);
        }
        if self.dock.contains(Some(&target)) {
            return Ok(());
        }
        let (shown, card) = (target.get_bounding_client_rect(), self.card.get_bounding_client_rect());
        let height = window()?.inner_height()?.as_f64().unwrap_or(0.0);
        // The card and the bar lie over the end of the window, unless the lab ends above it.
        let end = if card.top() < height { card.top() } else { height };
        if shown.top() < 0.0 || shown.bottom() > end {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Center);
            target.scroll_into_view_with_scroll_into_view_options(&options);
        }
        Ok(())
    }
}
