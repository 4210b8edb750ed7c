//! What some claims say about the weights, judged by the progress measures of a run that is over.

mod descents;
mod text;

use crate::analysis::{Measure, Measures, Progress};
use crate::language::local;
use crate::metrics::{History, halved};
use crate::number::fixed;
use crate::text::{percent, thousands};
use crate::tr;

use super::expect::times;
use super::plateau::attends_first;

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
    /// In the end this fraction of the examples out of distribution is right, from and to (Wang et al. 2024).
    OutOfDistribution(f32, f32),
    /// From the first look after grokking on, accuracy on attacked test pictures rises by so many hundredths (Humayun et al. 2024).
    RobustLater(u32),
    /// After it had risen, local complexity falls from its highest by this fraction until the end: borders of regions leave the pictures
    /// (Humayun et al. 2024).
    RegionsLeave(f32),
    /// From the first look after grokking to the last, accuracy out of distribution rises by so many hundredths (Murty et al. 2023).
    ApartLater(u32),
    /// From its highest at a look between memorising and grokking to the first look after, the feature rank of the last hidden layer falls
    /// by this fraction (Fan et al. 2024).
    RankFalls(f32),
    /// The feature rank of the last hidden layer falls, climbs and falls again, each time by at least so much; and from where it falls
    /// again to the end of the run, test accuracy rises by so many hundredths (Fan et al. 2024).
    RankFallsTwice(u32, u32),
    /// When the train loss leaves its plateau at about so many nats, this fraction of the rise of attention to whom a question is about has
    /// come (Zucchet et al. 2025).
    AttendsFirst(f64, f32),
    /// From the first look to the last, the entropy of attention falls by this fraction: it becomes sparser (Murty et al. 2023, section 5).
    AttentionNarrows(f32),
}

/// The looks after grokking.
fn since_grokked<'a>(measures: &'a [Measure], history: &History) -> &'a [Measure] {
    let since = history.grokked.unwrap_or(u32::MAX);
    &measures[measures.partition_point(|m| m.step < since)..]
}

/// Whether a fraction rises by so many hundredths from the first of these looks, and what was found.
fn later(after: &[Measure], value: fn(&Measure) -> f32, to: f32, points: u32) -> (bool, String) {
    let Some(first) = after.first() else { return (false, tr!("never").into()) };
    let (least, step) = (points as f32 / 100.0, thousands(first.step.into()));
    let [from, shown] = [value(first), to].map(|share| percent(share.into()));
    (to - value(first) >= least, tr!("from {from} at step {step} to {to}", from, step, to = shown))
}

impl Probe {
    /// The measures that all of these are judged by.
    pub fn measures(probes: &[Probe]) -> Measures {
        let wanted = probes.iter().map(|probe| match probe {
            Probe::SimplerAgain(..) | Probe::StaysComplex(_) => Measures::Compressed,
            Probe::RankFalls(_) | Probe::RankFallsTwice(..) => Measures::Ranks,
            _ => Measures::Usual,
        });
        wanted.into_iter().find(|wanted| *wanted != Measures::Usual).unwrap_or_default()
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
            Probe::OutOfDistribution(from, to) => {
                let apart = last(|m| m.apart)?;
                ((from..=to).contains(&apart), percent(apart.into()))
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
            Probe::RobustLater(points) => {
                last(|m| m.robust)?;
                let after = since_grokked(measures, history);
                let most = after.iter().map(|m| m.robust).fold(f32::NEG_INFINITY, f32::max);
                later(after, |m| m.robust, most, points)
            }
            Probe::RegionsLeave(least) => {
                let end = last(|m| m.local_complexity)?;
                let looks: Vec<_> = measures.iter().map(|m| (m.step, m.local_complexity)).collect();
                let (low, (step, top)) = largest_climb(&looks).ok_or_else(missing)?;
                let holds = top > low && end <= (1.0 - least) * top;
                let [low, top, end] = [low, top, end].map(decimal);
                (holds, tr!("from {low} to {top} at step {step}, then {end}", low, top, step = thousands(step.into()), end))
            }
            Probe::ApartLater(points) => {
                let end = last(|m| m.apart)?;
                later(since_grokked(measures, history), |m| m.apart, end, points)
            }
            Probe::RankFalls(least) => {
                last(Measure::last_rank)?;
                descents::falls(measures, history, least)
            }
            Probe::RankFallsTwice(least, rise) => {
                last(Measure::last_rank)?;
                descents::falls_twice(measures, &history.points, [least, rise])
            }
            Probe::AttendsFirst(nats, share) => {
                last(|m| m.subject)?;
                attends_first(measures, history, nats, share)
            }
            Probe::AttentionNarrows(least) => {
                let (first, last) = (measures.first().map_or(f32::NAN, |m| m.attention), last(|m| m.attention)?);
                let holds = last <= (1.0 - least) * first;
                let [first, last] = [first, last].map(|share| percent(share.into()));
                (holds, tr!("from {first} to {last}", first, last))
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
    let [first, last] = [sizes.clone().next()?, sizes.clone().next_back()?].map(|(_, size)| size);
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
mod tests;
