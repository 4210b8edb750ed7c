//! What is expected of a table of runs, for the experiments whose set-up is one.

use super::verdict::{Judgement, Verdict};
use crate::analysis::rank_correlation;
use crate::config::Config;
use crate::language::local;
use crate::metrics::{GROKKED, LearningPhase};
use crate::number::fixed;
use crate::text::{number, percent};
use crate::tr;

/// Something that must hold across the rows of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Across {
    /// How much the loss swings early on and how well a run does in the end are in a rank correlation of at least this size, one
    /// way or the other (Notsawo et al. 2023).
    Foretold(f64),
    /// The first operation groks with less data than the second (Power et al. 2022).
    LessData(&'static str, &'static str),
    /// This operation never groks (Power et al. 2022).
    Never(&'static str),
    /// Some runs end in this phase (Liu et al. 2022).
    Some(LearningPhase),
}

/// What a row came to.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// Its settings.
    pub config: &'a Config,
    /// Its phase.
    pub phase: LearningPhase,
    /// See [`oscillation`](crate::analysis::oscillation); not a number where there is none.
    pub oscillation: f32,
    /// The fraction of the test pairs that was right in the end.
    pub test_accuracy: f32,
}

impl Across {
    /// For people.
    pub fn text(&self) -> String {
        match *self {
            Across::Foretold(least) => {
                tr!(
                    "early swings of the train loss and test accuracy in the end have a rank correlation of {least} or more, either way",
                    least = number(least)
                )
            }
            Across::LessData(less, more) => tr!("{less} groks with less data than {more}", less, more),
            Across::Never(task) => tr!("{task} does not grok", task),
            Across::Some(LearningPhase::Comprehension) => {
                tr!("some runs end in comprehension: they have the rule about when they know their training pairs").into()
            }
            Across::Some(LearningPhase::Grokking) => {
                tr!("some runs end in grokking: they have the rule long after they know their training pairs").into()
            }
            Across::Some(LearningPhase::Memorisation) => {
                tr!("some runs end in memorisation: they know their training pairs and never have the rule").into()
            }
            Across::Some(LearningPhase::Confusion) => {
                tr!("some runs end in confusion: they never know their training pairs").into()
            }
        }
    }

    /// Judges the rows that are decided; `over` says that these are all.
    pub fn judge(&self, endings: &[Ending], over: bool) -> Verdict {
        let of = |task: &'static str| endings.iter().filter(move |ending| ending.config.task == task);
        let least = |task| of(task).filter(|e| e.test_accuracy >= GROKKED).map(|e| e.config.train).reduce(f64::min);
        let said = |share: Option<f64>| share.map_or_else(|| tr!("never").into(), percent);
        let (holds, measured) = match *self {
            Across::Foretold(least) => {
                let known: Vec<&Ending> = endings.iter().filter(|ending| ending.oscillation.is_finite()).collect();
                let column = |value: fn(&Ending) -> f32| known.iter().map(|ending| value(ending)).collect::<Vec<_>>();
                let rho = rank_correlation(&column(|e| e.oscillation), &column(|e| e.test_accuracy));
                (rho.abs() >= least, tr!("correlation {rho}", rho = local(fixed(rho, 2))))
            }
            Across::LessData(less, more) => {
                let [less, more] = [less, more].map(least);
                let holds = less.is_some_and(|less| more.is_none_or(|more| less < more));
                (holds, tr!("{less} against {more}", less = said(less), more = said(more)))
            }
            Across::Never(task) => {
                let most = of(task).map(|ending| ending.test_accuracy).fold(0.0, f32::max);
                (most < GROKKED, tr!("at most {value}", value = percent(most.into())))
            }
            Across::Some(phase) => {
                let some = endings.iter().filter(|ending| ending.phase == phase).count();
                (some > 0, tr!("{some} of {all} runs", some, all = endings.len()))
            }
        };
        match (over, endings.is_empty()) {
            (true, _) => Verdict { judgement: if holds { Judgement::Holds } else { Judgement::Fails }, measured },
            (false, true) => Verdict { judgement: Judgement::Open, measured: tr!("not measured yet").into() },
            (false, false) => Verdict { judgement: Judgement::Open, measured: tr!("{measured} so far", measured) },
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    /// Rows of (operation, fraction of the data, oscillation, test accuracy).
    fn check(across: Across, rows: &[(&str, f64, f32, f32)], over: bool, judgement: Judgement, measured: &str) {
        let config = |task: &str, train| Config { task: task.into(), train, ..Config::standard() };
        let configs: Vec<Config> = rows.iter().map(|(task, train, ..)| config(task, *train)).collect();
        let endings: Vec<Ending> = configs
            .iter()
            .zip(rows)
            .map(|(config, &(_, _, oscillation, test_accuracy))| {
                let phase = if test_accuracy >= GROKKED { LearningPhase::Grokking } else { LearningPhase::Memorisation };
                Ending { config, phase, oscillation, test_accuracy }
            })
            .collect();
        let verdict = across.judge(&endings, over);
        assert_eq!((verdict.judgement, verdict.measured.as_str()), (judgement, measured), "{}", across.text());
    }

    #[test]
    fn tables_are_judged_when_all_is_decided() {
        use Judgement::{Fails, Holds, Open};
        let rows = [("x+y", 0.3, 1.0, 0.2), ("x+y", 0.4, 2.0, 0.96), ("x-y", 0.3, 3.0, 0.97), ("x*y", 0.5, f32::NAN, 0.5)];
        check(Across::Foretold(0.9), &rows, true, Holds, "correlation 1.00");
        check(Across::Foretold(0.9), &rows[..2], false, Open, "correlation 1.00 so far");
        let falls = [("x+y", 0.3, 1.0, 0.9), ("x+y", 0.3, 2.0, 0.5)];
        check(Across::Foretold(0.9), &falls, true, Holds, "correlation -1.00");
        check(Across::Foretold(0.5), &[], false, Open, "not measured yet");
        check(Across::Foretold(0.5), &[], true, Fails, "correlation 0.00");
        check(Across::LessData("x-y", "x+y"), &rows, true, Holds, "30.0 % against 40.0 %");
        check(Across::LessData("x+y", "x-y"), &rows, true, Fails, "40.0 % against 30.0 %");
        check(Across::LessData("x+y", "x*y"), &rows, true, Holds, "40.0 % against never");
        check(Across::LessData("x*y", "x+y"), &rows, true, Fails, "never against 40.0 %");
        check(Across::Never("x*y"), &rows, true, Holds, "at most 50.0 %");
        check(Across::Never("x-y"), &rows, true, Fails, "at most 97.0 %");
        check(Across::Some(LearningPhase::Grokking), &rows, true, Holds, "2 of 4 runs");
        check(Across::Some(LearningPhase::Grokking), &rows[..1], false, Open, "0 of 1 runs so far");
        check(Across::Some(LearningPhase::Confusion), &rows, true, Fails, "0 of 4 runs");
    }
}
