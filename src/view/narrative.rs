//! A run in words: a headline, and a caption that says what is happening and what to look at.

use super::app::{App, State};
use super::diverged;
use crate::config::{Config, Filter, Loss, Pairing};
use crate::metrics::{End, GROKKED, History, Phase, all_diverged};
use crate::number::shortest;
use crate::text::thousands;

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

/// Narrates the run so far. Several runs are told by the slowest.
pub fn narrate(app: &App) -> Narrative {
    let phase = slowest(app);
    let (headline, caption) = match app.state() {
        State::Error => ("Stopped by an error".into(), "The message above says what went wrong.".into()),
        _ if app.auto_paused() => ("Paused while out of sight".into(), "It goes on as soon as it can be seen again.".into()),
        _ if app.loading() => ("Building the network…".into(), invitation(&app.config)),
        State::Idle => ("Ready".into(), invitation(&app.config)),
        State::Done if all_diverged(&app.histories) => diverged::narrate(app.present(), &app.histories),
        State::Done if phase != Phase::Grokked => (ungrokked(&app.histories), why_not_grokked(app, phase)),
        State::Paused => (format!("Paused. {}", progress(app, phase)), caption(app, phase)),
        State::Done => (ended(app, phase), caption(app, phase)),
        State::Running => (progress(app, phase), caption(app, phase)),
    };
    let caption = if app.next_differs() { NEXT.into() } else { caption };
    Narrative { headline, caption }
}

/// Fraction of the test pairs that a list of the training pairs gives away: mirror images of them, if the operation commutes.
fn mirrored(app: &App) -> f64 {
    let config = app.present();
    let alone = config.split == Pairing::Random && app.operation(config).commutes(config);
    if alone { config.train * config.subset } else { 0.0 }
}

/// The phase of the slowest run.
fn slowest(app: &App) -> Phase {
    let free = mirrored(app) as f32;
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
    let what = match phase {
        Phase::Memorizing => "Memorising the training pairs".into(),
        Phase::Plateau => "Plateau: it knows the training pairs, not the rule".into(),
        Phase::Generalizing => "Generalising: it gets pairs right that it never saw".into(),
        Phase::Grokked if runs == 1 => return format!("Grokked at step {last}"),
        Phase::Grokked => return format!("All {runs} runs grokked by step {last}"),
    };
    match grokked(&app.histories).count() {
        0 => what,
        some => format!("{what} ({some} of {runs} runs grokked)"),
    }
}

/// The headline of a run that is over after it grokked: whether it stayed so, and where it ended.
fn ended(app: &App, phase: Phase) -> String {
    let (what, last) = (progress(app, phase), thousands(app.step.into()));
    let now = app.histories.iter().filter_map(|history| history.points.last());
    let lowest = now.map(|point| point.test_accuracy).fold(1.0, f32::min);
    match app.end() {
        _ if lowest < GROKKED => format!("{what}, but at its end, step {last}, it is right in {}", percent(lowest.into())),
        Some(End::Grokked) => format!("{what} and stayed so: over at step {last}"),
        _ => format!("{what}; step limit reached at {last}"),
    }
}

/// The headline of a run that ended at the step limit.
fn ungrokked(histories: &[History]) -> String {
    match histories.len() {
        1 => "Step limit reached before it grokked".into(),
        runs => format!("Step limit reached: {} of {runs} runs grokked", grokked(histories).count()),
    }
}

fn percent(fraction: f64) -> String {
    shortest((fraction * 100.0).round()) + " %"
}

/// Before the first step.
fn invitation(config: &Config) -> String {
    if config.lr == 0.0 {
        return "The learning rate is 0: as long as it is, the network learns nothing.".into();
    }
    // Where there is no button, somebody else starts it.
    let hidden = |name: &str| config.hide.split(',').any(|hidden| hidden.trim() == name);
    let press = if hidden("controls") || hidden("actions") { "" } else { "Press Start. " };
    let watch = if hidden("charts") || (hidden("accuracy") && hidden("loss")) {
        "."
    } else {
        ": watch when the dashed curve follows the solid one."
    };
    format!("{press}The network is shown {} of all pairs and tested on the rest{watch}", percent(config.train))
}

