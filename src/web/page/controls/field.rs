//! The control of one setting.

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlOptionElement, HtmlSelectElement};

use super::operation::Chooser;
use crate::config::Config;
use crate::language::{local, translate};
use crate::number;
use crate::settings::{Key, Kind};
use crate::tr;
use crate::view::fields;
use crate::web::page::dom::{Result, make, set_attribute};

/// The control of one key.
pub struct Field {
    pub key: &'static Key,
    wrapper: Element,
    /// The name.
    pub label: HtmlElement,
    input: Input,
    /// Logarithmic slider beside a number.
    pub slider: Option<(HtmlInputElement, Vec<f64>)>,
    /// A line below.
    pub hint: Option<Element>,
    /// The value in words, beside the label.
    pub output: Option<Element>,
}

enum Input {
    Menu(HtmlSelectElement),
    Operation(Chooser),
    Check(HtmlInputElement),
    Text(HtmlInputElement),
}

impl Field {
    /// Makes it, as the last of its parent.
    pub fn new(key: &'static Key, parent: &Element) -> Result<Self> {
        let wrapper: Element = make("div", "field")?;
        set_attribute(&wrapper, "data-field", key.name);
        // The name explains itself when asked; it is a button for those without a mouse.
        let id = format!("gl-{}", key.name);
        let label = button(translate(key.label), "term", "data-term", key.name, "")?;
        label.set_id(&format!("{id}-name"));
        let head: Element = make("div", "head")?;
        head.append_child(&label)?;
        wrapper.append_child(&head)?;

        let (input, element) = input(key)?;
        element.set_id(&id);
        set_attribute(&element, "data-key", key.name);
        set_attribute(&element, "aria-labelledby", &label.id());
        set_attribute(&element, "part", "input");
        let mut field = Field { key, wrapper: wrapper.clone(), label, input, slider: None, hint: None, output: None };
        if let Some(positions) = fields::positions(key.name) {
            head.append_child(&element)?;
            let slider = range(0.0, positions.len() as f64 - 1.0, "1")?;
            set_attribute(&slider, "data-slider", key.name);
            set_attribute(&slider, "aria-label", translate(key.label));
            wrapper.append_child(&slider)?;
            field.slider = Some((slider, positions));
        } else {
            let row: Element = make("div", "row")?;
            row.append_child(&element)?;
            wrapper.append_child(&row)?;
            if let Input::Operation(chooser) = &field.input {
                wrapper.append_child(&chooser.formula)?;
            }
            field.extras(&head, &row)?;
        }
        if fields::HINTED.contains(&key.name) {
            let hint: Element = make("div", "hint")?;
            wrapper.append_child(&hint)?;
            field.hint = Some(hint);
        }
        parent.append_child(&wrapper)?;
        Ok(field)
    }

    /// What single keys have besides their input.
    fn extras(&mut self, head: &Element, row: &Element) -> Result<()> {
        match self.key.name {
            "p" => {
                let down = button("‹", "small", "data-prime", "down", tr!("Previous prime"))?;
                row.insert_before(&down, row.first_child().as_ref())?;
                let up = button("›", "small", "data-prime", "up", tr!("Next prime"))?;
                row.append_child(&up)?;
                let list: Element = make("datalist", "")?;
                list.set_id("gl-primes");
                for prime in fields::primes() {
                    let option: Element = make("option", "")?;
                    set_attribute(&option, "value", &prime.to_string());
                    list.append_child(&option)?;
                }
                row.append_child(&list)?;
                if let Input::Text(input) = &self.input {
                    set_attribute(input, "list", "gl-primes");
                }
            }
            "seed" => {
                let next = button(tr!("New seed"), "", "data-action", "seed", tr!("The next seed"))?;
                row.append_child(&next)?;
            }
            "train" => {
                let output: Element = make("output", "")?;
                head.append_child(&output)?;
                self.output = Some(output);
            }
            _ => {}
        }
        Ok(())
    }

    /// Lets visitors change it as far as the page allows.
    fn open(&self, config: &Config) {
        let fixed = config.fixes(self.key);
        let inputs = self.wrapper.query_selector_all("input, select, button:not([data-term])");
        for element in inputs.iter().flat_map(|list| (0..list.length()).filter_map(|i| list.get(i)?.dyn_into::<Element>().ok())) {
            if element.has_attribute("disabled") != fixed {
                let _ = element.toggle_attribute_with_force("disabled", fixed);
            }
        }
        let range = match self.key.kind {
            Kind::Integer(low, high) => (f64::from(low), f64::from(high)),
            Kind::Number(low, high) => (low, high),
            _ => return,
        };
        if let Input::Text(input) = &self.input {
            let (low, high) = config.allowed_range(self.key).unwrap_or(range);
            set_attribute(input, "min", &number::shortest(low));
            set_attribute(input, "max", &number::shortest(high));
        }
    }

