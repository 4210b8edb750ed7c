//! What a page can read and set of the way the lab is looked at: options of a look inside, and the whole state as an object.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::HtmlInputElement;

use super::arrangement::{choose_across, show_curve};
use crate::analysis::Measures;
use crate::config::{Config, MAX_STEPS, quoted};
use crate::number;
use crate::protocol::inspect::{InspectRequest, Off, Plane};
use crate::view::app::App;
use crate::view::chart::about::{about, named, names};
use crate::view::chart::across;
use crate::view::choice::{Action, Choice};
use crate::view::views::VIEWS;
use crate::web::page::dom::{find, object};
use crate::web::page::settings::{pairs, settings};
use crate::web::page::ui::Ui;

/// Options of a look inside.
#[derive(Default)]
pub struct Options {
    at: Option<u32>,
    pair: [Option<u32>; 2],
    frequency: Option<u32>,
    parameter: Option<u32>,
    measures: Measures,
    off: Off,
}

type Read<T> = Result<T, String>;

/// An entry of an object; nothing for null.
fn entry(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_null() && !value.is_undefined())
}

fn whole(value: &JsValue, name: &str) -> Read<u32> {
    let number = value.as_f64().filter(|n| n.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(n));
    number.map(|n| n as u32).ok_or_else(|| {
        let shown = value.as_f64().map_or("no number".into(), number::shortest);
        format!("{name} is {shown}, and has to be a whole number from 0")
    })
}

fn optional(object: &JsValue, name: &str) -> Read<Option<u32>> {
    entry(object, name).map(|value| whole(&value, name)).transpose()
}

impl Options {
    /// Reads `{ at, x, y, frequency, parameter, compressed, featureRank, featureChange, neurons, heads }`, all of which may be missing.
    pub fn read(options: &JsValue) -> Read<Options> {
        if options.is_undefined() || options.is_null() {
            return Ok(Options::default());
        }
        let list = |name: &str| -> Vec<JsValue> { entry(options, name).map_or(vec![], |list| Array::from(&list).to_vec()) };
        let unit = |unit: &JsValue| -> Read<u16> { Ok(whole(unit, "neurons")?.min(u16::MAX.into()) as u16) };
        let head = |head: &JsValue| -> Read<(u8, u8)> {
            let part = |i: u32| Ok::<_, String>(whole(&Array::from(head).get(i), "heads")?.min(u8::MAX.into()) as u8);
            Ok((part(0)?, part(1)?))
        };
        Ok(Options {
            at: optional(options, "at")?,
            pair: [optional(options, "x")?, optional(options, "y")?],
            frequency: optional(options, "frequency")?,
            parameter: optional(options, "parameter")?,
            measures: [
                ("compressed", Measures::Compressed),
                ("featureRank", Measures::Ranks),
                ("featureChange", Measures::Movement),
            ]
            .into_iter()
            .find(|(name, _)| entry(options, name).is_some_and(|wanted| wanted.is_truthy()))
            .map_or(Measures::Usual, |(_, measures)| measures),
            off: Off {
                neurons: list("neurons").iter().map(unit).collect::<Read<_>>()?,
                heads: list("heads").iter().map(head).collect::<Read<_>>()?,
            },
        })
    }

    /// The question that a view would ask with these options.
    pub fn question(self, view: &str, app: &App) -> Read<(InspectRequest, Off, Option<u32>)> {
        let found = VIEWS.iter().find(|known| known.name == view).ok_or_else(|| unknown(view))?;
        let symbols = app.operation(&app.config).symbols(&app.config);
        let [x, y] = self.pair.map(|operand| operand.unwrap_or(0));
        if x.max(y) >= symbols {
            return Err(format!("the operands {x} and {y} have to be from 0 to {}", symbols - 1));
        }
        let plane = self.frequency.map(|k| Plane::Frequency(k.min(u16::MAX.into()) as u16));
        let (matrix, measures) = (self.parameter.unwrap_or(0), self.measures);
        let choice = Choice { plane, pair: [x, y], matrix, measures, ..Choice::default() };
        Ok(((found.request)(&choice), self.off, self.at))
    }
}

fn unknown(view: &str) -> String {
    let names: Vec<&str> = VIEWS.iter().map(|view| view.name).collect();
    format!("there is no view “{}”: choose one of {}", quoted(view), names.join(", "))
}

/// Version of the state's meaning.
const VERSION: u32 = 1;

