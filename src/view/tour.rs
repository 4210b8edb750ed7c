//! The tour: a walk through the page and through one run, with a stop for each idea. Each stop sets the stage, says two or
//! three sentences and points at one thing.
//!
//! To add a stop: a variant of [`Tour`], its name in the table of keys, and an entry in [`STOPS`].

pub mod says;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use super::app::App;
use super::narrative::{self, Data};
use crate::config::{Config, Tour};
use crate::metrics::History;
use crate::settings::key;
use crate::task::{Operation, Size};

/// A stop of the tour.
pub struct Stop {
    /// Its place among the stops.
    pub place: Tour,
    /// What it is about, in a few words.
    pub title: &'static str,
    /// What the stage is set to.
    pub scene: Scene,
    /// What it points at: a picture, a setting or a panel of the page.
    pub points_at: fn(&Config) -> &'static str,
    /// Whether this run has something of the kind.
    pub applies: fn(&App) -> bool,
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
    Stop { place: Tour::Puzzle, title: "The puzzle", scene: Scene::Beginning, points_at: |_| "guess", applies: |_| true },
    Stop {
        place: Tour::List,
        title: "A list",
        scene: Scene::At(Moment::Memorized),
        points_at: table_or_curve,
        applies: |_| true,
    },
    Stop {
        place: Tour::Mirror,
        title: "Mirror images",
        scene: Scene::At(Moment::Memorized),
        points_at: |_| "answers",
        applies: |app| narrative::mirrored(app) > 0.0,
    },
    Stop {
        place: Tour::Plateau,
        title: "The plateau",
        scene: Scene::At(Moment::Plateau),
        points_at: |_| "accuracy",
        applies: |_| true,
    },
    Stop {
        place: Tour::Circle,
        title: "The circle",
        scene: Scene::At(Moment::Settled),
        points_at: |_| "circle",
        applies: has_waves,
    },
    Stop {
        place: Tour::Waves,
        title: "The waves",
        scene: Scene::At(Moment::Settled),
        points_at: |_| "waves",
        applies: has_waves,
    },
    Stop {
        place: Tour::Decay,
        title: "The price of a list",
        scene: Scene::WithoutDecay,
        points_at: |_| "accuracy",
        applies: |app| app.config.runs == 1 && has_rule(app) && app.tour_decay() > 0.0 && may_change(app, "wd", "0"),
    },
    Stop {
        place: Tour::Own,
        title: "Your own table",
        scene: Scene::Unchanged,
        points_at: |_| "task",
        applies: |app| key("task").is_some_and(|key| !app.config.fixes(key)),
    },
    Stop {
        place: Tour::Papers,
        title: "What others found",
        scene: Scene::Unchanged,
        points_at: |_| "gallery",
        applies: |app| key("experiment").is_some_and(|key| !app.config.fixes(key)),
    },
];

/// Where there is no table of pairs, the curve shows it.
fn table_or_curve(config: &Config) -> &'static str {
    if Operation::of(config).size() == Size::Bits { "accuracy" } else { "answers" }
}

/// Whether there is a rule to find.
fn has_rule(app: &App) -> bool {
    Data::of(app, &app.config).rule
}

/// Whether numbers can come to lie on a circle.
fn has_waves(app: &App) -> bool {
    has_rule(app) && app.operation(&app.config).size() != Size::Bits
}

/// Whether the page lets its visitors change a setting to this.
fn may_change(app: &App, name: &str, value: &str) -> bool {
    key(name).is_some_and(|key| app.config.permit(key, value).1.is_none())
}

/// The stops that this run and this page have.
pub fn stops(app: &App) -> Vec<&'static Stop> {
    let hidden = |name: &str| app.config.hide.split(',').any(|hidden| hidden.trim() == name);
    // What a panel hides with itself.
    let around = |name: &str| match name {
        "task" => hidden("controls"),
        "accuracy" => hidden("charts"),
        "guess" => hidden("status"),
        _ => false,
    };
    let seen = |name: &str| !hidden(name) && !around(name);
    STOPS.iter().filter(|stop| (stop.applies)(app) && seen((stop.points_at)(&app.config))).collect()
}

/// The stop at which the tour is, among [`stops`]; the next one where this run has none of the kind.
pub fn stop(app: &App) -> Option<&'static Stop> {
    let order = |place: Tour| STOPS.iter().position(|stop| stop.place == place);
    let now = order(app.config.tour)?;
    stops(app).into_iter().find(|stop| order(stop.place) >= Some(now))
}

/// The place that follows the present one by so many stops; none where the tour ends.
pub fn beside(app: &App, by: isize) -> Tour {
    let stops = stops(app);
    let now = stop(app).and_then(|now| stops.iter().position(|stop| stop.place == now.place));
    let there = now.and_then(|now| now.checked_add_signed(by)).and_then(|there| stops.get(there));
    there.map_or(Tour::Off, |stop| stop.place)
}
