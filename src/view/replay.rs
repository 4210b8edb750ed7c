//! What may come, for whoever only looks: a recorded run of the set-up that is shown, which plays faintly.

use crate::config::Config;
use crate::experiment::record::{Curve, STANDARD};

/// It begins after so long without input, milliseconds.
pub const QUIET: i32 = 10_000;
/// It plays for so long, milliseconds; then it stands.
const LASTS: f64 = 8_000.0;

/// Whose record is shown of a configuration; none where there is none, or where a paper's is seen anyway.
pub fn recorded_as(config: &Config) -> Option<&'static str> {
    let standard = Config::standard();
    // Which pairs are shown, and on what it is computed, changes no more than the details.
    let same = Config { seed: standard.seed, ..config.clone() }.begins_like(&standard);
    (same && config.experiment.is_empty()).then_some(STANDARD)
}

/// A record that plays.
pub struct Played {
    /// As far as it has come.
    pub curve: Curve,
    /// The step at which it will end.
    pub last: u32,
    /// Whether it goes on.
    pub more: bool,
}

impl Played {
    /// A curve after so many milliseconds.
    pub fn of(curve: &Curve, elapsed: f64) -> Played {
        Played { curve: played(curve, elapsed), last: curve.steps.last().copied().unwrap_or(0), more: elapsed < LASTS }
    }
}

/// What has been played of a curve after so many milliseconds.
fn played(curve: &Curve, elapsed: f64) -> Curve {
    let last = f64::from(curve.steps.last().copied().unwrap_or(0));
    let now = last * (elapsed / LASTS).clamp(0.0, 1.0);
    let shown = curve.steps.partition_point(|step| f64::from(*step) <= now);
    let mut played =
        Curve { steps: curve.steps[..shown].to_vec(), accuracy: curve.accuracy.each_ref().map(|of| of[..shown].to_vec()) };
    // On the way to the next point.
    if let (Some(before), Some(next)) = (shown.checked_sub(1), curve.steps.get(shown)) {
        let [from, to] = [curve.steps[before], *next].map(f64::from);
        let part = (now - from) / (to - from);
        played.steps.push(now.round() as u32);
        for (list, of) in played.accuracy.iter_mut().zip(&curve.accuracy) {
            let [from, to] = [of[before], of[shown]].map(f64::from);
            list.push((from + part * (to - from)).round() as u32);
        }
    }
    played
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::settings::from_query;

    #[test]
    fn the_standard_set_up_has_a_record_and_others_have_none() {
        let shown = |query: &str| recorded_as(&from_query(query).0);
        for standard in ["v=1", "seed=7&v=1", "backend=cpu&hide=tour&speed=20&v=1"] {
            assert_eq!(shown(standard), Some(STANDARD), "{standard}");
        }
        for other in ["p=96&v=1", "wd=0&v=1", "task=x/y&v=1", "seeds=3&v=1", "experiment=nanda&v=1"] {
            assert_eq!(shown(other), None, "{other}");
        }
        let record = crate::experiment::record::parse(include_str!("../../www/assets/experiments.txt"));
        let curve = &record.arm(STANDARD).expect("a record").curve;
        // It shows what the page tells of: a list that is soon known, a wait, and the rule.
        let at = |curve: &[u32], least: u32| {
            curve.iter().position(|now| *now >= least).map(|at| record.arm(STANDARD).unwrap().curve.steps[at])
        };
        let (knows, groks) = (at(&curve.accuracy[0], 990).expect("it memorises"), at(&curve.accuracy[1], 950).expect("it groks"));
        assert!(knows * 3 < groks, "{knows} and {groks}");
    }

    #[test]
    fn a_curve_is_played_from_its_first_point_to_its_last() {
        let curve = Curve { steps: vec![0, 100, 200], accuracy: [vec![0, 1000, 1000], vec![0, 400, 1000]] };
        assert_eq!(played(&curve, 0.0), Curve { steps: vec![0, 0], accuracy: [vec![0, 0], vec![0, 0]] });
        let middle = played(&curve, 0.75 * LASTS);
        assert_eq!(middle, Curve { steps: vec![0, 100, 150], accuracy: [vec![0, 1000, 1000], vec![0, 400, 700]] });
        assert_eq!([played(&curve, LASTS), played(&curve, 1e9)], [curve.clone(), curve]);
        assert_eq!(played(&Curve::default(), 5.0), Curve::default());
    }
}
