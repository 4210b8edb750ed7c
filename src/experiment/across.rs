//! What is expected of a table of runs, for the experiments whose set-up is one.

use super::expect::times;
use super::verdict::{Judgement, Verdict, unmeasured};
use crate::analysis::{TrainingMap, rank_correlation};
use crate::config::Config;
use crate::language::local;
use crate::metrics::{GROKKED, LearningPhase, MEMORIZED, Point};
use crate::number::fixed;
use crate::order::argsort;
use crate::text::{self, number, percent};
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
    /// Some runs end in this phase, by the thresholds of the paper (Liu et al. 2022).
    Some(LearningPhase),
    /// By the norm at which weights are held, test loss is a U: lowest in between, and so many times as high at the smallest and at the
    /// largest norm (Liu et al. 2022, *Omnigrok*).
    TestIsU(f64),
    /// And train loss is an L: from the norm with the lowest test loss on, it is at most this part of that at the smallest norm.
    TrainIsL(f64),
    /// How long runs are in each state of their training map accounts for at least this fraction of the variance of when they converge
    /// (Hu et al. 2023).
    StatesTell(f64),
    /// And some states are detours: visiting one and converging late have a correlation of at least this size.
    Detours(f64),
    /// Out of distribution, networks of a depth in between are best: on average over the runs of a depth so many hundredths more is right
    /// than with the fewest layers, and than with the most (Murty et al. 2023).
    BestBetween(u32),
    /// To grok takes hidden layers at least so many times as wide as to memorise: the narrowest of which all runs do (Davies et al. 2023,
    /// *model-wise grokking*).
    WiderToGrok(f64),
}

/// What a row came to.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// Its settings.
    pub config: &'a Config,
    /// Its phase [from 90 % on](crate::metrics::phase_at_90).
    pub phase_at_90: LearningPhase,
    /// See [`oscillation`](crate::analysis::oscillation); not a number where there is none.
    pub oscillation: f32,
    /// Fraction of right answers out of distribution; not a number where there are none.
    pub apart: f32,
    /// The last measurement.
    pub last: Point,
}

