//! When expectations hold, fail, and wait.

use super::*;
use crate::experiment::{Compare, Growth, Judgement};
use crate::metrics::Turn;

/// One that does so at first, then begins anew at `from` and does it again.
fn again([memorized, grokked]: [u32; 2], from: u32, then: [u32; 2]) -> History {
    let mut history = run(memorized, grokked, from, 1.0);
    history.turn(Some(Turn { step: from, known: false }));
    for mut point in run(then[0], then[1], then[1] + 100, 1.0).points {
        point.step += from;
        history.push(point);
    }
    history
}

#[test]
fn what_is_forgotten_after_an_exchange_is_judged_in_time() {
    use Judgement::{Fails, Holds, Open};
    let mut history = run(20, 90, 100, 0.1);
    let forgets = Expect::Forgets(0.5, 50);
    assert_eq!(forgets.judge(&history, false).judgement, Open);
    history.turn(Some(Turn { step: 100, known: true }));
    for (step, test_accuracy) in [(110, 1.0), (140, 0.625), (151, 0.25)] {
        history.push(Point { step, test_accuracy, ..Point::default() });
        // Until 50 steps are over it may still come; what comes later is too late.
        let want = if step > 150 {
            (Fails, "lowest 62.5 %")
        } else {
            (Open, ["lowest 100.0 % so far", "lowest 62.5 % so far"][(step > 110) as usize])
        };
        let got = forgets.judge(&history, false);
        assert_eq!((got.judgement, got.measured.as_str()), want);
    }
    assert_eq!(Expect::Forgets(0.625, 40).judge(&history, false).judgement, Holds);
    assert_eq!((forgets.judge(&run(20, 90, 100, 0.1), true).judgement, history.grokked), (Fails, None));
}

#[test]
fn what_comes_before_and_after_a_beginning_anew_is_judged_apart() {
    use Judgement::{Fails, Holds, Open};
    let history = again([20, 200], 300, [50, 100]);
    let judge = |expect: Expect, history: &History, ended| expect.judge(history, ended).judgement;
    let (first, anew) = (Expect::AtFirst(&Expect::Delay(10.0)), Expect::Anew(&Expect::Together(2.0)));
    assert_eq!((judge(first, &history, false), judge(anew, &history, false)), (Holds, Holds));
    assert_eq!(
        (first.judge(&history, true).measured, anew.judge(&history, true).measured),
        ("10.0 times".into(), "2.0 times".into())
    );
    assert_eq!(judge(Expect::AtFirst(&Expect::Delay(10.1)), &history, false), Fails);
    assert_eq!(judge(Expect::Anew(&Expect::Together(1.9)), &history, false), Fails);
    let plain = run(20, 200, 300, 1.0);
    assert_eq!([judge(first, &plain, false), judge(anew, &plain, false), judge(anew, &plain, true)], [Holds, Open, Fails]);
    let slow = again([20, 200], 300, [50, 400]);
    let delays = |times| Compare::Delays("slow", "ticket", times).judge(&[&slow, &history]);
    assert_eq!((delays(4.0).judgement, delays(4.1).judgement, delays(4.0).measured), (Holds, Fails, "4.0 times".into()));
    // One that never finds the rule counts with its last step; one that knows nothing by heart has no delay.
    let mut never = slow.clone();
    never.grokked = None;
    let verdict = Compare::Delays("slow", "ticket", 5.0).judge(&[&never, &history]);
    assert_eq!((verdict.judgement, verdict.measured), (Holds, "more than 5.0 times".into()));
    never.memorized = None;
    assert_eq!(Compare::Delays("slow", "ticket", 1.0).judge(&[&never, &history]).judgement, Fails);
}

/// A run that memorises and groks at these steps, then holds `ends`, measured every 10 steps up to `last`.
fn run(memorized: u32, grokked: u32, last: u32, ends: f32) -> History {
    let mut history = History::default();
    for step in (0..=last).step_by(10) {
        let after = step > grokked;
        let test_loss = if after { 0.5 } else { 2.0 };
        let test_accuracy = if after { ends } else { f32::from(u8::from(step == grokked)) };
        let train_accuracy = if step >= memorized { 1.0 } else { 0.2 };
        history.push(Point { run: 0, step, train_accuracy, test_accuracy, test_loss, ..Point::default() });
    }
    history
}

