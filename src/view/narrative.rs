//! A run in words: a headline, and a caption that says what is happening and what to look at.

use super::app::{App, State};
use super::data::Data;
use super::diverged;
use crate::config::{Config, Filter, Keep, Loss, Mask};
use crate::language::local;
use crate::metrics::{End, GROKKED, History, Phase, all_diverged};
use crate::number::shortest;
use crate::text::{fraction, rounded, thousands};
use crate::tr;

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
fn next() -> String {
    tr!("This run stays as it was. What you have changed since is for the next one: press Run again.").into()
}

/// When nothing can be learnt.
fn idle_rate() -> String {
    tr!("The learning rate is 0: as long as it is, the network learns nothing.").into()
}

/// What there is to tell without a run that moves. A page tells this before it has loaded what tells of the run.
pub fn beforehand(app: &App) -> Narrative {
    let (headline, caption) = match app.state() {
        State::Error => (tr!("Stopped by an error"), tr!("The message says what went wrong.").into()),
        _ if app.auto_paused() => (tr!("Paused while out of sight"), tr!("It goes on as soon as it can be seen again.").into()),
        _ if app.loading() => (tr!("Building the network…"), invitation(app)),
        _ => (tr!("Ready"), invitation(app)),
    };
    Narrative { headline: headline.into(), caption }
}

/// Narrates the run so far. Several runs are told by the slowest.
pub fn narrate(app: &App) -> Narrative {
    let phase = slowest(app);
    let (headline, caption) = match app.state() {
        State::Idle | State::Error => untold(app),
        _ if app.auto_paused() || app.loading() => untold(app),
        State::Done if all_diverged(&app.histories) => diverged::narrate(app.present(), &app.histories),
        State::Done if phase != Phase::Grokked => (ungrokked(app, phase), why_not_grokked(app, phase)),
        State::Paused => ([tr!("Paused."), &progress(app, phase)].join(" "), forked(app).unwrap_or_else(|| caption(app, phase))),
        State::Done => (ended(app), caption(app, phase)),
        State::Running => (progress(app, phase), caption(app, phase)),
    };
    let caption = match app.next_differs() {
        true => next(),
        false => begun_anew(app, phase).filter(|_| !app.loading()).unwrap_or(caption),
    };
    Narrative { headline, caption }
}

fn untold(app: &App) -> (String, String) {
    let Narrative { headline, caption } = beforehand(app);
    (headline, caption)
}

/// Fraction of the test pairs that are right without the rule.
fn free(app: &App) -> f64 {
    let config = app.present();
    let operation = app.operation(config);
    // Whoever guesses among two classes is right half of the time.
    if operation.size().has_table() { app.mirrored() } else { 1.0 / f64::from(operation.classes(config)) }
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
        Phase::Memorizing => tr!("Memorising the training {what}", what),
        Phase::Plateau | Phase::Generalizing if exchanged(app) => {
            tr!("It knows its training {what}; it knew the others before", what)
        }
        Phase::Plateau if rule => tr!("Plateau: it knows the training {what}, not the rule", what),
        Phase::Plateau => tr!("Memorised: it knows the training {what}, and there is no rule", what),
        Phase::Generalizing => tr!("Generalising: it gets {what} right that it never saw", what),
        Phase::Grokked if runs == 1 => return tr!("Grokked at step {step}", step = last),
        Phase::Grokked => return tr!("All {runs} runs grokked by step {step}", runs, step = last),
    };
    match grokked(&app.histories).count() {
        0 => told,
        some => [told, tr!("({some} of {runs} runs grokked)", some, runs)].join(" "),
    }
}

/// The headline of a run that is over after it grokked: whether it stayed so, and where it ended.
fn ended(app: &App) -> String {
    let step = thousands(grokked(&app.histories).max().unwrap_or(0).into());
    let (last, runs) = (thousands(app.step.into()), app.histories.len());
    let now = app.histories.iter().filter_map(|history| history.points.last());
    let lowest = now.map(|point| point.test_accuracy).fold(1.0, f32::min);
    let right = rounded(lowest.into());
    match (runs, app.end()) {
        (1, _) if lowest < GROKKED => {
            tr!("Grokked at step {step}, but at the end, step {last}, only {right} are right", step, last, right)
        }
        (_, _) if lowest < GROKKED => {
            tr!(
                "All {runs} runs grokked by step {step}, but at the end, step {last}, only {right} are right",
                runs,
                step,
                last,
                right
            )
        }
        (1, Some(End::Grokked)) => tr!("Grokked at step {step} and kept it, to the end at step {last}", step, last),
        (_, Some(End::Grokked)) => {
            tr!("All {runs} runs grokked by step {step} and kept it, to the end at step {last}", runs, step, last)
        }
        (1, _) => tr!("Grokked at step {step}; step limit reached at {last}", step, last),
        (_, _) => tr!("All {runs} runs grokked by step {step}; step limit reached at {last}", runs, step, last),
    }
}