impl Across {
    /// Whether it is about the weights on the way.
    pub fn follows(&self) -> bool {
        matches!(self, Across::StatesTell(_) | Across::Detours(_))
    }

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
            Across::Some(LearningPhase::Comprehension) => tr!(
                "some runs end in comprehension: 90 % of their test pairs are right about when 90 % of their training pairs are"
            )
            .into(),
            Across::Some(LearningPhase::Grokking) => {
                tr!("some runs end in grokking: 90 % of their test pairs are right long after 90 % of their training pairs are")
                    .into()
            }
            Across::Some(LearningPhase::Memorisation) => tr!(
                "some runs end in memorisation: 90 % of their training pairs are right, and never so many of their test pairs"
            )
            .into(),
            Across::Some(LearningPhase::Confusion) => {
                tr!("some runs end in confusion: never are 90 % of their training pairs right").into()
            }
            Across::TestIsU(least) => tr!(
                "test loss is lowest at a norm in between, and at least {times} times as high at the smallest and at the largest",
                times = number(least)
            ),
            Across::TrainIsL(most) => tr!(
                "from the norm with the lowest test loss on, train loss is at most {part} of that at the smallest norm",
                part = text::fraction(most)
            ),
            Across::StatesTell(least) => {
                tr!("the time in each latent state tells when a run converges: R² is at least {least}", least = number(least))
            }
            Across::BestBetween(points) => tr!(
                "out of distribution, a depth in between is best: by at least {points} percentage points over the fewest layers and the most",
                points
            ),
            Across::WiderToGrok(least) => {
                tr!("a network that groks is at least {times} times as wide as one that memorises", times = number(least))
            }
            Across::Detours(least) => tr!(
                "some latent states are detours: visiting one and converging late have a correlation of {least} or more",
                least = number(least)
            ),
        }
    }

    /// Judges the rows that are decided, and their training map where there is one; `over` says that these are all.
    pub fn judge(&self, endings: &[Ending], map: Option<&TrainingMap>, over: bool) -> Verdict {
        if self.follows() && (map.is_none() || !over) {
            return Verdict { judgement: Judgement::Open, measured: unmeasured() };
        }
        let of = |task: &'static str| endings.iter().filter(move |ending| ending.config.task == task);
        let least = |task| of(task).filter(|e| e.last.test_accuracy >= GROKKED).map(|e| e.config.train).reduce(f64::min);
        let said = |share: Option<f64>| share.map_or_else(|| tr!("never").into(), percent);
        let (holds, measured) = match *self {
            Across::Foretold(least) => {
                let known: Vec<&Ending> = endings.iter().filter(|ending| ending.oscillation.is_finite()).collect();
                let column = |value: fn(&Ending) -> f32| known.iter().map(|ending| value(ending)).collect::<Vec<_>>();
                let rho = rank_correlation(&column(|e| e.oscillation), &column(|e| e.last.test_accuracy));
                (rho.abs() >= least, tr!("correlation {rho}", rho = local(fixed(rho, 2))))
            }
            Across::LessData(less, more) => {
                let [less, more] = [less, more].map(least);
                let holds = less.is_some_and(|less| more.is_none_or(|more| less < more));
                (holds, tr!("{less} against {more}", less = said(less), more = said(more)))
            }
            Across::Never(task) => {
                let most = of(task).map(|ending| ending.last.test_accuracy).fold(0.0, f32::max);
                (most < GROKKED, tr!("at most {value}", value = percent(most.into())))
            }
            Across::Some(phase) => {
                let some = endings.iter().filter(|ending| ending.phase_at_90 == phase).count();
                (some > 0, tr!("{some} of {all} runs", some, all = endings.len()))
            }
            Across::TestIsU(least) => {
                let (points, lowest) = by_norm(endings);
                let last = points.len() - 1;
                let [smallest, largest] = [0, last].map(|at| (points[at].test_loss / points[lowest].test_loss).into());
                let between = 0 < lowest && lowest < last;
                let measured = tr!("{smallest} and {largest}", smallest = times(smallest), largest = times(largest));
                (between && smallest.min(largest) >= least, measured)
            }
            Across::TrainIsL(most) => {
                let (points, lowest) = by_norm(endings);
                let highest = points[lowest..].iter().map(|point| point.train_loss).fold(0.0, f32::max);
                let part = (highest / points[0].train_loss).into();
                (part <= most, percent(part))
            }
            Across::StatesTell(least) => {
                let (r2, count) = map.map_or((f64::NAN, 0), |map| (map.r2.into(), map.states.len()));
                (r2 >= least, tr!("R² = {share} with {count} states", share = local(fixed(r2, 2)), count))
            }
            Across::BestBetween(points) => {
                let (means, best) = by_depth(endings);
                let last = means.len() - 1;
                let worse = means[0].max(means[last]);
                let said = means.iter().map(|mean| percent((*mean).into())).collect::<Vec<_>>().join(" → ");
                (0 < best && best < last && means[best] - worse >= points as f32 / 100.0, said)
            }
            Across::WiderToGrok(least) => {
                let memorises = narrowest(endings, |last| last.train_accuracy >= MEMORIZED);
                let groks = narrowest(endings, |last| last.test_accuracy >= GROKKED);
                let wider = memorises.zip(groks).is_some_and(|(memorises, groks)| groks >= least * memorises);
                let said = |width: Option<f64>| width.map_or_else(|| tr!("no number is enough").into(), number);
                (wider, tr!("hidden units to memorise: {less}; to grok: {more}", less = said(memorises), more = said(groks)))
            }
            Across::Detours(least) => {
                let detours = || map.into_iter().flat_map(TrainingMap::detours);
                let most = detours().map(|state| f64::from(state.correlation)).fold(0.0, f64::max);
                let measured = match detours().count() {
                    0 => tr!("no detour").into(),
                    1 => tr!("1 detour with a correlation of {rho}", rho = local(fixed(most, 2))),
                    count => tr!("{count} detours with a correlation up to {rho}", count, rho = local(fixed(most, 2))),
                };
                (most >= least, measured)
            }
        };
        match (over, endings.is_empty()) {
            (true, _) => Verdict { judgement: if holds { Judgement::Holds } else { Judgement::Fails }, measured },
            (false, true) => Verdict { judgement: Judgement::Open, measured: tr!("not measured yet").into() },
            (false, false) => Verdict { judgement: Judgement::Open, measured: tr!("{measured} so far", measured) },
        }
    }
}

/// The last measurements, from the smallest norm at which weights are held to the largest, and where the test loss is lowest. Of no
/// rows, a single one of nothing.
fn by_norm(endings: &[Ending]) -> (Vec<Point>, usize) {
    let order = argsort(endings.len(), &|a, b| endings[a].config.sphere.total_cmp(&endings[b].config.sphere));
    let mut points: Vec<Point> = order.into_iter().map(|at| endings[at].last).collect();
    let lowest = argsort(points.len(), &|a, b| points[a].test_loss.total_cmp(&points[b].test_loss)).first().copied();
    points.resize(points.len().max(1), Point::default());
    (points, lowest.unwrap_or(0))
}