#[test]
fn expectations_hold_fail_and_wait() {
    use Judgement::{Fails, Holds, Open};
    let whole = run(50, 200, 300, 1.0);
    let check = |expect: Expect, history: &History, ended, judgement| {
        let verdict = expect.judge(history, ended);
        assert_eq!(verdict.judgement, judgement, "{}: {}", expect.text(), verdict.measured);
    };
    check(Expect::MemorizedBy(50), &whole, false, Holds);
    check(Expect::MemorizedBy(49), &whole, false, Fails);
    check(Expect::GrokkedBy(200), &run(50, 200, 100, 1.0), false, Open);
    check(Expect::GrokkedBy(200), &run(50, 200, 100, 1.0), true, Fails);
    check(Expect::GrokkedBy(90), &run(50, 200, 100, 1.0), false, Fails);
    check(Expect::NotGrokkedBy(100), &run(50, 200, 100, 1.0), false, Holds);
    check(Expect::NotGrokkedBy(250), &whole, false, Fails);
    check(Expect::NotGrokkedBy(100), &run(50, 200, 90, 1.0), false, Open);
    check(Expect::Delay(4.0), &whole, false, Holds);
    check(Expect::Delay(4.1), &whole, false, Fails);
    check(Expect::Together(4.0), &whole, false, Holds);
    check(Expect::Together(3.9), &whole, true, Fails);
    check(Expect::TestEnds(0.9, 1.0), &whole, false, Open);
    check(Expect::TestEnds(0.9, 1.0), &whole, true, Holds);
    check(Expect::TrainEnds(0.1, 0.3), &whole, true, Fails);
    check(Expect::Hump(4.0), &whole, true, Holds);
    check(Expect::Hump(4.5), &whole, true, Fails);
    let mut flat = whole.clone();
    flat.push(Point { step: 310, ..Point::default() });
    check(Expect::Hump(4.0), &flat, true, Holds);
    assert_eq!(Expect::Hump(4.0).judge(&flat, true).measured, "ends at a loss of 0");
    check(Expect::Ungroks(0.5), &run(50, 200, 300, 0.4), false, Holds);
    check(Expect::Ungroks(0.5), &whole, true, Fails);
    check(Expect::TestEnds(0.0, 1.0), &History::default(), true, Fails);
    for (steps, between, judgement) in
        [(250, [0.8, 1.2], Holds), (250, [0.7, 0.79], Fails), (250, [0.81, 1.2], Fails), (400, [0.7, 1.3], Fails)]
    {
        check(Expect::Switches(steps, between), &whole, false, judgement);
    }
    assert_eq!(Expect::Switches(250, [0.8, 1.2]).judge(&whole, false).measured, "0.80 times");
    let back = run(50, 200, 300, 0.9);
    check(Expect::SwitchesBack(300, [0.7, 1.3]), &back, false, Holds);
    check(Expect::SwitchesBack(300, [0.71, 1.3]), &back, false, Fails);
    check(Expect::SwitchesBack(300, [0.7, 1.3]), &whole, false, Open);
    check(Expect::SwitchesBack(300, [0.7, 1.3]), &whole, true, Fails);
    let early = run(50, 200, 100, 1.0);
    check(Expect::Switches(100, [0.7, 1.3]), &early, false, Open);
    check(Expect::Switches(100, [0.7, 1.3]), &early, true, Fails);
    check(Expect::Switches(70, [0.7, 1.3]), &early, false, Fails);
}

