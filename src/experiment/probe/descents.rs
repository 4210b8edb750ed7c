//! What the feature rank of the last hidden layer does along a run (Fan et al. 2024).

use super::since_grokked;
use crate::analysis::Measure;
use crate::metrics::{History, Point};
use crate::text::{percent, thousands};
use crate::tr;

/// A step, and the rank there.
type At = (u32, f32);

fn ranks(measures: &[Measure]) -> Vec<At> {
    measures.iter().map(|measure| (measure.step, measure.last_rank())).filter(|(_, rank)| rank.is_finite()).collect()
}

fn higher(a: &At, b: &At) -> core::cmp::Ordering {
    a.1.total_cmp(&b.1)
}

/// Whether it falls by a fraction from its highest between memorising and grokking to the first look after.
pub(super) fn falls(measures: &[Measure], history: &History, least: f32) -> (bool, String) {
    let steps = history.memorized.unwrap_or(u32::MAX)..history.grokked.unwrap_or(u32::MAX);
    let top = ranks(measures).into_iter().filter(|(step, _)| steps.contains(step)).max_by(higher);
    let Some((top, end)) = top.zip(ranks(since_grokked(measures, history)).first().copied()) else {
        return (false, tr!("never").into());
    };
    let [(first, from), (second, to)] = [top, end].map(|(step, rank)| (thousands(step.into()), thousands(rank as u64)));
    let found = tr!("from {from} at step {first} to {to} at step {second}", from, first, to, second);
    (1.0 - end.1 / top.1 >= least, found)
}

/// Where it falls from, to, climbs to and falls to again, and by how much at least with each of the three: four looks, so that this is
/// the most. None where it never climbs.
fn twice(ranks: &[At]) -> Option<([At; 4], f32)> {
    let mut best: Option<([At; 4], f32)> = None;
    for valley in 1..ranks.len().saturating_sub(2) {
        let before = *ranks[..valley].iter().max_by(|a, b| higher(a, b))?;
        for top in valley + 1..ranks.len() - 1 {
            let after = *ranks[top + 1..].iter().min_by(|a, b| higher(a, b))?;
            let four = [before, ranks[valley], ranks[top], after];
            let [a, b, c, d] = four.map(|(_, rank)| rank);
            let least = (a - b).min(c - b).min(c - d);
            if least > best.map_or(0.0, |(_, least)| least) {
                best = Some((four, least));
            }
        }
    }
    best
}

/// Whether it falls, climbs and falls again by so much at least, and test accuracy rises by so many hundredths from the end of the climb
/// to that of the run.
pub(super) fn falls_twice(measures: &[Measure], points: &[Point], [least, rise]: [u32; 2]) -> (bool, String) {
    let Some((four, by)) = twice(&ranks(measures)) else { return (false, tr!("it never climbs").into()) };
    let [_, valley, top, _] = four.map(|(step, _)| step);
    let accuracy = |point: Option<&Point>| point.map_or(f32::NAN, |point| point.test_accuracy);
    let [then, now] = [points.iter().find(|point| point.step >= top), points.last()].map(accuracy);
    let [first, low, high, end] = four.map(|(_, rank)| thousands(rank as u64));
    let [valley, top] = [valley, top].map(|step| thousands(step.into()));
    let [from, to] = [then, now].map(|accuracy| percent(accuracy.into()));
    let found = tr!(
        "from {first} to {low} at step {valley}, {high} at step {top}, then {end}; test accuracy from {from} to {to}",
        first,
        low,
        valley,
        high,
        top,
        end,
        from,
        to
    );
    (by >= least as f32 && now - then >= rise as f32 / 100.0, found)
}
