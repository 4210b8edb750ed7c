//! Controls: built from the table of keys, kept in step with the configuration. Those of the bar are there from the start, the
//! others once somebody wants to see them.

mod field;
mod operation;

use std::cell::{Cell, OnceCell, RefCell};

use web_sys::{Element, ShadowRoot};

use super::dom::{Result, all, find, make, set_attribute, set_text};
use crate::config::Config;
use crate::number;
use crate::settings::key;
use crate::task::Operation;
use crate::text;
use crate::tr;
use crate::view::{captions, fields};
use field::Field;
pub use operation::{FORMULA, ask, mend};

/// All controls.
pub struct Controls {
    bar: Vec<Field>,
    /// The first row of all settings.
    primary: OnceCell<Vec<Field>>,
    /// Model and training.
    drawer: OnceCell<Vec<Field>>,
    /// Size of the table last counted, and of which.
    counted: RefCell<Option<(Config, usize)>>,
    /// The version of the configuration that all of them show.
    shown: Cell<Option<u32>>,
}

impl Controls {
    /// Fills the bar.
    pub fn new(root: &ShadowRoot) -> Result<Self> {
        Ok(Controls {
            bar: row(root, "bar", fields::BAR)?,
            primary: OnceCell::new(),
            drawer: OnceCell::new(),
            counted: RefCell::default(),
            shown: Cell::default(),
        })
    }

    /// Fills the first row of all settings. Returns whether that was still to do.
    pub fn build_primary(&self, root: &ShadowRoot) -> Result<bool> {
        self.build(&self.primary, || row(root, "primary", fields::PRIMARY))
    }

    /// Fills the drawer. Returns whether that was still to do.
    pub fn build_drawer(&self, root: &ShadowRoot) -> Result<bool> {
        self.build(&self.drawer, || drawer(root))
    }

    fn build(&self, place: &OnceCell<Vec<Field>>, fields: impl FnOnce() -> Result<Vec<Field>>) -> Result<bool> {
        if place.get().is_some() {
            return Ok(false);
        }
        self.shown.set(None);
        Ok(place.set(fields()?).is_ok())
    }

    /// Shows this version of the configuration, once.
    pub fn show(&self, config: &Config, version: u32) {
        if self.shown.replace(Some(version)) == Some(version) {
            return;
        }
        for field in self.fields() {
            field.show(config);
        }
        let operation = Operation::of(config);
        self.hint("task", &captions::about(&operation, config));
        if let Some(field) = self.field("p") {
            set_text(&field.label, captions::size_label(operation.size()));
        }
        self.hint("p", &captions::size_note(operation.size(), config));
        self.hint("seed", tr!("Same seed, same run."));
        self.preview_train(config, config.train);
    }

    /// The split that a train fraction would give, while its slider moves.
    pub fn preview_train(&self, config: &Config, fraction: f64) {
        let mut counted = self.counted.borrow_mut();
        let same = |other: &Config| {
            let of = |c: &Config| (c.task.clone(), c.p, c.split, c.cells.clone(), c.samples);
            of(other) == of(config)
        };
        let equations = match &*counted {
            Some((of, equations)) if same(of) => *equations,
            _ => counted.insert((config.clone(), captions::equations(config))).1,
        };
        if let Some(output) = self.field("train").and_then(|f| f.output.as_ref()) {
            set_text(output, &text::fraction(fraction));
            set_attribute(output, "title", &captions::pairs(equations, fraction, Operation::of(config).size()));
        }
    }

    /// The value at a position of a key's logarithmic slider.
    pub fn slider_value(&self, name: &str, position: &str) -> Option<String> {
        let (_, positions) = self.field(name)?.slider.as_ref()?;
        positions.get(position.parse::<usize>().ok()?).map(|value| number::shortest(*value))
    }

    /// Shows a value that its slider passes.
    pub fn preview(&self, name: &str, value: &str) {
        if let Some(field) = self.field(name) {
            field.preview(value);
        }
    }

    /// Those that are built.
    fn fields(&self) -> impl Iterator<Item = &Field> {
        self.bar.iter().chain([&self.primary, &self.drawer].into_iter().filter_map(OnceCell::get).flatten())
    }

    fn field(&self, name: &str) -> Option<&Field> {
        self.fields().find(|f| f.key.name == name)
    }

    fn hint(&self, name: &str, hint: &str) {
        if let Some(element) = self.field(name).and_then(|f| f.hint.as_ref()) {
            set_text(element, hint);
        }
    }
}

/// The controls of these keys, in a place of the template.
fn row(root: &ShadowRoot, place: &str, names: &[&str]) -> Result<Vec<Field>> {
    let parent: Element = find(root, &format!("[data-fields={place}]"))?;
    names.iter().filter_map(|name| key(name)).map(|key| Field::new(key, &parent)).collect()
}

/// The groups of the drawer.
fn drawer(root: &ShadowRoot) -> Result<Vec<Field>> {
    let drawer: Element = find(root, "[data-fields=drawer]")?;
    let mut fields = vec![];
    for (title, keys) in fields::drawer() {
        let group: Element = make("fieldset", "")?;
        let legend: Element = make("legend", "")?;
        legend.set_text_content(Some(title));
        let grid: Element = make("div", "fields")?;
        group.append_child(&legend)?;
        group.append_child(&grid)?;
        drawer.append_child(&group)?;
        for key in keys {
            fields.push(Field::new(key, &grid)?);
        }
    }
    Ok(fields)
}

/// Hides the named controls and panels, and shows the others.
pub fn hide(root: &ShadowRoot, names: &str) {
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    for element in all(root, "[data-field], [data-panel]") {
        let name = element.get_attribute("data-field").or_else(|| element.get_attribute("data-panel"));
        let Some(name) = name else { continue };
        let hidden = names.contains(&name.as_str());
        if element.has_attribute("hidden") != hidden {
            let _ = element.toggle_attribute_with_force("hidden", hidden);
        }
    }
}