/// The headline of a run that ended at the step limit.
fn ungrokked(app: &App, phase: Phase) -> String {
    match app.histories.len() {
        _ if exchanged(app) => tr!("Step limit reached").into(),
        _ if phase == Phase::Plateau && !Data::of(&app.operation(app.present())).rule => {
            tr!("Step limit reached: it could only memorise").into()
        }
        1 => tr!("Step limit reached before it grokked").into(),
        runs => tr!("Step limit reached: {some} of {runs} runs grokked", some = grokked(&app.histories).count(), runs),
    }
}

/// Before the first step.
fn invitation(app: &App) -> String {
    let config = &app.config;
    if config.lr == 0.0 {
        return idle_rate();
    }
    let Data { first: what, rule, .. } = Data::of(&app.operation(config));
    // Where there is no button, somebody else starts it.
    let hidden = |name: &str| config.hide.split(',').any(|hidden| hidden.trim() == name);
    let press = Some(tr!("Press Start.").to_string()).filter(|_| !hidden("controls") && !hidden("actions"));
    let share = rounded(config.shown());
    let curves = !(hidden("charts") || (hidden("accuracy") && hidden("loss")));
    let shown = if rule && curves {
        tr!(
            "The network is shown {share} of all {what} and tested on the rest: watch when test accuracy (dashed) catches up with \
             train accuracy (solid).",
            share,
            what
        )
    } else {
        tr!("The network is shown {share} of all {what} and tested on the rest.", share, what)
    };
    let lot = Some(tr!("There is no rule to find here: watch that it can only memorise.").to_string()).filter(|_| !rule);
    press.into_iter().chain([shown]).chain(lot).collect::<Vec<_>>().join(" ")
}

fn caption(app: &App, phase: Phase) -> String {
    let (config, data) = (app.present(), Data::of(&app.operation(app.present())));
    match phase {
        Phase::Memorizing => memorizing(config, app.step, &data),
        Phase::Plateau => plateau(app, &data),
        Phase::Generalizing => tr!(
            "Test accuracy (dashed) climbs, on {what} it has never seen: a rule is replacing the list. Train accuracy (solid), \
             perfect all along, showed nothing of it.",
            what = data.what
        ),
        Phase::Grokked => match app.histories.as_slice() {
            [history] => understood(history, data.what),
            histories => all_understood(histories),
        },
    }
}

/// Of a fork that has not gone on yet: what it is, and where the run is that it left.
fn forked(app: &App) -> Option<String> {
    let step = app.runs.from.map(|from| from.step).filter(|step| *step == app.step)?;
    Some(tr!(
        "This is a fork from step {step}: change a setting if you like, and continue. The run as it was is kept under Runs.",
        step = thousands(step.into())
    ))
}

/// Whether training and test examples changed places, and nothing has begun anew since.
fn exchanged(app: &App) -> bool {
    let turned = app.histories.first().and_then(|history| history.turned);
    turned.and_then(|step| app.record.turned(step)).is_some_and(|turn| turn.known)
}

/// What became of a run that turned, if it did.
fn begun_anew(app: &App, phase: Phase) -> Option<String> {
    let (step, config) = (thousands(app.histories.first()?.turned?.into()), app.present());
    let what = Data::of(&app.operation(config)).what;
    if exchanged(app) {
        return Some(tr!(
            "At step {step} the {what} for training and for the test changed places: test accuracy (dashed) says how much it still knows \
             of what it was shown before.",
            step,
            what
        ));
    }
    let (share, operation) = (fraction(config.ticket), app.operation(config));
    let operation = operation.label(config);
    let begun = match config.mask {
        _ if config.ticket == 0.0 && config.keep == Keep::Frozen => {
            tr!("At step {step} it began anew, to learn {operation} with the embedding that it had, frozen.", step, operation)
        }
        _ if config.ticket == 0.0 => {
            tr!("At step {step} it began anew, to learn {operation} from the embedding that it had.", step, operation)
        }
        Mask::Largest => {
            tr!(
                "At step {step} it went back to its initial weights, of which {share} stay: those that had become largest.",
                step,
                share
            )
        }
        Mask::Random => {
            tr!("At step {step} it went back to its initial weights, of which {share} stay, drawn by lot.", step, share)
        }
        Mask::Norm => {
            tr!("At step {step} it went back to its initial weights, as small as {share} of them are together.", step, share)
        }
    };
    let since = match (phase, app.histories.as_slice()) {
        (Phase::Memorizing, _) => tr!("Does test accuracy (dashed) rise with the other one now?").into(),
        (Phase::Plateau, _) => tr!("It has a list of its {what} again, and no rule.", what),
        (Phase::Generalizing, _) => tr!("Test accuracy (dashed) climbs.").into(),
        (Phase::Grokked, [History { memorized: Some(memorized), grokked: Some(grokked), .. }]) if memorized < grokked => tr!(
            "It knew its {what} at step {memorized}, and the rule at {grokked}.",
            what,
            memorized = thousands((*memorized).into()),
            grokked = thousands((*grokked).into())
        ),
        (Phase::Grokked, _) => tr!("Now it has the rule.").into(),
    };
    Some([begun, since].join(" "))
}