impl Ui {
    /// What is on the page as an object of plain values: the run's settings with what changed on the way, where it is, and
    /// what of it is looked at.
    pub fn state(&self) -> Object {
        let app = self.app.borrow();
        let choice = &app.inside.choice;
        let changed: Vec<&str> = app.shown().changed().iter().map(|(key, _)| key.name).collect();
        object([
            ("version", VERSION.into()),
            ("config", settings(&app.shown(), |key| changed.contains(&key.name)).into()),
            ("state", app.state().id().into()),
            ("step", app.step.into()),
            ("view", app.inside.view().name.into()),
            ("at", choice.at.map_or(JsValue::NULL, JsValue::from)),
            ("pair", Array::of2(&choice.pair[0].into(), &choice.pair[1].into()).into()),
            ("log", self.log.get().into()),
            ("smooth", self.smooth.get().into()),
            ("guess", app.guess.map_or(JsValue::NULL, JsValue::from)),
            ("curve", about(self.charts[0].panel.get()).name.into()),
            ("across", across::name(self.across.get()).into()),
        ])
    }

    /// Shows what [`state`](Self::state) told: the run is at its beginning, unless it is the one that is shown. What it does
    /// not name stays. Returns what is wrong with it, as sentences.
    pub fn set_state(&self, state: &JsValue) -> Vec<String> {
        let mut wrong = vec![];
        match entry(state, "version").map(|version| whole(&version, "version")) {
            Some(Ok(VERSION)) | None => {}
            _ => return vec![format!("This state is not of version {VERSION}, so it may mean something else here.")],
        }
        let mut problems = match entry(state, "config") {
            Some(config) if config.is_object() => self.show_settings(&config),
            Some(_) => vec!["The config of a state has to be an object, such as { p: 31 }.".into()],
            None => vec![],
        };
        let mut said = |act: Read<Option<Action>>| match act {
            Ok(Some(act)) => self.act(|app| app.choose(act)),
            Ok(None) => {}
            Err(why) => wrong.push(why),
        };
        let view = entry(state, "view").map(|view| {
            let name = view.as_string().unwrap_or_default();
            VIEWS.iter().position(|known| known.name == name).ok_or_else(|| unknown(&name))
        });
        said(view.transpose().map(|view| view.map(Action::View)));
        // Null is live.
        if Reflect::has(state, &"at".into()).unwrap_or(false) {
            said(optional(state, "at").map(|at| Some(Action::At(at))));
        }
        let pair = entry(state, "pair").map(|pair| {
            let pair = Array::from(&pair);
            Ok([whole(&pair.get(0), "pair")?, whole(&pair.get(1), "pair")?])
        });
        said(pair.transpose().map(|pair| pair.map(Action::Pair)));
        // Null is none.
        if Reflect::has(state, &"guess".into()).unwrap_or(false) {
            match optional(state, "guess") {
                Ok(guess) => self.act(|app| app.guess = guess.filter(|step| (1..=MAX_STEPS).contains(step))),
                Err(why) => wrong.push(why),
            }
        }
        for (name, chosen) in [("log", &self.log), ("smooth", &self.smooth)] {
            if let Some(on) = entry(state, name).and_then(|on| on.as_bool()) {
                chosen.set(on);
                if let Ok(input) = find::<HtmlInputElement>(&self.root, &format!("[data-action={name}]")) {
                    input.set_checked(on);
                }
                self.redraw();
            }
        }
        if let Some(name) = entry(state, "curve").and_then(|curve| curve.as_string()) {
            match named(&name) {
                Some(panel) => show_curve(self, 0, panel),
                None => wrong.push(format!("There is no curve “{}”: choose one of {}.", quoted(&name), names())),
            }
        }
        if let Some(name) = entry(state, "across").and_then(|across| across.as_string()) {
            match across::named(&name) {
                Some(across) => choose_across(self, across),
                None => {
                    wrong.push(format!("Nothing called “{}” can be across: choose one of {}.", quoted(&name), across::names()))
                }
            }
        }
        problems.extend(wrong);
        problems
    }

    /// Shows the run with these settings and otherwise standard ones at its beginning, if it is another one.
    fn show_settings(&self, config: &JsValue) -> Vec<String> {
        let given = pairs(config.unchecked_ref(), &Config::standard());
        let (config, problems) = Config::from_pairs(given.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        self.act(|app| {
            if config != app.shown() {
                app.show(config, &problems);
            }
            app.problems.clone()
        })
    }
}
