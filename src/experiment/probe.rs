//! What some claims say about the weights, judged by the progress measures of a run that is over.

use crate::analysis::{Measure, Measures, Progress};
use crate::language::local;
use crate::metrics::{History, halved};
use crate::number::fixed;
use crate::text::{number, percent, thousands};
use crate::tr;

use super::expect::{threshold, times};

/// Something that is found in the weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Probe {
    /// So many frequencies explain neurons (Nanda et al. 2023).
    Frequencies(usize, usize),
    /// The restricted loss falls before the test loss: each below half of its highest value since memorising (Nanda et al. 2023).
    FormsFirst,
    /// One frequency explains at least this fraction of the neurons (Nanda et al. 2023: 433 of 512).
    Explained(f32),
    /// From memorising to grokking, the restricted loss is below the test loss (Nanda et al. 2023).
    FormsBelow,
    /// The excluded loss climbs to so many times its lowest value (Nanda et al. 2023).
    Replaces(f64),
    /// The Gini coefficient of W_L rises by so much (Nanda et al. 2023).
    Sharpens(f32),
    /// While test accuracy climbs, the sum of the squared weights falls by this fraction (Nanda et al. 2023).
    CleansUp(f32),
    /// At most so many hidden units are as accurate as all of them (Merrill et al. 2023).
    Sparse(usize),
    /// The embedding's frequency density, from and to (Furuta et al. 2024).
    Density(f32, f32),
    /// Its coefficient ratio is so much smaller than at the start (Furuta et al. 2024).
    RatioFalls(f32),
    /// Before memorising, the test pairs that are right are those with x = 0, up to this overlap (Davies et al. 2023).
    ZerosFirst(f32),
    /// RankMe climbs by so much, and in the end is so much below the top of that climb (Li et al. 2025).
    Compresses(f32, f32),
    /// From its lowest value on, it climbs and never falls by so much (Li et al. 2025).
    KeepsExpanding(f32),
    /// The compressed size rises by so many times until it is largest, at the latest when the run groks, and in the end it is this
    /// fraction below that, or more (DeMoss et al. 2024).
    SimplerAgain(f64, f32),
    /// In the end the compressed size is no more than this fraction below its largest (DeMoss et al. 2024).
    StaysComplex(f32),
    /// The fraction of its possible parallelograms that the embedding has, from and to (Liu et al. 2022).
    Parallelograms(f32, f32),
    /// The test accuracy that they promise is so near to the true one (Liu et al. 2022).
    Predicted(f32),
}

impl Probe {
    /// The measures that all of these are judged by.
    pub fn measures(probes: &[Probe]) -> Measures {
        let compressed = probes.iter().any(|probe| matches!(probe, Probe::SimplerAgain(..) | Probe::StaysComplex(_)));
        if compressed { Measures::Compressed } else { Measures::Usual }
    }

    /// For people.
    pub fn text(self) -> String {
        match self {
            Probe::Frequencies(from, to) => tr!("its neurons compute with {from} to {to} frequencies", from, to),
            Probe::FormsFirst => tr!("restricted loss falls before test loss").into(),
            Probe::Explained(least) => {
                tr!("at least {least} of its neurons are explained by one frequency each", least = threshold(least))
            }
            Probe::FormsBelow => tr!("from memorising to grokking, restricted loss is below test loss").into(),
            Probe::Replaces(least) => {
                tr!("excluded loss climbs to at least {times} times its lowest value", times = number(least))
            }
            Probe::Sharpens(least) => tr!(
                "the Gini coefficient of what takes its neurons to the answers rises by at least {least}",
                least = decimal(least)
            ),
            Probe::CleansUp(least) => tr!(
                "while test accuracy climbs, the sum of the squared weights falls by at least {least}",
                least = threshold(least)
            ),
            Probe::Sparse(most) => tr!("{most} neurons or fewer do as well as all of them", most),
            Probe::Density(0.0, most) => tr!("the embedding’s frequency density is at most {most}", most = decimal(most)),
            Probe::Density(from, to) => {
                let [from, to] = [from, to].map(decimal);
                tr!("the embedding’s frequency density is between {from} and {to}", from, to)
            }
            Probe::RatioFalls(least) => {
                tr!("the embedding’s coefficient ratio falls by at least {least}", least = decimal(least))
            }
            Probe::ZerosFirst(least) => {
                tr!(
                    "before it memorises, the test pairs that it gets right are at least once those with x = 0, to {least} or more",
                    least = threshold(least)
                )
            }
            Probe::Compresses(climb, fall) => {
                let [climb, fall] = [climb, fall].map(decimal);
                tr!("RankMe climbs by at least {climb} and then falls by at least {fall}", climb, fall)
            }
            Probe::KeepsExpanding(fall) => {
                tr!("RankMe climbs from its lowest value on and never falls by {fall} or more", fall = decimal(fall))
            }
            Probe::SimplerAgain(rise, fall) => tr!(
                "the compressed size of its weights grows at least {rise} times until it groks, and then shrinks by at least {fall}",
                rise = number(rise),
                fall = threshold(fall)
            ),
            Probe::StaysComplex(fall) => {
                tr!("the compressed size of its weights stays within {fall} of its largest", fall = threshold(fall))
            }
            Probe::Parallelograms(from, 1.0..) => {
                tr!("at least {least} of the possible parallelograms are realised", least = threshold(from))
            }
            Probe::Parallelograms(from, to) => {
                let [from, to] = [from, to].map(threshold);
                tr!("between {from} and {to} of the possible parallelograms are realised", from, to)
            }
            Probe::Predicted(most) => {
                tr!("predicted test accuracy is at most {most} off the true one", most = threshold(most))
            }
        }
    }