#[test]
fn there_is_no_number_before_there_is_one() {
    let every = [
        Expect::MemorizedBy(9),
        Expect::GrokkedBy(9),
        Expect::NotGrokkedBy(9),
        Expect::Delay(2.0),
        Expect::Together(2.0),
        Expect::TrainEnds(0.5, 1.0),
        Expect::TestEnds(0.5, 1.0),
        Expect::Switches(9, [0.7, 1.3]),
        Expect::SwitchesBack(9, [0.7, 1.3]),
        Expect::Hump(2.0),
        Expect::Ungroks(0.5),
        Expect::CollapsesBy(0.5, 9),
        Expect::StandsUntil(0.5, 9),
    ];
    let mut lost = History::default();
    lost.push(Point { step: 3, ..Point::default() });
    let nan = f32::NAN;
    lost.points[0] =
        Point { test_loss: nan, train_loss: nan, train_accuracy: nan, test_accuracy: nan, collapse: nan, ..lost.points[0] };
    for (expect, history) in every.iter().flat_map(|expect| [(expect, History::default()), (expect, lost.clone())]) {
        let Verdict { judgement, measured } = expect.judge(&history, false);
        let unknown = ["not yet", "not measured yet"].contains(&measured.as_str());
        assert!(judgement == Judgement::Open && unknown, "{}: {measured}", expect.text());
    }
    // Once there is one, it is said to be one that may still change, as long as it may.
    let early = run(50, 200, 240, 0.9);
    let said = |expect: Expect, ended| expect.judge(&early, ended).measured;
    assert_eq!([said(Expect::Ungroks(0.5), false), said(Expect::Ungroks(0.5), true)], ["lowest 90.0 % so far", "lowest 90.0 %"]);
    assert_eq!(said(Expect::TestEnds(0.5, 1.0), false), "90.0 % so far");
    assert_eq!(Expect::Ungroks(0.5).judge(&run(50, 200, 100, 1.0), false).measured, "not measured yet");
}

#[test]
fn criteria_are_sentences_without_their_subject() {
    let said = |expect: Expect| expect.text();
    assert_eq!(said(Expect::TestEnds(0.99, 1.0)), "in the end at least 99 % of the test examples are right");
    assert_eq!(said(Expect::TestEnds(0.995, 1.0)), "in the end at least 99.5 % of the test examples are right");
    assert_eq!(said(Expect::TrainEnds(0.6, 0.7)), "in the end between 60 % and 70 % of the training examples are right");
    assert_eq!(said(Expect::Delay(2.0)), "groks at least twice as late as it memorises");
    assert_eq!(said(Expect::Together(3.0)), "groks at most 3 times as late as it memorises");
    assert_eq!(said(Expect::Hump(2.0)), "on the way, the test loss climbs to at least twice its final value");
}

#[test]
fn a_collapse_counts_from_the_step_at_which_it_is_wide_enough() {
    use Judgement::{Fails, Holds, Open};
    let check = |expect: Expect, steps: u32, ended, judgement| {
        let mut history = History::default();
        for step in (0..=steps).step_by(10) {
            history.push(Point { run: 0, step, collapse: step as f32 / 100.0, ..Point::default() });
        }
        let verdict = expect.judge(&history, ended);
        assert_eq!(verdict.judgement, judgement, "{} after {steps}: {}", expect.text(), verdict.measured);
    };
    check(Expect::CollapsesBy(0.5, 60), 40, false, Open);
    check(Expect::CollapsesBy(0.5, 60), 40, true, Fails);
    check(Expect::CollapsesBy(0.5, 60), 50, false, Holds);
    check(Expect::CollapsesBy(0.5, 40), 50, false, Fails);
    check(Expect::StandsUntil(0.5, 60), 40, false, Open);
    check(Expect::StandsUntil(0.5, 60), 40, true, Fails);
    check(Expect::StandsUntil(0.5, 60), 50, false, Fails);
    check(Expect::StandsUntil(0.5, 40), 50, false, Holds);
}

#[test]
fn comparisons_know_what_never_grokked() {
    let judge = |compare: Compare, a: &History, b: &History| compare.judge(&[a, b]);
    let (soon, late, never) = (run(50, 100, 300, 1.0), run(50, 300, 300, 1.0), run(50, 900, 600, 1.0));
    let sooner = Compare::Sooner("a", "b", 3.0);
    assert_eq!(judge(sooner, &soon, &late), Verdict { judgement: Judgement::Holds, measured: "3.0 times".into() });
    assert_eq!(judge(sooner, &soon, &never), Verdict { judgement: Judgement::Holds, measured: "more than 6.0 times".into() });
    assert_eq!(judge(sooner, &never, &late).judgement, Judgement::Fails);
    let waits = Compare::Waits("a", "b", 5.0);
    assert_eq!(judge(waits, &late, &soon).measured, "5.0 times");
    assert_eq!(judge(waits, &never, &soon).measured, "more than 11.0 times");
    assert_eq!(judge(waits, &late, &never).judgement, Judgement::Fails);
    let later = |steps| judge(Compare::Later("a", "b", steps, 0.1), &late, &soon);
    assert_eq!(later(200), Verdict { judgement: Judgement::Holds, measured: "200 steps later".into() });
    assert_eq!([182, 222, 181, 223].map(|steps| later(steps).judgement == Judgement::Holds), [true, true, false, false]);
    for (a, b) in [(&never, &soon), (&late, &never)] {
        assert_eq!(judge(Compare::Later("a", "b", 200, 0.1), a, b).judgement, Judgement::Fails);
    }
}

