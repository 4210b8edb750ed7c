//! A run in words: a headline, and a caption that says what is happening and what to look at.

use super::app::{App, State};
use super::data::Data;
use super::diverged;
use crate::config::{Config, Filter, Loss};
use crate::metrics::{End, GROKKED, History, Phase, all_diverged};
use crate::number::shortest;
use crate::task::Size;
use crate::text::{rounded, thousands};

/// Where a run is, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrative {
    /// A few words.
    pub headline: String,
    /// One to three short sentences. They stay the same within a phase, so that a screen reader says them once.
    pub caption: String,
}

/// Below this fraction of the pairs a rule costs hardly less than the list of them.
const FEW: f64 = 0.25;
/// Steps after which a run that has not memorised is stuck rather than young.
const LONG: u32 = 400;

/// When the controls are no longer about the run that is shown.
const NEXT: &str = "This run stays as it was. What you have changed since is for the next one: press Run again.";

/// When nothing can be learnt.
const IDLE_RATE: &str = "The learning rate is 0: as long as it is, the network learns nothing.";

/// Narrates the run so far. Several runs are told by the slowest.
pub fn narrate(app: &App) -> Narrative {
    let phase = slowest(app);
    let (headline, caption) = match app.state() {
        State::Error => ("Stopped by an error".into(), "The message says what went wrong.".into()),
        _ if app.auto_paused() => ("Paused while out of sight".into(), "It goes on as soon as it can be seen again.".into()),
        _ if app.loading() => ("Building the network…".into(), invitation(app)),
        State::Idle => ("Ready".into(), invitation(app)),
        State::Done if all_diverged(&app.histories) => diverged::narrate(app.present(), &app.histories),
        State::Done if phase != Phase::Grokked => (ungrokked(app, phase), why_not_grokked(app, phase)),
        State::Paused => (format!("Paused. {}", progress(app, phase)), caption(app, phase)),
        State::Done => (ended(app, phase), caption(app, phase)),
        State::Running => (progress(app, phase), caption(app, phase)),
    };
    let caption = if app.next_differs() { NEXT.into() } else { caption };
    Narrative { headline, caption }
}

/// Fraction of the test pairs that are right without the rule.
fn free(app: &App) -> f64 {
    // Whoever guesses whether a number is even is right half of the time.
    let bits = app.operation(app.present()).size() == Size::Bits;
    if bits { 0.5 } else { app.mirrored() }
}

/// The phase of the slowest run.
fn slowest(app: &App) -> Phase {
    let free = free(app) as f32;
    let order = |phase: &Phase| match phase {
        Phase::Memorizing => 0,
        Phase::Plateau => 1,
        Phase::Generalizing => 2,
        Phase::Grokked => 3,
    };
    app.histories.iter().map(|history| history.phase(free)).min_by_key(order).unwrap_or(Phase::Memorizing)
}

fn grokked(histories: &[History]) -> impl Iterator<Item = u32> {
    histories.iter().filter_map(|history| history.grokked)
}

/// The headline of a run under way.
fn progress(app: &App, phase: Phase) -> String {
    let runs = app.histories.len();
    let last = thousands(grokked(&app.histories).max().unwrap_or(0).into());
    let Data { what, rule, .. } = Data::of(&app.operation(app.present()));
    let told = match phase {
        Phase::Memorizing => format!("Memorising the training {what}"),
        Phase::Plateau if rule => format!("Plateau: it knows the training {what}, not the rule"),
        Phase::Plateau => format!("Memorised: it knows the training {what}, and there is no rule"),
        Phase::Generalizing => format!("Generalising: it gets {what} right that it never saw"),
        Phase::Grokked if runs == 1 => return format!("Grokked at step {last}"),
        Phase::Grokked => return format!("All {runs} runs grokked by step {last}"),
    };
    match grokked(&app.histories).count() {
        0 => told,
        some => format!("{told} ({some} of {runs} runs grokked)"),
    }
}

/// The headline of a run that is over after it grokked: whether it stayed so, and where it ended.
fn ended(app: &App, phase: Phase) -> String {
    let (what, last) = (progress(app, phase), thousands(app.step.into()));
    let now = app.histories.iter().filter_map(|history| history.points.last());
    let lowest = now.map(|point| point.test_accuracy).fold(1.0, f32::min);
    match app.end() {
        _ if lowest < GROKKED => format!("{what}, but at the end, step {last}, only {} are right", rounded(lowest.into())),
        Some(End::Grokked) => format!("{what} and kept it, to the end at step {last}"),
        _ => format!("{what}; step limit reached at {last}"),
    }
}

/// The headline of a run that ended at the step limit.
fn ungrokked(app: &App, phase: Phase) -> String {
    match app.histories.len() {
        _ if phase == Phase::Plateau && !Data::of(&app.operation(app.present())).rule => {
            "Step limit reached: it could only memorise".into()
        }
        1 => "Step limit reached before it grokked".into(),
        runs => format!("Step limit reached: {} of {runs} runs grokked", grokked(&app.histories).count()),
    }
}

/// Before the first step.
fn invitation(app: &App) -> String {
    let config = &app.config;
    if config.lr == 0.0 {
        return IDLE_RATE.into();
    }
    let Data { first, rule, .. } = Data::of(&app.operation(config));
    // Where there is no button, somebody else starts it.
    let hidden = |name: &str| config.hide.split(',').any(|hidden| hidden.trim() == name);
    let press = if hidden("controls") || hidden("actions") { "" } else { "Press Start. " };
    let watch = if !rule {
        ". There is no rule to find here: watch that it can only memorise."
    } else if hidden("charts") || (hidden("accuracy") && hidden("loss")) {
        "."
    } else {
        ": watch when test accuracy (dashed) catches up with train accuracy (solid)."
    };
    format!("{press}The network is shown {} of all {first} and tested on the rest{watch}", rounded(config.train))
}

