//! The tour: a walk through the page and through one run, with a stop for each idea. Each stop sets the stage, says two or
//! three sentences and points at one thing.
//!
//! To add a stop: a variant of [`Tour`], its name in the table of keys, and an entry in [`STOPS`].

pub mod says;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use super::data::Data;
use crate::config::{Config, Tour};
use crate::language::translate;
use crate::metrics::History;
use crate::settings::{Key, key};
use crate::task::Operation;

/// A stop of the tour.
pub struct Stop {
    /// Its place among the stops.
    pub place: Tour,
    /// What the stage is set to.
    pub scene: Scene,
    /// What it points at: a picture, a setting or a panel of the page.
    pub points_at: fn(&About) -> &'static str,
    /// Whether this run has something of the kind.
    pub applies: fn(&About) -> bool,
}

/// What the tour is about.
pub struct About<'a> {
    /// The settings that are shown.
    pub config: &'a Config,
    /// What their task computes.
    pub operation: &'a Operation,
    /// Fraction of the test pairs that are mirror images of training pairs.
    pub mirrored: f64,
    /// Weight decay, as it was before the tour switched it off.
    pub decay: f64,
}

/// What a stop sets the stage to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// The beginning of the run.
    Beginning,
    /// A moment of the run, which is trained so far if it has not come to it.
    At(Moment),
    /// The run leaves itself when it has memorised, and goes on without weight decay for as long as the rule took.
    WithoutDecay,
    /// As it is.
    Unchanged,
}

/// A moment of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// When it had memorised.
    Memorized,
    /// When it had known its pairs for as long as it took to learn them.
    Plateau,
    /// When it had grokked.
    Grokked,
    /// A little later, when hardly a pair is wrong any more.
    Settled,
}

impl Moment {
    /// The measured step at which a run came to it.
    pub fn of(self, history: &History) -> Option<u32> {
        match self {
            Moment::Memorized => history.memorized,
            Moment::Plateau => {
                let known = history.memorized?;
                history.points.iter().map(|point| point.step).find(|step| *step >= 2 * known && *step > known)
            }
            Moment::Grokked => history.grokked,
            Moment::Settled => {
                let (known, grokked) = (history.memorized?, history.grokked?);
                let settled = grokked + grokked.saturating_sub(known) / 8;
                history.points.iter().map(|point| point.step).find(|step| *step >= settled)
            }
        }
    }
}

/// All stops, in the order of the walk.
pub static STOPS: &[Stop] = &[
    Stop { place: Tour::Puzzle, scene: Scene::Beginning, points_at: |_| "guess", applies: |_| true },
    Stop { place: Tour::List, scene: Scene::At(Moment::Memorized), points_at: table_or_curve, applies: |_| true },
    Stop {
        place: Tour::Mirror,
        scene: Scene::At(Moment::Memorized),
        points_at: |_| "answers",
        applies: |about| about.mirrored > 0.0,
    },
    Stop { place: Tour::Plateau, scene: Scene::At(Moment::Plateau), points_at: |_| "accuracy", applies: |_| true },
    Stop { place: Tour::Circle, scene: Scene::At(Moment::Settled), points_at: |_| "circle", applies: has_waves },
    Stop { place: Tour::Waves, scene: Scene::At(Moment::Settled), points_at: |_| "waves", applies: has_waves },
    Stop {
        place: Tour::Decay,
        scene: Scene::WithoutDecay,
        points_at: |_| "accuracy",
        applies: |about| about.config.seeds == 1 && has_rule(about) && about.decay > 0.0 && may_change(about, "wd", "0"),
    },
    Stop {
        place: Tour::Own,
        scene: Scene::Unchanged,
        points_at: |_| "task",
        applies: |about| key("task").is_some_and(|key| !about.config.fixes(key)),
    },
    Stop {
        place: Tour::Papers,
        scene: Scene::Unchanged,
        points_at: |_| "gallery",
        applies: |about| key("experiment").is_some_and(|key| !about.config.fixes(key)),
    },
];

/// Where there is no table of pairs, the curve shows it.
fn table_or_curve(about: &About) -> &'static str {
    if about.operation.size().has_table() { "answers" } else { "accuracy" }
}

/// Whether there is a rule to find.
fn has_rule(about: &About) -> bool {
    Data::of(about.operation).rule
}

/// Whether numbers can come to lie on a circle.
fn has_waves(about: &About) -> bool {
    has_rule(about) && about.operation.size().has_table()
}

/// Whether the page lets its visitors change a setting to this.
fn may_change(about: &About, name: &str, value: &str) -> bool {
    key(name).is_some_and(|key| about.config.permit(key, value).1.is_none())
}

impl About<'_> {
    /// The stops that this run and this page have.
    pub fn stops(&self) -> Vec<&'static Stop> {
        let hidden = |name: &str| self.config.hide.split(',').any(|hidden| hidden.trim() == name);
        // What a panel hides with itself.
        let around = |name: &str| match name {
            "task" => hidden("controls"),
            "accuracy" => hidden("charts"),
            "guess" => hidden("status"),
            _ => false,
        };
        let seen = |name: &str| !hidden(name) && !around(name);
        STOPS.iter().filter(|stop| (stop.applies)(self) && seen((stop.points_at)(self))).collect()
    }

    /// Where the tour is among [`stops`](Self::stops): at the next one where this run has none of the kind.
    pub fn index(&self, stops: &[&Stop]) -> Option<usize> {
        let order = |place: Tour| STOPS.iter().position(|stop| stop.place == place);
        let now = order(self.config.tour)?;
        stops.iter().position(|stop| order(stop.place) >= Some(now))
    }
}

/// What a stop is called in a link, and by people: both are a value of the key.
pub fn names(place: Tour) -> (&'static str, &'static str) {
    let key = key("tour").filter(|_| place != Tour::Off);
    let id = |key: &Key| (key.get)(&Config { tour: place, ..Config::standard() });
    let found = key.and_then(|key| key.choices().into_iter().find(|(known, _)| *known == id(key)));
    found.map(|(id, label)| (id, translate(label))).unwrap_or_default()
}