    /// Shows its value, or nothing where it has no meaning.
    pub fn show(&self, config: &Config) {
        self.open(config);
        let idle = !fields::applies(self.key.name, config);
        if self.wrapper.has_attribute("data-idle") != idle {
            let _ = self.wrapper.toggle_attribute_with_force("data-idle", idle);
        }
        let value = (self.key.get)(config);
        match &self.input {
            Input::Operation(chooser) => chooser.show(&value),
            Input::Menu(menu) => {
                if self.key.name == "speed" {
                    // Any speed can come from a link; the menu then offers it too.
                    menu.set_text_content(Some(""));
                    fill(menu, &fields::speeds(config.speed));
                }
                menu.set_value(&value);
            }
            Input::Check(input) => input.set_checked(value == "true"),
            Input::Text(input) => {
                // Setting the same value again would move the caret.
                if input.value() != value {
                    input.set_value(&value);
                }
            }
        }
        if let Some((slider, positions)) = &self.slider {
            let position = fields::position(positions, number::parse(&value).unwrap_or(0.0));
            slider.set_value(&position.to_string());
            set_attribute(slider, "aria-valuetext", &local(value));
        }
    }
}

impl Field {
    /// Shows a value beside a slider that is being moved.
    pub fn preview(&self, value: &str) {
        if let Input::Text(input) = &self.input {
            input.set_value(value);
        }
        if let Some((slider, _)) = &self.slider {
            set_attribute(slider, "aria-valuetext", &local(value.into()));
        }
    }
}

/// The input of a key, typed and as an element.
fn input(key: &Key) -> Result<(Input, HtmlElement)> {
    match &key.kind {
        Kind::Operation => {
            let chooser = Chooser::new()?;
            let menu = chooser.menu.clone();
            Ok((Input::Operation(chooser), menu.unchecked_into()))
        }
        Kind::Choice(choices) => {
            menu(&choices().iter().map(|(v, l)| (v.to_string(), translate(l).to_string())).collect::<Vec<_>>())
        }
        Kind::Number(..) if key.name == "speed" => menu(&fields::speeds(0.0)),
        Kind::Number(low, high) if key.name == "train" => {
            let input = range(*low, *high, "0.01")?;
            Ok((Input::Text(input.clone()), input.unchecked_into()))
        }
        Kind::Number(low, high) => number_input(*low, *high, "any"),
        Kind::Integer(low, high) => number_input((*low).into(), (*high).into(), "1"),
        Kind::Flag => {
            let input: HtmlInputElement = make("input", "")?;
            input.set_type("checkbox");
            Ok((Input::Check(input.clone()), input.unchecked_into()))
        }
        Kind::Text => {
            let input: HtmlInputElement = make("input", "")?;
            input.set_type("text");
            Ok((Input::Text(input.clone()), input.unchecked_into()))
        }
    }
}

fn menu(choices: &[(String, String)]) -> Result<(Input, HtmlElement)> {
    let menu: HtmlSelectElement = make("select", "")?;
    fill(&menu, choices);
    Ok((Input::Menu(menu.clone()), menu.unchecked_into()))
}

fn fill(menu: &HtmlSelectElement, choices: &[(String, String)]) {
    for (value, label) in choices {
        if let Ok(option) = HtmlOptionElement::new_with_text_and_value(label, value) {
            let _ = menu.append_child(&option);
        }
    }
}

fn number_input(low: f64, high: f64, step: &str) -> Result<(Input, HtmlElement)> {
    let input: HtmlInputElement = make("input", "")?;
    input.set_type("number");
    input.set_min(&number::shortest(low));
    input.set_max(&number::shortest(high));
    input.set_step(step);
    set_attribute(&input, "inputmode", if step == "1" { "numeric" } else { "decimal" });
    set_attribute(&input, "autocomplete", "off");
    Ok((Input::Text(input.clone()), input.unchecked_into()))
}

fn range(low: f64, high: f64, step: &str) -> Result<HtmlInputElement> {
    let input: HtmlInputElement = make("input", "")?;
    input.set_type("range");
    input.set_min(&number::shortest(low));
    input.set_max(&number::shortest(high));
    input.set_step(step);
    Ok(input)
}

fn button(text: &str, class: &str, attribute: &str, value: &str, label: &str) -> Result<HtmlElement> {
    let button: HtmlElement = make("button", class)?;
    button.set_text_content(Some(text));
    set_attribute(&button, "type", "button");
    set_attribute(&button, attribute, value);
    if !label.is_empty() {
        set_attribute(&button, "part", "button");
        set_attribute(&button, "title", label);
    }
    if class == "small" {
        set_attribute(&button, "aria-label", label);
    }
    Ok(button)
}