    /// Whether it holds, and what was found.
    ///
    /// # Errors
    /// When the network does not have what is to be measured.
    pub fn judge(self, progress: &Progress, history: &History) -> Result<(bool, String), String> {
        let Progress { measures, units, keys, .. } = progress;
        let missing = || String::from(tr!("this network has no such measure"));
        let last = |value: fn(&Measure) -> f32| measures.last().map(value).filter(|value| value.is_finite()).ok_or_else(missing);
        Ok(match self {
            Probe::Density(from, to) => {
                let density = last(|m| m.density)?;
                ((from..=to).contains(&density), decimal(density))
            }
            Probe::RatioFalls(least) => {
                let (first, last) = (measures.first().map_or(f32::NAN, |m| m.ratio), last(|m| m.ratio)?);
                (first - last >= least, tr!("from {first} to {last}", first = decimal(first), last = decimal(last)))
            }
            Probe::ZerosFirst(least) => {
                let early = measures.iter().filter(|m| history.memorized.is_none_or(|memorized| m.step < memorized));
                let most = early.filter(|m| m.zeros.is_finite()).max_by(|a, b| a.zeros.total_cmp(&b.zeros));
                let most = most.ok_or_else(missing)?;
                let (fraction, step) = (percent(most.zeros.into()), thousands(most.step.into()));
                (most.zeros >= least, tr!("{fraction} at step {step}", fraction, step))
            }
            Probe::Explained(least) => {
                let explained = last(|m| m.explained)?;
                (explained >= least, percent(explained.into()))
            }
            Probe::FormsBelow => {
                let steps = history.memorized.unwrap_or(u32::MAX)..history.grokked.unwrap_or(u32::MAX);
                let between = measures.iter().filter(|m| steps.contains(&m.step) && m.restricted.is_finite());
                let tests = between.filter_map(|m| Some((m, history.points.iter().find(|point| point.step >= m.step)?)));
                let below: Vec<bool> = tests.map(|(m, point)| m.restricted < point.test_loss).collect();
                let some = below.iter().filter(|below| **below).count();
                (some > 0 && some == below.len(), tr!("at {some} of {all} steps", some, all = below.len()))
            }
            Probe::Replaces(least) => {
                let lowest = measures.iter().map(|m| m.excluded).fold(f32::INFINITY, f32::min);
                let ratio = f64::from(last(|m| m.excluded)?) / f64::from(lowest);
                (ratio >= least, times(ratio))
            }
            Probe::Sharpens(least) => {
                let (first, last) = (measures.first().map_or(f32::NAN, |m| m.readout_gini), last(|m| m.readout_gini)?);
                (last - first >= least, tr!("from {first} to {last}", first = decimal(first), last = decimal(last)))
            }
            Probe::CleansUp(least) => {
                let norm =
                    |step: Option<u32>| history.points.iter().find(|point| Some(point.step) == step).map(|p| p.weight_norm);
                let (before, after) = norm(history.rise()).zip(norm(history.grokked)).ok_or_else(missing)?;
                let fall = 1.0 - (after / before) * (after / before);
                (fall >= least, percent(fall.into()))
            }
            Probe::Compresses(climb, fall) => {
                let ranks = ranks(measures);
                let (low, (step, top)) = largest_climb(&ranks).ok_or_else(missing)?;
                let end = last(|m| m.rank)?;
                let (step, holds) = (thousands(step.into()), top - low >= climb && top - end >= fall);
                let [low, top, end] = [low, top, end].map(decimal);
                (holds, tr!("from {low} to {top} at step {step}, then {end}", low, top, step, end))
            }
            Probe::KeepsExpanding(fall) => {
                let ranks = ranks(measures);
                let lowest = (0..ranks.len()).min_by(|a, b| ranks[*a].1.total_cmp(&ranks[*b].1)).ok_or_else(missing)?;
                let (low, end) = (ranks[lowest].1, last(|m| m.rank)?);
                let mut top = low;
                let falls = ranks[lowest..].iter().map(|(_, rank)| {
                    top = top.max(*rank);
                    top - rank
                });
                let most = falls.fold(0.0, f32::max);
                let holds = end > low && most < fall;
                let [low, end, most] = [low, end, most].map(decimal);
                (holds, tr!("from {low} to {end}, falls of {most} at most", low, end, most))
            }
            Probe::SimplerAgain(rise, fall) => {
                let (first, (step, most), end) = sizes(measures).ok_or_else(missing)?;
                let (grown, shrunk) = (f64::from(most) / f64::from(first), 1.0 - end / most);
                let holds = grown >= rise && shrunk >= fall && history.grokked.is_some_and(|grokked| step <= grokked);
                (holds, largest(first, (step, most), end))
            }
            Probe::StaysComplex(fall) => {
                let (first, most, end) = sizes(measures).ok_or_else(missing)?;
                (1.0 - end / most.1 <= fall, largest(first, most, end))
            }
            Probe::Parallelograms(from, to) => {
                let quality = last(|m| m.quality)?;
                ((from..=to).contains(&quality), percent(quality.into()))
            }
            Probe::Predicted(most) => {
                let (predicted, point) = (last(|m| m.predicted)?, history.points.last().ok_or_else(missing)?);
                let holds = (predicted - point.test_accuracy).abs() <= most;
                let [less, more] = [predicted, point.test_accuracy].map(|fraction| percent(fraction.into()));
                (holds, tr!("{less} against {more}", less, more))
            }
            Probe::Sparse(most) => {
                let fraction = measures.last().map(|measure| measure.sparsity).filter(|fraction| fraction.is_finite());
                let fraction = fraction.ok_or_else(|| tr!("this network has no effective sparsity"))?;
                let units = (fraction * *units as f32).round() as usize;
                (units <= most, neurons(units))
            }
            Probe::Frequencies(from, to) => ((from..=to).contains(&keys.len()), frequencies(keys.len())),
            Probe::FormsFirst => {
                let since = history.memorized.unwrap_or(0);
                let restricted = measures.iter().filter(|m| m.step >= since).map(|m| (m.step, m.restricted));
                let test = history.points.iter().filter(|p| p.step >= since).map(|p| (p.step, p.test_loss));
                let (circuit, rule) = (halved(restricted), halved(test));
                let first = circuit.is_some_and(|c| rule.is_none_or(|r| c < r));
                (first, before(circuit, rule))
            }
        })
    }
}

