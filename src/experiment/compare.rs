//! What must hold between the arms of an experiment.

use super::concealment::Concealment;
use super::expect::{delay, ratio, times};
use super::plateau::Growth;
use super::verdict::{Judgement, Verdict, unmeasured, when};
use crate::metrics::History;
use crate::text::{self, number, thousands};
use crate::tr;

/// What must hold between arms, seed by seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Compare {
    /// The first arm groks so many times sooner than the second, both counted from where they turned. One that never grokked counts with
    /// its last step.
    Sooner(&'static str, &'static str, f64),
    /// The wait from memorising to grokking is so many times longer in the first arm than in the second. One that never
    /// grokked counts with its last step.
    Waits(&'static str, &'static str, f64),
    /// How many times as late the first arm groks as it memorises is so many times what it is for the second, both counted from where
    /// they went back to their initial weights. One that never grokked counts with its last step.
    Delays(&'static str, &'static str, f64),
    /// The first arm groks so many steps later than the second, give or take a fraction of them (Lyu et al. 2023).
    Later(&'static str, &'static str, u32, f64),
    /// How the step at which arms leave their plateau grows with the number of their examples (Zucchet et al. 2025). Arms with fewer
    /// examples come first.
    Grows(&'static [&'static str], Growth),
    /// How the wait from memorising to grokking grows with the number of inputs that say nothing (Miller et al. 2023). Arms with fewer come
    /// first.
    Conceals(&'static [&'static str], Concealment),
}

impl Compare {
    /// The arms it is about; at least two.
    pub fn arms(&self) -> Vec<&'static str> {
        match *self {
            Compare::Sooner(a, b, _) | Compare::Waits(a, b, _) | Compare::Delays(a, b, _) | Compare::Later(a, b, ..) => {
                vec![a, b]
            }
            Compare::Grows(arms, _) | Compare::Conceals(arms, _) => arms.to_vec(),
        }
    }

    /// For people, with what gives an arm of this id its label.
    pub fn text<'a>(&self, label: impl Fn(&'static str) -> &'a str) -> String {
        let arms = self.arms();
        let [a, b] = [arms[0], arms[arms.len() - 1]].map(label);
        match *self {
            Compare::Sooner(_, _, times) => {
                tr!("“{a}” groks at least {times} times sooner than “{b}”", a, b, times = number(times))
            }
            Compare::Waits(_, _, 2.0) => tr!("“{a}” waits at least twice as long after memorising as “{b}”", a, b),
            Compare::Waits(_, _, times) => {
                tr!("“{a}” waits at least {times} times as long after memorising as “{b}”", a, b, times = number(times))
            }
            Compare::Delays(_, _, times) => tr!(
                "the step of grokking over that of memorising is at least {times} times as large for “{a}” as for “{b}”",
                a,
                b,
                times = number(times)
            ),
            Compare::Later(_, _, steps, part) => {
                let (steps, part) = (thousands(steps.into()), text::fraction(part));
                tr!("“{a}” groks {steps} steps later than “{b}”, give or take {part}", a, b, steps, part)
            }
            Compare::Conceals(_, Concealment { correlation, .. }) => tr!(
                "from “{a}” to “{b}”, the logarithm of the wait after memorising grows with the number of random bits as on a line: a \
                 correlation of at least {rho}",
                a,
                b,
                rho = number(correlation)
            ),
            Compare::Grows(arms, Growth { exponent, .. }) => {
                let [from, to] = exponent.map(number);
                tr!(
                    "from “{a}” to “{b}”, over {count} sizes, the end of the plateau grows as the number of facts to the power of {from} to {to}",
                    a,
                    b,
                    count = arms.len(),
                    from,
                    to
                )
            }
        }
    }

    /// Judges runs that have ended, one of each of its arms, in their order.
    pub fn judge(&self, runs: &[&History]) -> Verdict {
        let (a, b) = (runs[0], runs[runs.len() - 1]);
        let last = |h: &History| h.points.last().map_or(0, |p| p.step);
        let grokked = |h: &History| h.grokked.unwrap_or(last(h));
        let wait = |h: &History| f64::from(grokked(h)) - f64::from(h.memorized.unwrap_or(last(h)));
        let (found, sound, wanted, bound) = match *self {
            Compare::Sooner(_, _, times) => {
                let found = f64::from(b.since_start(grokked(b))) / f64::from(a.since_start(grokked(a)).max(1));
                (found, a.grokked.is_some(), times, b.grokked.is_none())
            }
            Compare::Waits(_, _, times) => {
                let sound = a.memorized.is_some() && b.grokked.is_some();
                (wait(a) / wait(b).max(1.0), sound, times, a.grokked.is_none())
            }
            Compare::Delays(_, _, times) => {
                let to_now = |h: &History| delay(&History { grokked: Some(grokked(h)), ..h.clone() });
                let sound = a.memorized.is_some() && b.grokked.is_some();
                (to_now(a).zip(to_now(b)).map_or(0.0, |(a, b)| a / b), sound, times, a.grokked.is_none())
            }
            Compare::Later(_, _, steps, part) => return later(a, b, steps, part),
            Compare::Grows(_, growth) => return growth.judge(runs),
            Compare::Conceals(_, concealment) => return concealment.judge(runs),
        };
        let measured = if bound { tr!("more than {times} times", times = ratio(found)) } else { times(found) };
        Verdict { judgement: when(Some(sound && found >= wanted)), measured }
    }
}

/// Judges [`Compare::Later`].
fn later(a: &History, b: &History, steps: u32, part: f64) -> Verdict {
    let Some((a, b)) = a.grokked.zip(b.grokked) else {
        return Verdict { judgement: Judgement::Fails, measured: unmeasured() };
    };
    let (between, steps) = (f64::from(a) - f64::from(b), f64::from(steps));
    let measured = tr!("{steps} steps later", steps = number(between));
    Verdict { judgement: when(Some((between - steps).abs() <= part * steps)), measured }
}