fn caption(app: &App, phase: Phase) -> String {
    let config = app.present();
    match phase {
        Phase::Memorizing => memorizing(config, app.step).into(),
        Phase::Plateau => plateau(app),
        Phase::Generalizing => "The dashed curve climbs, on pairs it has never seen: a rule is replacing the list. \
             The solid curve, perfect all along, showed nothing of it."
            .into(),
        Phase::Grokked => match app.histories.as_slice() {
            [history] => understood(history),
            histories => all_understood(histories),
        },
    }
}

fn memorizing(config: &Config, step: u32) -> &'static str {
    if config.lr == 0.0 {
        "The learning rate is 0: as long as it is, the network learns nothing."
    } else if step < LONG {
        "It learns the pairs it is shown by heart: the solid curve climbs, and its loss falls. \
         The dashed curve is about pairs it is never shown."
    } else if config.lr * config.wd > 0.02 {
        "It does not even learn the pairs it is shown: weight decay shrinks the weights as fast as they grow. Turn it down."
    } else if config.lr < 2e-3 {
        "It is still learning the pairs it is shown by heart. With so small a learning rate that takes patience."
    } else {
        "It has not yet learnt the pairs it is shown. If the solid curve no longer climbs, try another learning rate."
    }
}

fn plateau(app: &App) -> String {
    let (config, free) = (app.present(), mirrored(app));
    let mut known = app.histories.iter().filter_map(|history| history.points.last()).map(|point| f64::from(point.test_accuracy));
    // Not every network gives the same answer to x ∘ y and y ∘ x.
    let list = if free > 0.0 && known.all(|known| known > free / 2.0) {
        format!(
            "It has a list, not the rule: what it gets right unseen, about {}, are mirror images of pairs it knows.",
            percent(free)
        )
    } else {
        "It has a list of the pairs it was shown, not the rule behind them.".to_string()
    };
    let then = if aimless(config) {
        "With weight decay 0 nothing pulls it towards the rule: turn it up!"
    } else if config.wd == 0.0 {
        "Watch whether the dashed loss comes down."
    } else if config.train < FEW {
        "So few pairs make a short list: the wait is long, and may have no end."
    } else {
        "Weight decay makes the list costly: watch the dashed loss come down."
    };
    format!("{list} {then}")
}

/// Whether neither weight decay nor what does its work favours the rule.
fn aimless(config: &Config) -> bool {
    config.wd == 0.0 && config.sphere == 0.0 && config.filter == Filter::None && config.loss == Loss::CrossEntropy
}

/// After one run grokked.
fn understood(history: &History) -> String {
    if history.points.last().is_some_and(|last| last.test_accuracy < 0.9) {
        return "It had found the rule, and has just stumbled: a large update can throw it off for a while.".into();
    }
    let (memorized, grokked) = (history.memorized.unwrap_or(u32::MAX), history.grokked.unwrap_or(0));
    let times = f64::from(grokked) / f64::from(memorized.max(1));
    if times < 1.5 {
        return "It found the rule about as soon as it knew its pairs, so there was no wait. Show it fewer pairs to see one."
            .into();
    }
    format!(
        "It knew its own pairs at step {}, and the rule {} times as late. What you see now is not a list: it answers pairs it was never shown.",
        thousands(memorized.into()),
        shortest(if times < 10.0 { (times * 10.0).round() / 10.0 } else { times.round() })
    )
}

/// After all of several runs grokked.
fn all_understood(histories: &[History]) -> String {
    let (first, last) = (grokked(histories).min().unwrap_or(0), grokked(histories).max().unwrap_or(0));
    format!(
        "Each thin curve is a run with its own seed. The first found the rule at step {}, the last at step {}.",
        thousands(first.into()),
        thousands(last.into())
    )
}