/// RankMe, by step.
fn ranks(measures: &[Measure]) -> Vec<(u32, f32)> {
    measures.iter().map(|measure| (measure.step, measure.rank)).filter(|(_, rank)| rank.is_finite()).collect()
}

/// Where the largest climb begins, and its step and value at the top.
fn largest_climb(values: &[(u32, f32)]) -> Option<(f32, (u32, f32))> {
    let mut lowest = f32::INFINITY;
    let climbs = values.iter().map(|(step, value)| {
        lowest = lowest.min(*value);
        (lowest, (*step, *value))
    });
    climbs.max_by(|(low, (_, top)), (other_low, (_, other))| (top - low).total_cmp(&(other - other_low)))
}

/// The compressed size in the beginning, at its largest with its step, and in the end.
fn sizes(measures: &[Measure]) -> Option<(f32, (u32, f32), f32)> {
    let sizes = measures.iter().map(|m| (m.step, m.compressed)).filter(|(_, size)| size.is_finite());
    let most = sizes.clone().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let [first, last] = [sizes.clone().next()?, sizes.last()?].map(|(_, size)| size);
    Some((first, most, last))
}

/// What became of the compressed size.
fn largest(first: f32, (step, most): (u32, f32), end: f32) -> String {
    let [first, most, end] = [first, most, end].map(|bytes| thousands(bytes.round() as u64));
    tr!("from {first} to {most} bytes at step {step}, then {end}", first, most, step = thousands(step.into()), end)
}

