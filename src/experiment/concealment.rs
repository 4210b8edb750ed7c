//! Concealment: how the wait for the rule depends on how much is shown that says nothing.

use super::verdict::{Judgement, Verdict, unmeasured, when};
use crate::analysis::Line;
use crate::language::local;
use crate::metrics::History;
use crate::number::fixed;
use crate::tr;

/// How nearly the logarithm of the wait from memorising to grokking is a line in the number of inputs that say nothing: gap = exp(a·l + b)
/// (Miller et al. 2023, where the correlation is 0.92).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concealment {
    /// How many such inputs the runs have; at least three numbers.
    pub inputs: &'static [f64],
    /// Pearson's correlation, at least.
    pub correlation: f64,
}

impl Concealment {
    /// Judges runs with so many inputs that say nothing.
    pub(super) fn judge(&self, runs: &[&History]) -> Verdict {
        let wait = |history: &&History| {
            let (memorized, grokked) = history.memorized.zip(history.grokked)?;
            (grokked > memorized).then(|| libm::log(f64::from(grokked - memorized)))
        };
        let waits: Option<Vec<f64>> = runs.iter().map(wait).collect();
        let points: Vec<(f64, f64)> = self.inputs.iter().copied().zip(waits.unwrap_or_default()).collect();
        let Some(Line { slope, r2, .. }) = Line::through(&points) else {
            return Verdict { judgement: Judgement::Fails, measured: unmeasured() };
        };
        let correlation = libm::sqrt(r2) * slope.signum();
        let measured = tr!("correlation {rho}", rho = local(fixed(correlation, 2)));
        Verdict { judgement: when(Some(correlation >= self.correlation)), measured }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_that_grows_exponentially_is_a_line() {
        let run = |memorized, grokked| History { memorized: Some(memorized), grokked, ..History::default() };
        let judge = |waits: [Option<u32>; 3]| {
            let runs = waits.map(|wait| run(100, wait.map(|wait| 100 + wait)));
            Concealment { inputs: &[20.0, 30.0, 40.0], correlation: 0.95 }.judge(&runs.each_ref())
        };
        // Three times as long with each ten.
        assert_eq!(
            judge([Some(100), Some(300), Some(900)]),
            Verdict { judgement: Judgement::Holds, measured: "correlation 1.00".into() }
        );
        // In logarithms to the base 2 they lie 1, 0 and 2 above the shortest: the correlation of 1, 0, 2 with 1, 2, 3 is 0.5.
        let mixed = judge([Some(200), Some(100), Some(400)]);
        assert_eq!((mixed.judgement, mixed.measured.as_str()), (Judgement::Fails, "correlation 0.50"));
        assert_eq!(judge([Some(900), Some(300), Some(100)]).measured, "correlation -1.00");
        for never in [[Some(100), None, Some(900)], [Some(0), Some(300), Some(900)]] {
            assert_eq!(judge(never), Verdict { judgement: Judgement::Fails, measured: "not measured yet".into() });
        }
    }
}