/// Why a run that ended may not have grokked, and what to try.
fn why_not_grokked(app: &App, phase: Phase) -> String {
    let config = app.present();
    let why = if phase == Phase::Memorizing {
        "It had not learnt even the pairs it was shown. Try another learning rate, or less weight decay."
    } else if aimless(config) {
        "Without weight decay nothing favours the rule over the list. Turn it up and run again."
    } else if config.train < FEW {
        "With so few pairs the rule takes far longer to find, or cannot be found. Show it more pairs."
    } else {
        "The rule may still come: raise the step limit in the settings above, and run again."
    };
    why.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::Engine;
    use crate::metrics::Point;
    use crate::protocol::Event;
    use crate::settings::from_query;

    /// A page with a trainer for this configuration, in this state, whose runs have these (step, train, test) accuracies.
    fn app(query: &str, state: State, runs: &[&[(u32, f32, f32)]]) -> App {
        let (config, problems) = from_query(query);
        assert_eq!(problems, []);
        let mut app = App::new(config.clone(), &[], Some(String::new()));
        app.set_visible(true);
        app.update(Event::Hello);
        let text = String::new;
        app.update(Event::Loaded {
            config,
            step: 0,
            fresh: false,
            engine: Engine::Cpu,
            adapter: text(),
            reason: text(),
            parameters: 1,
            pairs: [1, 1],
        });
        app.phase = state.into();
        app.histories = vec![History::default(); runs.len()];
        for (history, points) in app.histories.iter_mut().zip(runs) {
            for &(step, train_accuracy, test_accuracy) in *points {
                app.step = step;
                history.push(Point {
                    run: 0,
                    step,
                    train_loss: 1.0,
                    test_loss: 1.0,
                    weight_norm: 1.0,
                    train_accuracy,
                    test_accuracy,
                    ..Point::default()
                });
            }
        }
        app
    }

    /// Headline and caption in one line.
    fn told(query: &str, state: State, runs: &[&[(u32, f32, f32)]]) -> String {
        let Narrative { headline, caption } = narrate(&app(query, state, runs));
        format!("{headline} | {caption}")
    }

    const LIST: &[(u32, f32, f32)] = &[(0, 0.0, 0.0), (50, 1.0, 0.1)];
    const MIRRORS: &[(u32, f32, f32)] = &[(0, 0.0, 0.0), (50, 1.0, 0.35)];
    const RULE: &[(u32, f32, f32)] = &[(0, 0.0, 0.0), (50, 1.0, 0.1), (215, 1.0, 0.97)];

    #[track_caller]
    fn assert_says(told: &str, parts: &[&str]) {
        parts.iter().for_each(|part| assert!(told.contains(part), "no {part:?} in: {told}"));
    }

    #[test]
    fn a_run_is_told_from_invitation_to_rule() {
        use State::{Done, Idle, Paused, Running};
        assert_says(&told("", Idle, &[&[]]), &["Ready | Press Start", "40 %"]);
        for hide in ["controls", "facts,actions"] {
            assert_says(&told(&format!("hide={hide}"), Idle, &[&[]]), &["Ready | The network is shown 40 %", "watch when"]);
        }
        assert_says(&told("hide=charts", Idle, &[&[]]), &["Press Start.", "on the rest."]);
        assert_says(&told("", Running, &[&[(9, 0.3, 0.0)]]), &["Memorising", "by heart"]);
        assert_says(&told("", Running, &[MIRRORS]), &["Plateau", "about 40 %, are mirror images", "Weight decay makes"]);
        assert_says(&told("", Running, &[LIST]), &["Plateau", "not the rule behind them. Weight"]);
        assert_says(&told("task=x/y", Paused, &[LIST]), &["Paused. Plateau", "not the rule behind them. Weight"]);
        assert_says(&told("", Running, &[&[(50, 1.0, 0.7)]]), &["Generalising", "a rule is replacing the list"]);
        assert_says(&told("", Done, &[RULE]), &["Grokked at step 215", "at step 50, and the rule 4.3 times as late"]);
    }

    #[test]
    fn mirror_images_are_not_generalisation() {
        assert_says(&told("", State::Running, &[&[(50, 1.0, 0.4)]]), &["Plateau"]);
        assert_says(&told("task=x/y", State::Running, &[&[(50, 1.0, 0.4)]]), &["Generalising"]);
    }

    #[test]
    fn deviations_are_told_as_they_are() {
        use State::{Done, Running};
        assert_says(&told("wd=0", Running, &[LIST]), &["nothing pulls it towards the rule"]);
        for helped in ["sphere=0.8", "filter=orthogonal", "loss=stablemax"] {
            assert_says(&told(&format!("wd=0&{helped}"), Running, &[LIST]), &["Watch whether"]);
            assert_says(&told(&format!("wd=0&{helped}"), Done, &[LIST]), &["step limit in"]);
        }
        assert_says(&told("train=0.2", Running, &[LIST]), &["may have no end"]);
        assert_says(&told("lr=0", State::Idle, &[&[]]), &["learning rate is 0"]);
        assert_says(&told("lr=0", Running, &[&[(500, 0.0, 0.0)]]), &["learning rate is 0"]);
        assert_says(&told("wd=20", Running, &[&[(500, 0.0, 0.0)]]), &["as fast as they grow"]);
        assert_says(&told("lr=0.001&wd=1", Running, &[&[(500, 0.5, 0.0)]]), &["takes patience"]);
        assert_says(&told("train=0.9", Running, &[&[(50, 0.99, 0.96)]]), &["there was no wait"]);
        assert_says(&told("", Running, &[&[(50, 0.5, 0.96)]]), &["Grokked", "there was no wait"]);
        assert_says(&told("", Running, &[&[(50, 1.0, 0.96), (300, 0.7, 0.5)]]), &["just stumbled"]);
        for (query, advice) in [("wd=0", "Turn it up"), ("train=0.1", "more pairs"), ("", "step limit in")] {
            assert_says(&told(query, Done, &[LIST]), &["Step limit reached before it grokked", advice]);
        }
        assert_says(&told("", Done, &[&[(50, 0.5, 0.0)]]), &["not learnt even the pairs"]);
    }

    #[test]
    fn the_slowest_of_several_runs_is_told() {
        use State::{Done, Running};
        assert_says(&told("runs=2", Running, &[RULE, LIST]), &["Plateau", "(1 of 2 runs grokked)"]);
        assert_says(&told("runs=2", Done, &[RULE, LIST]), &["Step limit reached: 1 of 2 runs grokked"]);
        assert_says(
            &told("runs=2", Done, &[RULE, RULE]),
            &["All 2 runs grokked by step 215", "The first found the rule at step 215"],
        );
    }

    #[test]
    fn building_and_automatic_pauses_are_said() {
        let mut app = app("", State::Running, &[LIST]);
        app.set_visible(false);
        assert_says(&narrate(&app).headline, &["out of sight"]);
        app.set([("seed", "5")]);
        assert_says(&narrate(&app).headline, &["Building"]);
        // It is started anew, which fails as well.
        app.crashed("no");
        app.crashed("no");
        assert_says(&narrate(&app).headline, &["Stopped by an error"]);
    }

    #[test]
    fn the_end_of_a_run_is_said_with_its_reason() {
        let over = |query: &str, points: &[(u32, f32, f32)], reason| {
            let mut app = app(query, State::Running, &[points]);
            app.update(Event::Done { reason });
            app
        };
        let headline = |query: &str, points: &[(u32, f32, f32)], reason| narrate(&over(query, points, reason)).headline;
        assert_eq!(headline("", RULE, End::Grokked), "Grokked at step 215 and stayed so: over at step 215");
        assert_eq!(headline("stop=limit", RULE, End::Limit), "Grokked at step 215; step limit reached at 215");
        let fell = [RULE, &[(900, 1.0, 0.42)]].concat();
        let fallen = headline("stop=limit", &fell, End::Limit);
        assert_eq!(fallen, "Grokked at step 215, but at its end, step 900, it is right in 42 %");
        // What is set after the end is about the next run.
        let mut app = over("", RULE, End::Grokked);
        let before = narrate(&app);
        app.set([("wd", "0.3")]);
        assert_eq!(narrate(&app), Narrative { caption: NEXT.into(), ..before });
    }

    /// The page reserves lines for this many characters.
    #[test]
    fn captions_fit_their_place() {
        let runs: &[&[(u32, f32, f32)]] = &[
            &[],
            &[(9, 0.1, 0.0)],
            &[(999_999, 0.1, 0.0)],
            LIST,
            &[(5, 1.0, 0.7)],
            RULE,
            &[(900_000, 1.0, 0.0), (999_999, 1.0, 1.0)],
        ];
        for query in ["", "task=x/y", "wd=0", "task=x/y&wd=0", "train=0.07", "lr=0", "lr=0.001", "wd=30", "runs=2"] {
            for state in [State::Idle, State::Running, State::Paused, State::Done, State::Error] {
                for run in runs {
                    let runs = vec![*run; if query == "runs=2" { 2 } else { 1 }];
                    let caption = narrate(&app(query, state, &runs)).caption;
                    assert!((20..=175).contains(&caption.chars().count()), "{} characters: {caption}", caption.chars().count());
                    assert!(caption.ends_with(['.', '!']), "{caption}");
                }
            }
        }
    }
}