/// A coefficient: `0.25`.
fn decimal(value: f32) -> String {
    local(fixed(value.into(), 2))
}

/// How many neurons were found.
fn neurons(count: usize) -> String {
    match count {
        1 => tr!("1 neuron").into(),
        _ => tr!("{count} neurons", count),
    }
}

/// How many frequencies were found.
fn frequencies(count: usize) -> String {
    match count {
        1 => tr!("1 frequency").into(),
        _ => tr!("{count} frequencies", count),
    }
}

/// Two steps of which the first should come before the second; one that never came has none.
fn before(first: Option<u32>, second: Option<u32>) -> String {
    match [first, second].map(|step| step.map(|step| thousands(step.into()))) {
        [Some(first), Some(second)] => tr!("step {first} before step {second}", first, second),
        [Some(first), None] => tr!("step {first} before never", first),
        [None, Some(second)] => tr!("never before step {second}", second),
        [None, None] => tr!("never before never").into(),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::metrics::Point;

    #[test]
    fn probes_judge_hand_made_measures() {
        let at = |step, value: f32| Measure { density: value, ratio: 1.0 - value, zeros: value, ..Measure::none(step) };
        let measures = vec![at(0, 0.1), at(10, 0.7), at(30, 0.9)];
        let progress = Progress { keys: vec![], measures, more: false, units: 8, norms: vec![] };
        let history = History { memorized: Some(20), ..History::default() };
        let check = |probe: Probe, holds, found: &str| {
            assert_eq!(probe.judge(&progress, &history), Ok((holds, found.into())), "{}", probe.text());
        };
        check(Probe::Density(0.0, 0.9), true, "0.90");
        check(Probe::Density(0.0, 0.8), false, "0.90");
        check(Probe::Density(0.8, 1.0), true, "0.90");
        check(Probe::Density(0.95, 1.0), false, "0.90");
        check(Probe::RatioFalls(0.75), true, "from 0.90 to 0.10");
        check(Probe::RatioFalls(0.85), false, "from 0.90 to 0.10");
        // What comes after memorising does not count.
        check(Probe::ZerosFirst(0.7), true, "70.0 % at step 10");
        check(Probe::ZerosFirst(0.8), false, "70.0 % at step 10");
        let loss = |step, restricted, excluded| Measure {
            restricted,
            excluded,
            explained: 0.9,
            readout_gini: restricted,
            ..Measure::none(step)
        };
        let point = |step, train_accuracy, test_accuracy, test_loss, weight_norm| Point {
            step,
            train_accuracy,
            test_accuracy,
            test_loss,
            weight_norm,
            ..Point::default()
        };
        let mut grokking = History::default();
        for at in [(0, 0.0, 0.0, 4.0, 9.0), (10, 1.0, 0.5, 3.0, 10.0), (20, 1.0, 0.7, 2.0, 8.0), (30, 1.0, 1.0, 0.1, 4.0)] {
            grokking.push(point(at.0, at.1, at.2, at.3, at.4));
        }
        let measures = vec![loss(0, 4.5, 4.0), loss(10, 2.5, 0.5), loss(20, 1.5, 2.0), loss(30, 5.0, 3.0)];
        let circuit = Progress { measures, ..progress.clone() };
        for (probe, holds, found) in [
            (Probe::Explained(0.9), true, "90.0 %"),
            (Probe::Explained(0.95), false, "90.0 %"),
            (Probe::FormsBelow, true, "at 2 of 2 steps"),
            (Probe::Replaces(6.0), true, "6.0 times"),
            (Probe::Replaces(7.0), false, "6.0 times"),
            (Probe::Sharpens(0.5), true, "from 4.50 to 5.00"),
            (Probe::Sharpens(0.6), false, "from 4.50 to 5.00"),
            // (4/8)² of the squares are left.
            (Probe::CleansUp(0.75), true, "75.0 %"),
            (Probe::CleansUp(0.8), false, "75.0 %"),
        ] {
            assert_eq!(probe.judge(&circuit, &grokking), Ok((holds, found.into())), "{}", probe.text());
        }
        // It never memorised.
        assert_eq!(Probe::FormsBelow.judge(&circuit, &History::default()), Ok((false, "at 0 of 0 steps".into())));
        assert!(Probe::CleansUp(0.0).judge(&circuit, &History::default()).is_err());
        let added = Measure { quality: 0.75, predicted: 0.875, ..Measure::none(30) };
        let added = Progress { measures: vec![added], ..progress.clone() };
        for (probe, holds, found) in [
            (Probe::Parallelograms(0.7, 1.0), true, "75.0 %"),
            (Probe::Parallelograms(0.8, 1.0), false, "75.0 %"),
            (Probe::Parallelograms(0.0, 0.7), false, "75.0 %"),
            (Probe::Predicted(0.2), true, "87.5 % against 100.0 %"),
            (Probe::Predicted(0.1), false, "87.5 % against 100.0 %"),
        ] {
            assert_eq!(probe.judge(&added, &grokking), Ok((holds, found.into())), "{}", probe.text());
        }
        let ranks = |ranks: &[f32]| {
            let at = |(step, rank): (u32, &f32)| Measure { rank: *rank, ..Measure::none(step) };
            Progress { measures: (0..).zip(ranks).map(at).collect(), ..progress.clone() }
        };
        // The fall at the start, and what is smaller than the largest climb, is none of it.
        let falls = ranks(&[1.75, 1.0, 1.25, 1.125, 2.0, 1.5]);
        let stays = ranks(&[f32::NAN, 1.5, 1.25, 2.0, 1.875, 2.0]);
        let shrinks = ranks(&[2.0, 1.5, 1.0]);
        for (probe, measured, holds, found) in [
            (Probe::Compresses(1.0, 0.5), &falls, true, "from 1.00 to 2.00 at step 4, then 1.50"),
            (Probe::Compresses(1.1, 0.5), &falls, false, "from 1.00 to 2.00 at step 4, then 1.50"),
            (Probe::Compresses(1.0, 0.6), &falls, false, "from 1.00 to 2.00 at step 4, then 1.50"),
            (Probe::Compresses(0.5, 0.1), &stays, false, "from 1.25 to 2.00 at step 5, then 2.00"),
            (Probe::KeepsExpanding(0.2), &falls, false, "from 1.00 to 1.50, falls of 0.50 at most"),
            (Probe::KeepsExpanding(0.2), &stays, true, "from 1.25 to 2.00, falls of 0.13 at most"),
            (Probe::KeepsExpanding(0.1), &stays, false, "from 1.25 to 2.00, falls of 0.13 at most"),
            (Probe::KeepsExpanding(0.1), &shrinks, false, "from 1.00 to 1.00, falls of 0.00 at most"),
        ] {
            assert_eq!(probe.judge(measured, &history), Ok((holds, found.into())), "{}", probe.text());
        }
        let sizes = |sizes: [f32; 4]| {
            let at = |(step, compressed): (u32, f32)| Measure { compressed, ..Measure::none(10 * step) };
            Progress { measures: (0..).zip(sizes).map(at).collect(), ..progress.clone() }
        };
        let by = |step| History { grokked: Some(step), ..History::default() };
        let simple = sizes([100.0, 2000.0, 1500.0, 500.0]);
        let found = "from 100 to 2,000 bytes at step 10, then 500";
        for (probe, grokked, holds) in [
            (Probe::SimplerAgain(20.0, 0.75), by(10), true),
            (Probe::SimplerAgain(20.0, 0.75), by(9), false),
            (Probe::SimplerAgain(20.0, 0.75), History::default(), false),
            (Probe::SimplerAgain(21.0, 0.75), by(30), false),
            (Probe::SimplerAgain(20.0, 0.76), by(30), false),
            (Probe::StaysComplex(0.75), by(30), true),
            (Probe::StaysComplex(0.7), by(30), false),
        ] {
            assert_eq!(probe.judge(&simple, &grokked), Ok((holds, found.into())), "{}", probe.text());
        }
        assert_eq!(Probe::measures(&[Probe::FormsFirst, Probe::StaysComplex(0.1)]), Measures::Compressed);
        assert_eq!(Probe::measures(&[Probe::FormsFirst]), Measures::Usual);
        let nothing = Progress { measures: vec![Measure::none(0)], ..progress.clone() };
        for probe in [
            Probe::Density(0.0, 1.0),
            Probe::RatioFalls(0.0),
            Probe::ZerosFirst(0.5),
            Probe::Compresses(0.0, 0.0),
            Probe::StaysComplex(1.0),
            Probe::Parallelograms(0.0, 1.0),
            Probe::Predicted(1.0),
        ] {
            assert!(probe.judge(&nothing, &history).is_err(), "{}", probe.text());
        }
    }
}