#[test]
fn slingshots_are_counted_up_to_a_step() {
    use Judgement::{Fails, Holds, Open};
    let check = |expect: Expect, steps: u32, ended, judgement, measured: &str| {
        let mut history = History::default();
        // At rest at every hundredth step, and up again 50 steps later.
        for step in (0..=steps).step_by(50) {
            let train_loss = if step.is_multiple_of(100) { 1e-6 } else { 1.0 };
            history.push(Point { step, train_loss, ..Point::default() });
        }
        let verdict = expect.judge(&history, ended);
        assert_eq!((verdict.judgement, verdict.measured.as_str()), (judgement, measured), "{} after {steps}", expect.text());
    };
    check(Expect::Slingshots(2, 300), 100, false, Open, "1 slingshot");
    check(Expect::Slingshots(2, 300), 100, true, Fails, "1 slingshot");
    check(Expect::Slingshots(2, 300), 150, false, Holds, "2 slingshots");
    check(Expect::Slingshots(4, 300), 500, false, Fails, "3 slingshots");
    check(Expect::NoSlingshot(40), 0, false, Open, "no slingshot");
    check(Expect::NoSlingshot(40), 0, true, Fails, "no slingshot");
    check(Expect::NoSlingshot(40), 50, false, Holds, "no slingshot");
    check(Expect::NoSlingshot(300), 50, false, Fails, "1 slingshot");
}

#[test]
fn a_plateau_is_where_the_train_loss_stays() {
    use Judgement::{Fails, Holds, Open};
    // Down to 2 nats at step 20, and up to a step of the test's choice there; then down to nothing, and the test loss up.
    let stays = |until: u32| {
        let mut history = History::default();
        for step in (0..=until + 20).step_by(10) {
            let train_loss = if step < 20 {
                4.0
            } else if step < until {
                2.1
            } else {
                0.01
            };
            let (train_accuracy, test_loss) = if step > until { (1.0, 5.0) } else { (0.1, 2.0) };
            history.push(Point { step, train_loss, train_accuracy, test_loss, ..Point::default() });
        }
        history
    };
    let check = |expect: Expect, history: &History, ended, judgement, measured: &str| {
        let verdict = expect.judge(history, ended);
        assert_eq!((verdict.judgement, verdict.measured.as_str()), (judgement, measured), "{}", expect.text());
    };
    check(Expect::StaysAt(2.0, 3.0), &stays(80), false, Holds, "3.0 times");
    check(Expect::StaysAt(2.0, 3.1), &stays(80), false, Fails, "3.0 times");
    let mut early = stays(80);
    early.rewind(70);
    check(Expect::StaysAt(2.0, 3.0), &early, false, Open, "not measured yet");
    check(Expect::StaysAt(2.0, 3.0), &early, true, Fails, "not measured yet");
    check(Expect::Hallucinates(2.0, 2.5), &stays(80), false, Holds, "2.5 times");
    check(Expect::Hallucinates(2.0, 2.6), &stays(80), false, Fails, "2.5 times");
    check(Expect::Hallucinates(2.0, 2.5), &early, false, Open, "not measured yet");
    // Each time four times the facts: eight times the wait, and twice it. Over both it is sixteen times: on the whole a power of 1.
    let judge = |exponent, histories: [&History; 3]| {
        Compare::Grows(&["a", "b", "c"], Growth { examples: &[1.0, 4.0, 16.0], nats: 2.0, exponent }).judge(&histories)
    };
    let [fewest, more, most] = [40, 320, 640].map(stays);
    assert_eq!(judge([0.9, 1.1], [&fewest, &more, &most]), Verdict { judgement: Holds, measured: "power 1.00".into() });
    assert_eq!(judge([0.5, 0.9], [&fewest, &more, &most]).judgement, Fails);
    let steeper = [40, 320, 2560].map(stays);
    assert_eq!(judge([0.0, 9.0], [&steeper[0], &steeper[1], &steeper[2]]).measured, "power 1.50");
    assert_eq!(judge([0.0, 9.0], [&fewest, &early, &most]), Verdict { judgement: Fails, measured: "not measured yet".into() });
}