fn caption(app: &App, phase: Phase) -> String {
    let (config, data) = (app.present(), Data::of(&app.operation(app.present())));
    match phase {
        Phase::Memorizing => memorizing(config, app.step, &data),
        Phase::Plateau => plateau(app, &data),
        Phase::Generalizing => format!(
            "Test accuracy (dashed) climbs, on {} it has never seen: a rule is replacing the list. Train accuracy (solid), \
             perfect all along, showed nothing of it.",
            data.what
        ),
        Phase::Grokked => match app.histories.as_slice() {
            [history] => understood(history, data.what),
            histories => all_understood(histories),
        },
    }
}

fn memorizing(config: &Config, step: u32, &Data { what, rule, .. }: &Data) -> String {
    if config.lr == 0.0 {
        IDLE_RATE.into()
    } else if step < LONG {
        let others = if rule { "is about those it is never shown" } else { "can only guess: there is no rule" };
        format!("It learns the {what} it is shown by heart: train accuracy (solid) climbs. Test accuracy (dashed) {others}.")
    } else if config.lr * config.wd > 0.02 {
        format!(
            "It does not even learn the {what} it is shown: weight decay shrinks the weights as fast as they grow. Turn it down."
        )
    } else if config.lr < 2e-3 {
        format!("It is still learning the {what} it is shown by heart. With so small a learning rate that takes patience.")
    } else {
        format!(
            "It has not yet learnt the {what} it is shown. If train accuracy (solid) no longer climbs, try another learning rate."
        )
    }
}

fn plateau(app: &App, &Data { what, rule, .. }: &Data) -> String {
    if !rule {
        return format!(
            "It knows the {what} it was shown by heart. There is no rule to find here: test accuracy (dashed) stays at guessing, \
             however long you wait."
        );
    }
    let (config, free) = (app.present(), app.mirrored());
    let mut known = app.histories.iter().filter_map(|history| history.points.last()).map(|point| f64::from(point.test_accuracy));
    // Not every network gives the same answer to x ∘ y and y ∘ x.
    let list = if free > 0.0 && known.all(|known| known > free / 2.0) {
        format!(
            "It has a list, not the rule: the {} or so that it gets right unseen are mirror images of {what} it knows.",
            rounded(free)
        )
    } else {
        format!("It has a list of the {what} it was shown, not the rule behind them.")
    };
    let then = if aimless(config) {
        "With weight decay 0 nothing pulls it towards the rule: turn it up!"
    } else if config.wd == 0.0 {
        "Watch whether test loss (dashed) comes down."
    } else if config.train < FEW {
        "So short a list costs little: the wait is long, and may have no end."
    } else {
        "Weight decay makes the list costly: watch test loss (dashed) come down."
    };
    format!("{list} {then}")
}

/// Whether neither weight decay nor what does its work favours the rule.
fn aimless(config: &Config) -> bool {
    config.wd == 0.0 && config.sphere == 0.0 && config.filter == Filter::None && config.loss == Loss::CrossEntropy
}

/// After one run grokked.
fn understood(history: &History, what: &str) -> String {
    if history.points.last().is_some_and(|last| last.test_accuracy < 0.9) {
        return "It had found the rule and has just stumbled: a large update can throw it off for a while.".into();
    }
    let (memorized, grokked) = (history.memorized.unwrap_or(u32::MAX), history.grokked.unwrap_or(0));
    let times = f64::from(grokked) / f64::from(memorized.max(1));
    if times < 1.5 {
        return format!("It found the rule about as soon as it knew its {what}, so there was no wait. Show it fewer to see one.");
    }
    format!(
        "It knew its own {what} by step {}. The rule took until step {}, {} times as long. Now it answers {what} it was never shown.",
        thousands(memorized.into()),
        thousands(grokked.into()),
        shortest(if times < 10.0 { (times * 10.0).round() / 10.0 } else { times.round() })
    )
}

/// After all of several runs grokked.
fn all_understood(histories: &[History]) -> String {
    let (first, last) = (grokked(histories).min().unwrap_or(0), grokked(histories).max().unwrap_or(0));
    format!(
        "Each thin curve is a run with its own seed. The first found the rule by step {}, the last by step {}.",
        thousands(first.into()),
        thousands(last.into())
    )
}

/// Why a run that ended may not have grokked, and what to try.
fn why_not_grokked(app: &App, phase: Phase) -> String {
    let (config, Data { what, rule, .. }) = (app.present(), Data::of(&app.operation(app.present())));
    let why = if phase == Phase::Memorizing {
        return format!("It had not even learnt the {what} it was shown. Try another learning rate, or less weight decay.");
    } else if !rule {
        "There was no rule to find: each result was drawn by lot, and all one can do is learn them by heart."
    } else if aimless(config) {
        "Without weight decay nothing favours the rule over the list. Turn it up and run again."
    } else if config.train < FEW {
        "With so little data the rule takes far longer to find, or cannot be found. Show it more."
    } else {
        "The rule may still come: raise the step limit in the settings and run again."
    };
    why.into()
}

#[cfg(test)]
mod tests;
