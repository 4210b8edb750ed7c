//! What a run is told as, from invitation to rule.

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
    assert_says(
        &told("", Running, &[MIRRORS]),
        &["Plateau", "the 40 % or so that it gets right unseen are mirror images", "Weight decay makes"],
    );
    assert_says(&told("", Running, &[LIST]), &["Plateau", "not the rule behind them. Weight"]);
    assert_says(&told("task=x/y", Paused, &[LIST]), &["Paused. Plateau", "not the rule behind them. Weight"]);
    assert_says(&told("", Running, &[&[(50, 1.0, 0.7)]]), &["Generalising", "a rule is replacing the list"]);
    assert_says(
        &told("", Done, &[RULE]),
        &["Grokked at step 215", "by step 50. The rule took until step 215, 4.3 times as long"],
    );
    assert_says(
        &told("", Done, &[&[(2, 1.0, 0.6), (6867, 1.0, 0.96)]]),
        &["The rule took until step 6,867, 3,434 times as long"],
    );
}

#[test]
fn a_run_that_begins_anew_is_told_from_there() {
    let told = |mask: &str, points: &[(u32, f32, f32)]| {
        let mut app = app(&format!("at=300:ticket%3D0.4{mask}&v=1"), State::Running, &[&[RULE, points].concat()]);
        app.update(Event::Changed { step: 300, config: app.record.clone(), planned: true });
        narrate(&app)
    };
    let Narrative { headline, caption } = told("", &[(310, 0.5, 0.1)]);
    assert_says(&headline, &["Memorising"]);
    assert_says(&caption, &["At step 300 it went back", "40 % stay: those that had become largest", "rise with"]);
    let Narrative { headline, caption } = told("", &[(340, 1.0, 0.1), (360, 1.0, 0.97)]);
    assert_says(&headline, &["Grokked at step 360"]);
    assert_says(&caption, &["pairs at step 340, and the rule at 360"]);
    for (mask, how) in [("", "largest"), (",mask%3Drandom", "drawn by lot"), (",mask%3Dnorm", "as small as 40 % of them")] {
        for points in [&[(310, 0.5, 0.1)][..], &[(340, 1.0, 0.1)], &[(340, 1.0, 0.8)], &[(340, 1.0, 0.8), (999_999, 1.0, 1.0)]] {
            let caption = told(mask, points).caption;
            assert_says(&caption, &["At step 300", how]);
            assert!(caption.chars().count() <= 175, "{caption}");
        }
    }
}

#[test]
fn a_run_that_goes_on_with_another_operation_is_told_from_there() {
    for (keep, how) in [("embedding", "from the embedding that it had"), ("frozen", "with the embedding that it had, frozen")] {
        let points: &[(u32, f32, f32)] = &[(340, 1.0, 0.1), (360, 1.0, 0.97)];
        let query = format!("at=300:keep%3D{keep},task%3Dx*y&v=1");
        let mut app = app(&query, State::Running, &[&[RULE, points].concat()]);
        app.update(Event::Changed { step: 300, config: app.record.clone(), planned: true });
        let Narrative { headline, caption } = narrate(&app);
        assert_says(&headline, &["Grokked at step 360"]);
        assert_says(&caption, &["At step 300 it began anew, to learn x · y", how, "pairs at step 340, and the rule at 360"]);
        assert!(caption.chars().count() <= 175, "{caption}");
    }
}

#[test]
fn an_exchange_is_told_and_what_was_known_is_no_discovery() {
    for (query, points) in
        [("", &[RULE, &[(310, 0.5, 1.0), (340, 1.0, 0.96)]].concat()[..]), ("task=x/y&", &[(20, 1.0, 0.1), (310, 1.0, 0.9)])]
    {
        let mut app = app(&format!("{query}at=300:swap%3Dtrue&v=1"), State::Running, &[points]);
        app.update(Event::Changed { step: 300, config: app.record.clone(), planned: true });
        let Narrative { headline, caption } = narrate(&app);
        assert_says(&headline, &["It knows its training pairs; it knew the others before"]);
        assert_says(&caption, &["At step 300 the pairs for training and for the test changed places", "still knows"]);
        assert!(caption.chars().count() <= 175, "{caption}");
        app.update(Event::Done { reason: End::Limit });
        assert_says(&narrate(&app).headline, &["Step limit reached"]);
    }
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
    assert_says(&told("", Running, &[&[(50, 1.0, 0.96), (60, 0.7, 0.5)]]), &["just stumbled"]);
    assert_says(&told("", Running, &[&[(50, 1.0, 0.96), (300, 0.7, 0.5)]]), &["by step 50, and has lost it since"]);
    for (query, advice) in [("wd=0", "Turn it up"), ("train=0.1", "Show it more"), ("", "step limit in")] {
        assert_says(&told(query, Done, &[LIST]), &["Step limit reached before it grokked", advice]);
    }
    assert_says(&told("", Done, &[&[(50, 0.5, 0.0)]]), &["not even learnt the pairs"]);
}