fn memorizing(config: &Config, step: u32, &Data { what, rule, .. }: &Data) -> String {
    if config.lr == 0.0 {
        idle_rate()
    } else if step < LONG {
        let learns = tr!("It learns the {what} it is shown by heart: train accuracy (solid) climbs.", what);
        let others = if rule {
            tr!("Test accuracy (dashed) is about those it is never shown.")
        } else {
            tr!("Test accuracy (dashed) can only guess: there is no rule.")
        };
        [&learns, others].join(" ")
    } else if config.lr * config.wd > 0.02 {
        tr!(
            "It does not even learn the {what} it is shown: weight decay shrinks the weights as fast as they grow. Turn it down.",
            what
        )
    } else if config.lr < 2e-3 {
        tr!("It is still learning the {what} it is shown by heart. With so small a learning rate that takes patience.", what)
    } else {
        tr!(
            "It has not yet learnt the {what} it is shown. If train accuracy (solid) no longer climbs, try another learning rate.",
            what
        )
    }
}

fn plateau(app: &App, &Data { what, rule, .. }: &Data) -> String {
    if !rule {
        return tr!(
            "It knows the {what} it was shown by heart. There is no rule to find here: test accuracy (dashed) stays at guessing, \
             however long you wait.",
            what
        );
    }
    let (config, free) = (app.present(), app.mirrored());
    let mut known = app.histories.iter().filter_map(|history| history.points.last()).map(|point| f64::from(point.test_accuracy));
    // Not every network gives the same answer to x ∘ y and y ∘ x.
    let list = if free > 0.0 && known.all(|known| known > free / 2.0) {
        tr!(
            "It has a list, not the rule: the {share} or so that it gets right unseen are mirror images of {what} it knows.",
            share = rounded(free),
            what
        )
    } else {
        tr!("It has a list of the {what} it was shown, not the rule behind them.", what)
    };
    let then = if aimless(config) {
        tr!("With weight decay 0 nothing pulls it towards the rule: turn it up!")
    } else if config.wd == 0.0 {
        tr!("Watch whether test loss (dashed) comes down.")
    } else if config.train < FEW {
        tr!("So short a list costs little: the wait is long, and may have no end.")
    } else {
        tr!("Weight decay makes the list costly: watch test loss (dashed) come down.")
    };
    [&list, then].join(" ")
}

/// Whether neither weight decay nor what does its work favours the rule.
fn aimless(config: &Config) -> bool {
    config.wd == 0.0 && config.sphere == 0.0 && config.filter == Filter::None && config.loss == Loss::CrossEntropy
}

/// After one run grokked.
fn understood(history: &History, what: &str) -> String {
    if let Some(last) = history.points.last().filter(|last| last.test_accuracy < 0.9) {
        let knew = history.points.iter().rfind(|point| point.test_accuracy >= GROKKED).map_or(0, |point| point.step);
        return match last.step - knew < last.step / 4 {
            true => tr!("It had found the rule and has just stumbled: a large update can throw it off for a while.").into(),
            false => tr!(
                "It had found the rule by step {step}, and has lost it since: what it trains on now favours another answer.",
                step = thousands(history.grokked.unwrap_or(knew).into())
            ),
        };
    }
    let (memorized, grokked) = (history.memorized.unwrap_or(u32::MAX), history.grokked.unwrap_or(0));
    let times = f64::from(grokked) / f64::from(memorized.max(1));
    if times < 1.5 {
        return tr!(
            "It found the rule about as soon as it knew its {what}, so there was no wait. Show it fewer to see one.",
            what
        );
    }
    tr!(
        "It knew its own {what} by step {memorized}. The rule took until step {grokked}, {times} times as long. Now it answers \
         {what} it was never shown.",
        what,
        memorized = thousands(memorized.into()),
        grokked = thousands(grokked.into()),
        times = if times < 10.0 { local(shortest((times * 10.0).round() / 10.0)) } else { thousands(times.round() as u64) }
    )
}

/// After all of several runs grokked.
fn all_understood(histories: &[History]) -> String {
    let (first, last) = (grokked(histories).min().unwrap_or(0), grokked(histories).max().unwrap_or(0));
    tr!(
        "Each thin curve is a run with its own seed. The first found the rule by step {first}, the last by step {last}.",
        first = thousands(first.into()),
        last = thousands(last.into())
    )
}

/// Why a run that ended may not have grokked, and what to try.
fn why_not_grokked(app: &App, phase: Phase) -> String {
    let (config, Data { what, rule, .. }) = (app.present(), Data::of(&app.operation(app.present())));
    let why = if phase == Phase::Memorizing {
        return tr!("It had not even learnt the {what} it was shown. Try another learning rate, or less weight decay.", what);
    } else if !rule {
        tr!("There was no rule to find: each result was drawn by lot, and all one can do is learn them by heart.")
    } else if aimless(config) {
        tr!("Without weight decay nothing favours the rule over the list. Turn it up and run again.")
    } else if config.train < FEW {
        tr!("With so little data the rule takes far longer to find, or cannot be found. Show it more.")
    } else {
        tr!("The rule may still come: raise the step limit in the settings and run again.")
    };
    why.into()
}

#[cfg(test)]
mod tests;
