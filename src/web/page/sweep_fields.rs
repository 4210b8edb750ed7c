//! The fields that ask for a table of runs: one or two settings with values, and how many seeds.

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement, ShadowRoot};

use super::dom::{Result, all, fill, find};
use crate::config::{Config, EACH, Sweep};
use crate::language::translate;
use crate::settings::{KEYS, Key, Kind, key, may_vary};
use crate::text;
use crate::tr;

/// The fields of the panel.
pub struct SweepFields {
    axes: [(HtmlSelectElement, HtmlInputElement); 2],
    seeds: HtmlInputElement,
}

impl SweepFields {
    /// Those of the panel's markup, with all settings that may vary.
    pub fn new(root: &ShadowRoot) -> Result<Self> {
        let menus = all(root, "[data-sweep=key]").into_iter().map(JsCast::unchecked_into);
        let values = all(root, "[data-sweep=values]").into_iter().map(JsCast::unchecked_into);
        let axes: Vec<(HtmlSelectElement, HtmlInputElement)> = menus.zip(values).collect();
        let axes: [_; 2] = axes.try_into().map_err(|_| "the panel of runs has two axes")?;
        for (index, (menu, _)) in axes.iter().enumerate() {
            let none = if index == 0 { String::new() } else { option("", tr!("– nothing –")) };
            let keys = KEYS.iter().filter(|key| may_vary(key)).map(|key| option(key.name, translate(key.label)));
            fill(menu, &(none + &keys.collect::<String>() + &option(EACH, tr!("Sets of settings"))))?;
        }
        Ok(SweepFields { axes, seeds: find(root, "[data-sweep=seeds]")? })
    }

    /// The wish that they express: the settings `sweep` and `seeds`.
    pub fn wish(&self) -> [(&'static str, String); 2] {
        let axes = self.axes.iter().filter(|(key, _)| !key.value().is_empty());
        let sweep: Vec<String> = axes.map(|(key, values)| [key.value().as_str(), ":", values.value().trim()].concat()).collect();
        [("sweep", sweep.join(",")), ("seeds", self.seeds.value())]
    }

    /// Another setting was chosen for an axis: it gets values around the present one.
    pub fn propose(&self, select: &Element, config: &Config) {
        for (menu, values) in self.axes.iter().filter(|(menu, _)| ***menu == *select) {
            let proposed = match key(&menu.value()) {
                Some(key) => proposal(key, config),
                None if menu.value() == EACH => "|wd=0".into(),
                None => String::new(),
            };
            values.set_value(&proposed);
        }
    }

    /// They say what the settings say; without a sweep, what would be worth a try.
    pub fn write(&self, config: &Config) {
        let written = config.sweep.write();
        let swept = config.sweep.0.iter().map(|axis| {
            let one = Sweep(vec![axis.clone()]).write();
            (axis.key, one.split_once(':').map_or_else(String::new, |(_, values)| values.into()))
        });
        let proposed = ["wd", "train"].map(|name| (name, key(name).map(|key| proposal(key, config)).unwrap_or_default()));
        let axes: Vec<(&str, String)> = if written.is_empty() { proposed.into() } else { swept.collect() };
        for (i, (menu, values)) in self.axes.iter().enumerate() {
            let (name, text) = axes.get(i).map_or(("", ""), |(name, text)| (*name, text.as_str()));
            menu.set_value(name);
            values.set_value(text);
        }
        self.seeds.set_value(&config.seeds.to_string());
    }

    /// Whether they ask for nothing.
    pub fn are_empty(&self) -> bool {
        self.axes.iter().all(|(key, _)| key.value().is_empty())
    }
}

/// A choice of a menu.
pub fn option(value: &str, label: &str) -> String {
    format!(r#"<option value="{}">{}</option>"#, text::escape(value), text::escape(label))
}

/// Values of a setting that are worth a try, around the present one.
fn proposal(key: &Key, config: &Config) -> String {
    let now = (key.get)(config);
    let number = crate::number::parse(&now);
    match (&key.kind, number) {
        (Kind::Choice(choices), _) => choices().iter().map(|(id, _)| *id).take(4).collect::<Vec<_>>().join("|"),
        (Kind::Flag, _) => "false|true".into(),
        (Kind::Number(low, high), Some(now)) if *high <= 1.0 => {
            let (from, to) = ((now - 0.2).max(low.max(0.1)), (now + 0.3).min(high.min(0.9)));
            [from, to].map(|end| crate::number::shortest((end * 20.0).round() / 20.0)).join("..") + ":5"
        }
        (Kind::Number(low, high), Some(now)) if now > 0.0 => {
            let ends = [(now / 10.0).max(*low), (now * 10.0).min(*high)];
            ends.map(crate::number::shortest).join("..") + ":5:log"
        }
        (Kind::Number(_, high), _) => ["0..", &crate::number::shortest(high.min(1.0)), ":5"].concat(),
        (Kind::Integer(low, high), Some(now)) => {
            let now = now as u32;
            let values = [(now / 2).max(*low), now, now.saturating_mul(2).min(*high)];
            let mut values: Vec<String> = values.iter().map(u32::to_string).collect();
            values.dedup();
            values.join("|")
        }
        _ => now,
    }
}
