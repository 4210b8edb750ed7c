//! What is expected of a run, and whether it holds.

use super::plateau::plateau;
use super::verdict::{Verdict, unmeasured, when};
use crate::analysis::slingshots;
use crate::language::local;
use crate::metrics::{GROKKED, History, Point};
use crate::number::fixed;
use crate::text::{self, number, percent, thousands};
use crate::tr;

/// Something that a run must do. Steps are those of the evaluation at which it was seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Expect {
    /// Memorised by this step.
    MemorizedBy(u32),
    /// Grokked by this step.
    GrokkedBy(u32),
    /// Not grokked before this step.
    NotGrokkedBy(u32),
    /// Grokking took at least so many times as long as memorising.
    Delay(f64),
    /// Grokking took at most so many times as long as memorising.
    Together(f64),
    /// Train accuracy at the end, from and to.
    TrainEnds(f32, f32),
    /// Test accuracy at the end, from and to.
    TestEnds(f32, f32),
    /// The test loss rose to so many times its final value on the way.
    Hump(f32),
    /// After grokking, the test accuracy falls to this or less.
    Ungroks(f32),
    /// The softmax collapses for at least this fraction of the training pairs by this step (Prieto et al. 2025).
    CollapsesBy(f32, u32),
    /// It does for less than this fraction until this step.
    StandsUntil(f32, u32),
    /// At least so many [`slingshots`] by this step (Thilak et al. 2022).
    Slingshots(usize, u32),
    /// None until this step.
    NoSlingshot(u32),
    /// Grokked at between so many times and so many times these steps, ln α / (ηλ) (Lyu et al. 2023).
    Switches(u32, [f64; 2]),
    /// What must hold until it goes back to its initial weights.
    AtFirst(&'static Expect),
    /// What must hold from there on. What follows counts its steps from there.
    Anew(&'static Expect),
    /// After it has grokked, test accuracy first falls below [`GROKKED`] at between so many times these steps.
    SwitchesBack(u32, [f64; 2]),
    /// The train loss stays on a [`plateau`] at about this many nats for so many times as long as it took to get there
    /// (Zucchet et al. 2025).
    StaysAt(f64, f64),
    /// When it has memorised, its test loss is at least so many times these nats: it is wrong, and sure of it (Zucchet et al. 2025).
    Hallucinates(f64, f32),
    /// After training and test examples changed places, at most this fraction of those that it was shown before is still right within so
    /// many steps (Zucchet et al. 2025).
    Forgets(f32, u32),
}

fn step(step: Option<u32>) -> String {
    step.map_or_else(|| tr!("not yet").into(), |step| tr!("step {step}", step = thousands(step.into())))
}

fn fraction(fraction: f32) -> String {
    percent(f64::from(fraction))
}

/// A threshold: `99 %`.
pub(super) fn threshold(fraction: f32) -> String {
    // The decimal that was meant.
    text::fraction((f64::from(fraction) * 1e4).round() / 1e4)
}

/// A ratio that was measured.
pub(super) fn ratio(ratio: f64) -> String {
    local(fixed(ratio, if ratio < 100.0 { 1 } else { 0 }))
}

/// As often as was measured.
pub(super) fn times(often: f64) -> String {
    tr!("{times} times", times = ratio(often))
}

/// A fraction that was measured; told by the first of the two if nothing changes it any more.
fn found(value: f32, settled: bool, [ended, so_far]: [fn(String) -> String; 2]) -> String {
    match (value.is_finite(), settled) {
        (false, _) => unmeasured(),
        (true, true) => ended(fraction(value)),
        (true, false) => so_far(fraction(value)),
    }
}

impl Expect {
    /// For people: `memorises by step 500`.
    pub fn text(&self) -> String {
        match *self {
            Expect::MemorizedBy(by) => tr!("memorises by step {step}", step = thousands(by.into())),
            Expect::GrokkedBy(by) => tr!("groks by step {step}", step = thousands(by.into())),
            Expect::NotGrokkedBy(by) => tr!("does not grok by step {step}", step = thousands(by.into())),
            Expect::Delay(2.0) => tr!("groks at least twice as late as it memorises").into(),
            Expect::Delay(times) => tr!("groks at least {times} times as late as it memorises", times = number(times)),
            Expect::Together(2.0) => tr!("groks at most twice as late as it memorises").into(),
            Expect::Together(times) => tr!("groks at most {times} times as late as it memorises", times = number(times)),
            Expect::TrainEnds(from, 1.0..) => {
                tr!("in the end at least {least} of the training examples are right", least = threshold(from))
            }
            Expect::TrainEnds(from, to) => {
                let [from, to] = [from, to].map(threshold);
                tr!("in the end between {from} and {to} of the training examples are right", from, to)
            }
            Expect::TestEnds(from, 1.0..) => {
                tr!("in the end at least {least} of the test examples are right", least = threshold(from))
            }
            Expect::TestEnds(from, to) => {
                let [from, to] = [from, to].map(threshold);
                tr!("in the end between {from} and {to} of the test examples are right", from, to)
            }
            Expect::Hump(2.0) => tr!("on the way, the test loss climbs to at least twice its final value").into(),
            Expect::Hump(times) => {
                tr!("on the way, the test loss climbs to at least {times} times its final value", times = number(times.into()))
            }
            Expect::Ungroks(to) => tr!("after it has grokked, test accuracy falls to {most} or less", most = threshold(to)),
            Expect::CollapsesBy(least, by) => tr!(
                "by step {step} the softmax has collapsed for at least {least} of the training examples",
                step = thousands(by.into()),
                least = threshold(least)
            ),
            Expect::StandsUntil(less, by) => tr!(
                "until step {step} the softmax has collapsed for less than {limit} of the training examples",
                step = thousands(by.into()),
                limit = threshold(less)
            ),
            Expect::Slingshots(least, by) => {
                tr!("at least {least} slingshots by step {step}", least, step = thousands(by.into()))
            }
            Expect::NoSlingshot(until) => tr!("no slingshot until step {step}", step = thousands(until.into())),
            Expect::Switches(steps, between) => {
                let ([from, to], steps) = (between.map(number), thousands(steps.into()));
                tr!("groks after {from} to {to} times ln α / (ηλ) = {steps} steps", from, to, steps)
            }
            Expect::StaysAt(nats, times) => tr!(
                "the train loss stays at about {nats} for at least {times} times as long as it took to get there",
                nats = text::loss(nats),
                times = number(times)
            ),
            Expect::Hallucinates(nats, times) => tr!(
                "once it has memorised, the test loss is at least {times} times {nats}, that of knowing nothing",
                times = number(times.into()),
                nats = text::loss(nats)
            ),
            Expect::Forgets(to, within) => tr!(
                "at most {most} of what it was shown before is still right within {steps} steps of the exchange",
                most = threshold(to),
                steps = thousands(within.into())
            ),
            Expect::AtFirst(what) => tr!("at first: {what}", what = what.text()),
            Expect::Anew(what) => tr!("after beginning anew: {what}", what = what.text()),
            Expect::SwitchesBack(steps, between) => {
                let ([from, to], steps) = (between.map(number), thousands(steps.into()));
                tr!("has no longer grokked after {from} to {to} times ln α / (ηλ) = {steps} steps", from, to, steps)
            }
        }
    }

    /// Judges a run so far; `ended` says that it goes no further.
    pub fn judge(&self, history: &History, ended: bool) -> Verdict {
        let last = history.points.last();
        let now = last.map_or(0, |point| point.step);
        let (memorized, grokked) = (history.memorized, history.grokked);
        // What an event has to come before: known when it came, when it is too late, and at the end.
        let by = |event: Option<u32>, limit: u32| match event {
            Some(at) => Some(at <= limit),
            None if ended || now > limit => Some(false),
            None => None,
        };
        let ending = |value: fn(&Point) -> f32, from: f32, to: f32| {
            let at = last.map_or(f32::NAN, value);
            let said = found(at, ended, [|value| value, |value| tr!("{value} so far", value)]);
            (ended.then_some((from..=to).contains(&at)), said)
        };
        let ratio = delay(history);
        let delay = || ratio.map_or_else(|| step(None), times);
        // What comes at about so many steps.
        let about = |event: Option<u32>, steps: u32, [from, to]: [f64; 2]| {
            let often = |step: u32| f64::from(step) / f64::from(steps);
            let within = event.map(|step| (from..=to).contains(&often(step)));
            let late = (ended || often(now) > to).then_some(false);
            let exact = |step| tr!("{times} times", times = local(fixed(often(step), 2)));
            (within.or(late), event.map_or_else(|| step(None), exact))
        };
        let (known, measured) = match *self {
            Expect::MemorizedBy(limit) => (by(memorized, limit), step(memorized)),
            Expect::GrokkedBy(limit) => (by(grokked, limit), step(grokked)),
            Expect::NotGrokkedBy(limit) => {
                (by(grokked, limit).map(|early| !early).or((now >= limit).then_some(true)), step(grokked))
            }
            Expect::Delay(least) => (ratio.map(|r| r >= least).or(ended.then_some(false)), delay()),
            Expect::Together(most) => (ratio.map(|r| r <= most).or(ended.then_some(false)), delay()),
            Expect::TrainEnds(from, to) => ending(|p| p.train_accuracy, from, to),
            Expect::TestEnds(from, to) => ending(|p| p.test_accuracy, from, to),
            Expect::Hump(least) => {
                let highest = history.points.iter().map(|p| p.test_loss).fold(0.0, f32::max);
                match last.map_or(f32::NAN, |p| p.test_loss) {
                    0.0 => (ended.then_some(highest > 0.0), tr!("ends at a loss of 0").into()),
                    last if !(highest / last).is_finite() => (ended.then_some(false), unmeasured()),
                    last => (ended.then_some(highest / last >= least), times((highest / last).into())),
                }
            }
            Expect::Ungroks(to) => {
                let after = history.points.iter().filter(|p| grokked.is_some_and(|g| p.step > g));
                let lowest = after.map(|p| p.test_accuracy).fold(f32::NAN, f32::min);
                let said =
                    found(lowest, ended, [|value| tr!("lowest {value}", value), |value| tr!("lowest {value} so far", value)]);
                (if lowest <= to { Some(true) } else { ended.then_some(false) }, said)
            }
            Expect::CollapsesBy(least, limit) => {
                let at = history.points.iter().find(|p| p.collapse >= least).map(|p| p.step);
                (by(at, limit), step(at))
            }
            Expect::StandsUntil(less, limit) => {
                let most = history.points.iter().filter(|p| p.step <= limit).map(|p| p.collapse).fold(f32::NAN, f32::max);
                let stands = most < less;
                let known = (most >= less || now >= limit || ended).then_some(stands && now >= limit);
                // What comes after the limit changes nothing.
                let settled = ended || now >= limit;
                (
                    known,
                    found(most, settled, [|value| tr!("at most {value}", value), |value| tr!("at most {value} so far", value)]),
                )
            }
            Expect::Slingshots(least, limit) => {
                let steps = seen(history, limit);
                (by(steps.get(least - 1).copied(), limit), counted(steps.len()))
            }
            Expect::NoSlingshot(limit) => {
                let count = seen(history, limit).len();
                let known = (count > 0 || now >= limit || ended).then_some(count == 0 && now >= limit);
                (known, counted(count))
            }
            Expect::Switches(steps, between) => about(grokked, steps, between),
            Expect::Forgets(to, within) => {
                let turned = history.turned.unwrap_or(u32::MAX);
                let soon = |p: &&Point| p.step > turned && p.step - turned <= within;
                let lowest = history.points.iter().filter(soon).map(|p| p.test_accuracy).fold(f32::NAN, f32::min);
                let settled = ended || now.checked_sub(turned).is_some_and(|since| since >= within);
                let said =
                    found(lowest, settled, [|value| tr!("lowest {value}", value), |value| tr!("lowest {value} so far", value)]);
                ((lowest <= to).then_some(true).or(settled.then_some(false)), said)
            }
            Expect::AtFirst(what) => return what.judge(&history.at_first(), ended || history.turned.is_some()),
            Expect::Anew(what) if history.turned.is_some() => return what.judge(history, ended),
            Expect::Anew(_) => (ended.then_some(false), unmeasured()),
            Expect::SwitchesBack(steps, between) => {
                let below = |p: &&Point| grokked.is_some_and(|g| p.step > g) && p.test_accuracy < GROKKED;
                about(history.points.iter().find(below).map(|p| p.step), steps, between)
            }
            Expect::StaysAt(nats, least) => {
                let stays = plateau(history, nats).map(|[from, to]| (f64::from(to) - f64::from(from)) / f64::from(from.max(1)));
                (stays.map(|stays| stays >= least).or(ended.then_some(false)), stays.map_or_else(unmeasured, times))
            }
            Expect::Hallucinates(nats, least) => {
                let there = history.points.iter().find(|p| memorized == Some(p.step)).map(|p| p.test_loss / nats as f32);
                let said = there.map_or_else(unmeasured, |there| times(there.into()));
                (there.map(|there| there >= least).or(ended.then_some(false)), said)
            }
        };
        Verdict { judgement: when(known), measured }
    }
}

/// How many times as late it grokked as it memorised, since it last went back to its initial weights.
pub(super) fn delay(history: &History) -> Option<f64> {
    let (memorized, grokked) = history.memorized.zip(history.grokked)?;
    Some(f64::from(history.since_start(grokked)) / f64::from(history.since_start(memorized).max(1)))
}

/// The steps of the slingshots up to a step.
fn seen(history: &History, limit: u32) -> Vec<u32> {
    slingshots(history.points.iter().filter(|p| p.step <= limit).map(|p| (p.step, p.train_loss)))
}

/// How many there were.
fn counted(slingshots: usize) -> String {
    match slingshots {
        0 => tr!("no slingshot").into(),
        1 => tr!("1 slingshot").into(),
        count => tr!("{count} slingshots", count),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