#[test]
fn where_there_is_no_rule_none_is_promised() {
    use State::{Done, Idle, Running};
    let random = |state, runs: &[&[(u32, f32, f32)]]| told("task=random", state, runs);
    assert_says(&random(Idle, &[&[]]), &["There is no rule to find here: watch that it can only memorise."]);
    assert_says(&told("task=random&hide=charts", Idle, &[&[]]), &["There is no rule to find here"]);
    assert_says(&random(Running, &[&[(9, 0.3, 0.0)]]), &["Memorising", "can only guess: there is no rule"]);
    assert_says(&random(Running, &[&[(50, 1.0, 0.01)]]), &["Memorised", "There is no rule to find here"]);
    assert_says(&random(Done, &[&[(50, 1.0, 0.01)]]), &["it could only memorise", "drawn by lot"]);
    assert_says(&random(Done, &[&[(50, 0.3, 0.01)]]), &["not even learnt"]);
}

#[test]
fn rows_are_not_called_pairs() {
    use State::{Done, Idle, Running};
    for (state, points) in [
        (Idle, (0, 0.0, 0.0)),
        (Running, (9, 0.6, 0.5)),
        (Running, (999, 0.6, 0.5)),
        (Running, (50, 1.0, 0.5)),
        (Running, (50, 1.0, 0.8)),
        (Done, (50, 0.6, 0.5)),
        (Done, (50, 1.0, 0.5)),
        (Done, (50, 1.0, 0.99)),
    ] {
        for task in ["parity", "hidden-sum", "subclasses"] {
            let told = told(&format!("task={task}&model=mlp"), state, &[&[points]]);
            assert!(!told.contains("pair"), "{told}");
        }
    }
    assert_says(&told("task=parity&model=mlp", Idle, &[&[]]), &["of all rows of bits and tested on the rest"]);
    assert_says(&told("task=subclasses&model=mlp", Idle, &[&[]]), &["of all points and tested on the rest"]);
}

/// What is seen is also said: a screen reader knows no dashes.
#[test]
fn no_caption_depends_on_sight() {
    let states = [State::Idle, State::Running, State::Done];
    for (state, run) in
        states.iter().flat_map(|state| [LIST, RULE, MIRRORS, &[(5, 1.0, 0.7)], &[(9, 0.1, 0.0)]].map(|run| (state, run)))
    {
        let told = told("", *state, &[run]);
        for word in ["dashed", "solid"] {
            assert_eq!(told.matches(word).count(), told.matches(&format!("({word})")).count(), "{told}");
        }
    }
}

#[test]
fn the_slowest_of_several_runs_is_told() {
    use State::{Done, Running};
    assert_says(&told("seeds=2", Running, &[RULE, LIST]), &["Plateau", "(1 of 2 runs grokked)"]);
    assert_says(&told("seeds=2", Done, &[RULE, LIST]), &["Step limit reached: 1 of 2 runs grokked"]);
    assert_says(
        &told("seeds=2", Done, &[RULE, RULE]),
        &["All 2 runs grokked by step 215", "The first found the rule by step 215"],
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
    assert_eq!(headline("", RULE, End::Grokked), "Grokked at step 215 and kept it, to the end at step 215");
    assert_eq!(headline("stop=limit", RULE, End::Limit), "Grokked at step 215; step limit reached at 215");
    let fell = [RULE, &[(900, 1.0, 0.42)]].concat();
    let fallen = headline("stop=limit", &fell, End::Limit);
    assert_eq!(fallen, "Grokked at step 215, but at the end, step 900, only 42 % are right");
    // What is set after the end is about the next run.
    let mut app = over("", RULE, End::Grokked);
    let before = narrate(&app);
    app.set([("wd", "0.3")]);
    assert_eq!(narrate(&app), Narrative { caption: next(), ..before });
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
    for query in [
        "",
        "task=x/y",
        "wd=0",
        "task=x/y&wd=0",
        "train=0.07",
        "lr=0",
        "lr=0.001",
        "wd=30",
        "seeds=2",
        "task=random",
        "task=parity&model=mlp",
        "task=subclasses&model=mlp",
    ] {
        for state in [State::Idle, State::Running, State::Paused, State::Done, State::Error] {
            for run in runs {
                let runs = vec![*run; if query == "seeds=2" { 2 } else { 1 }];
                let caption = narrate(&app(query, state, &runs)).caption;
                assert!((20..=175).contains(&caption.chars().count()), "{} characters: {caption}", caption.chars().count());
                assert!(caption.ends_with(['.', '!']), "{caption}");
            }
        }
    }
}