/// What is right out of distribution, on average over the rows of a depth, from the fewest layers to the most, and where that is highest.
/// Of no rows, a single one of nothing.
fn by_depth(endings: &[Ending]) -> (Vec<f32>, usize) {
    let known: Vec<&Ending> = endings.iter().filter(|ending| ending.apart.is_finite()).collect();
    let layers = |row: usize| known[row].config.layers;
    let order = argsort(known.len(), &|a, b| layers(a).cmp(&layers(b)));
    let mean = |rows: &[usize]| rows.iter().map(|row| known[*row].apart).sum::<f32>() / rows.len() as f32;
    let mut means: Vec<f32> = order.chunk_by(|a, b| layers(*a) == layers(*b)).map(mean).collect();
    means.resize(means.len().max(1), 0.0);
    let best = (0..means.len()).max_by(|a, b| means[*a].total_cmp(&means[*b]));
    (means, best.unwrap_or(0))
}

/// The fewest hidden units with which all runs end like this.
fn narrowest(endings: &[Ending], like: impl Fn(&Point) -> bool) -> Option<f64> {
    let all = |width: u32| endings.iter().filter(|ending| ending.config.mlp == width).all(|ending| like(&ending.last));
    endings.iter().map(|ending| ending.config.mlp).filter(|width| all(*width)).min().map(f64::from)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::analysis::MapState;

    /// Judges rows of which only some settings, what is right out of distribution and the last measurement count.
    fn judge(across: Across, rows: impl Iterator<Item = (Config, f32, Point)>, over: bool) -> Verdict {
        let rows: Vec<_> = rows.collect();
        let phase_at_90 = LearningPhase::Memorisation;
        let endings = rows.iter().map(|(config, apart, last)| Ending {
            config,
            phase_at_90,
            oscillation: f32::NAN,
            apart: *apart,
            last: *last,
        });
        across.judge(&endings.collect::<Vec<_>>(), None, over)
    }

    /// Rows of (operation, fraction of the data, oscillation, test accuracy).
    fn check(across: Across, rows: &[(&str, f64, f32, f32)], over: bool, judgement: Judgement, measured: &str) {
        let config = |task: &str, train| Config { task: task.into(), train, ..Config::standard() };
        let configs: Vec<Config> = rows.iter().map(|(task, train, ..)| config(task, *train)).collect();
        let endings: Vec<Ending> = configs
            .iter()
            .zip(rows)
            .map(|(config, &(_, _, oscillation, test_accuracy))| {
                let phase_at_90 = if test_accuracy >= GROKKED { LearningPhase::Grokking } else { LearningPhase::Memorisation };
                Ending { config, phase_at_90, oscillation, apart: f32::NAN, last: Point { test_accuracy, ..Point::default() } }
            })
            .collect();
        let verdict = across.judge(&endings, None, over);
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

    #[test]
    fn widths_are_compared_by_the_narrowest_of_which_all_runs_do() {
        // (hidden units, train accuracy, test accuracy), of two seeds each.
        let rows = [(16, 0.9, 0.1), (16, 1.0, 0.1), (32, 1.0, 0.2), (32, 0.99, 0.96), (64, 1.0, 0.97), (64, 1.0, 0.95)];
        let judge = |rows: &[(u32, f32, f32)], least| {
            let row = |&(mlp, train_accuracy, test_accuracy): &(u32, f32, f32)| {
                let last = Point { train_accuracy, test_accuracy, ..Point::default() };
                (Config { mlp, ..Config::standard() }, f32::NAN, last)
            };
            judge(Across::WiderToGrok(least), rows.iter().map(row), true)
        };
        let found = |judgement, measured: &str| Verdict { judgement, measured: measured.into() };
        assert_eq!(judge(&rows, 2.0), found(Judgement::Holds, "hidden units to memorise: 32; to grok: 64"));
        assert_eq!(judge(&rows, 2.5), found(Judgement::Fails, "hidden units to memorise: 32; to grok: 64"));
        assert_eq!(judge(&rows[..4], 1.0), found(Judgement::Fails, "hidden units to memorise: 32; to grok: no number is enough"));
        assert_eq!(
            judge(&rows[..2], 1.0),
            found(Judgement::Fails, "hidden units to memorise: no number is enough; to grok: no number is enough")
        );
    }

    #[test]
    fn letters_are_told_from_losses_at_held_norms() {
        // (norm, train loss, test loss), in no order.
        let judge = |losses: &[(f64, f32, f32)], across: Across, over| {
            let row = |&(sphere, train_loss, test_loss): &(f64, f32, f32)| {
                (Config { sphere, ..Config::standard() }, f32::NAN, Point { train_loss, test_loss, ..Point::default() })
            };
            judge(across, losses.iter().map(row), over)
        };
        let letters = [(4.0, 0.01, 0.5), (0.5, 1.0, 1.0), (1.0, 0.02, 0.25), (2.0, 0.125, 0.3)];
        let rises = [(0.5, 1.0, 0.25), (1.0, 0.1, 0.5)];
        for (losses, across, judgement, measured) in [
            (&letters[..], Across::TestIsU(2.0), Judgement::Holds, "4.0 times and 2.0 times"),
            (&letters, Across::TestIsU(2.5), Judgement::Fails, "4.0 times and 2.0 times"),
            (&letters, Across::TrainIsL(0.125), Judgement::Holds, "12.5 %"),
            (&letters, Across::TrainIsL(0.12), Judgement::Fails, "12.5 %"),
            (&rises, Across::TestIsU(1.0), Judgement::Fails, "1.0 times and 2.0 times"),
            (&rises, Across::TrainIsL(0.9), Judgement::Fails, "100.0 %"),
        ] {
            assert_eq!(judge(losses, across, true), Verdict { judgement, measured: measured.into() }, "{}", across.text());
        }
        for across in [Across::TestIsU(2.0), Across::TrainIsL(0.5)] {
            assert_eq!([false, true].map(|over| judge(&[], across, over).judgement), [Judgement::Open, Judgement::Fails]);
        }
    }

    #[test]
    fn a_depth_in_between_is_best_or_not() {
        let judge = |rows: &[(u32, f32)], points, over| {
            let row = |&(layers, apart): &(u32, f32)| (Config { layers, ..Config::standard() }, apart, Point::default());
            judge(Across::BestBetween(points), rows.iter().map(row), over)
        };
        // In no order, of two seeds each; one row says nothing.
        let rows = [(6, 0.5), (2, 0.25), (4, 1.0), (2, 0.5), (4, 0.5), (6, 0.75), (4, f32::NAN)];
        let found = |judgement, measured: &str| Verdict { judgement, measured: measured.into() };
        let all = "37.5 % → 75.0 % → 62.5 %";
        assert_eq!(judge(&rows, 12, true), found(Judgement::Holds, all));
        assert_eq!(judge(&rows, 13, true), found(Judgement::Fails, all));
        assert_eq!(
            judge(&[(2, 0.5), (4, 0.75), (6, 0.875)], 0, true).judgement,
            Judgement::Fails,
            "the deepest is no depth in between"
        );
        assert_eq!(judge(&[(2, 0.5), (4, 0.25)], 0, true).judgement, Judgement::Fails);
        assert_eq!([false, true].map(|over| judge(&[], 0, over).judgement), [Judgement::Open, Judgement::Fails]);
    }

    #[test]
    fn a_training_map_is_judged_once_there_is_one() {
        use Judgement::{Fails, Holds, Open};
        let state = |correlation, detour| MapState { runs: 3, coefficient: 1.0, correlation, converged: [2.0, 1.0], detour };
        let states = vec![state(0.0, false), state(0.4, true), state(0.9, false)];
        let (moves, paths, converged) = (vec![0.0; 9], vec![vec![0]; 5], vec![1; 5]);
        let map = TrainingMap { states, moves, paths, converged, r2: 0.95 };
        let mut more = map.clone();
        more.states.push(state(0.2, true));
        let none = TrainingMap { states: vec![state(0.0, false)], ..map.clone() };
        for (across, map, over, judgement, measured) in [
            (Across::StatesTell(0.9), Some(&map), true, Holds, "R² = 0.95 with 3 states"),
            (Across::StatesTell(0.96), Some(&map), true, Fails, "R² = 0.95 with 3 states"),
            (Across::StatesTell(0.9), Some(&map), false, Open, "not measured yet"),
            (Across::StatesTell(0.9), None, true, Open, "not measured yet"),
            (Across::Detours(0.4), Some(&map), true, Holds, "1 detour with a correlation of 0.40"),
            (Across::Detours(0.41), Some(&more), true, Fails, "2 detours with a correlation up to 0.40"),
            (Across::Detours(0.1), Some(&none), true, Fails, "no detour"),
        ] {
            assert_eq!(across.judge(&[], map, over), Verdict { judgement, measured: measured.into() }, "{}", across.text());
            assert!(across.follows());
        }
        assert!(!Across::Foretold(0.5).follows());
    }
}
