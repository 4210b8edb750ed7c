//! Training as a way through a few latent states, and which of them are detours (Hu et al. 2023, Michael Hu and others, *Latent State
//! Models of Training Dynamics*).

use serde::{Deserialize, Serialize};

use super::STATISTICS;
use super::hidden_markov::HiddenMarkov;
use crate::order::argsort;
use crate::rng::{Rng, Stream};

/// States of a map at most, as in the paper's code.
const MOST: usize = 8;
/// Fits for each number of states, likewise.
const FITS: usize = 5;
/// Every so many-th run is held out, to choose the number of states by.
const HELD_OUT: usize = 5;
/// What is added to the diagonal of the normal equations, beside numbers of about 1: of all coefficients that fit as well, the smallest.
const RIDGE: f64 = 1e-9;

/// What is followed of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Trajectory {
    /// The [`weight_statistics`](super::weight_statistics) at equal distances from the first step to the last, one after the other.
    pub statistics: Vec<f32>,
    /// When it came to generalise, or, if it never did, its last step.
    pub converged: u32,
}

/// A state of a map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MapState {
    /// Runs that visit it.
    pub runs: u32,
    /// How much later a run converges whose visit takes the whole of its time: steps, beside what other states add or take away.
    pub coefficient: f32,
    /// Between visiting it and when runs converge; 0 where all runs visit it.
    pub correlation: f32,
    /// When the runs that visit it converge on average, and when the others do. Not a number where there are none.
    pub converged: [f32; 2],
    /// Some runs do without it, and both its coefficient and its correlation are positive. A coefficient alone does not tell: as fractions
    /// add up to 1, states that stand in for each other share one.
    pub detour: bool,
}

/// The map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingMap {
    /// In the order in which they are first visited, on average over the runs that do.
    pub states: Vec<MapState>,
    /// Of the moves out of a state, the fraction that goes to each other: `[states, states]`.
    pub moves: Vec<f32>,
    /// The state of each run at each of its steps.
    pub paths: Vec<Vec<u8>>,
    /// When each of them converged.
    pub converged: Vec<u32>,
    /// The fraction of the variance of when runs converge that the time in each state accounts for.
    pub r2: f32,
}

impl TrainingMap {
    /// Of runs that were followed in the same way. Those with statistics that are no numbers are left out, and there is none of fewer
    /// than [`HELD_OUT`] others.
    ///
    /// Statistics are standardised run by run. A [`HiddenMarkov`] model is fitted to four runs out of five, with as many states as make
    /// its Bayesian information criterion on the fifth lowest. When runs converge is then regressed on the fraction of their steps that
    /// they spend in each state.
    pub fn of(runs: &[Trajectory]) -> Option<TrainingMap> {
        let followed =
            |run: &&Trajectory| run.statistics.len() >= STATISTICS && run.statistics.iter().all(|value| value.is_finite());
        let runs: Vec<&Trajectory> = runs.iter().filter(followed).collect();
        if runs.len() < HELD_OUT {
            return None;
        }
        let standard: Vec<Vec<f64>> = runs.iter().map(|run| standardised(&run.statistics)).collect();
        let model = fitted(&standard)?;
        let paths: Vec<Vec<u8>> = standard.iter().map(|sequence| model.path(sequence)).collect();
        let converged: Vec<f64> = runs.iter().map(|run| run.converged.into()).collect();
        Some(TrainingMap::of_paths(in_order(paths), &converged))
    }

    /// What paths tell about when their runs converge.
    fn of_paths(paths: Vec<Vec<u8>>, converged: &[f64]) -> TrainingMap {
        let count = paths.iter().flatten().max().map_or(0, |most| usize::from(*most) + 1);
        let visits = |state: usize, path: &[u8]| path.iter().filter(|now| usize::from(**now) == state).count();
        let spent: Vec<Vec<f64>> = paths
            .iter()
            .map(|path| (0..count).map(|state| visits(state, path) as f64 / path.len().max(1) as f64).collect())
            .collect();
        let (coefficients, r2) = regress(&spent, converged);
        let mean = converged.iter().sum::<f64>() / converged.len() as f64;
        let deviation = (converged.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / converged.len() as f64).sqrt();
        let state = |state: usize| {
            let of = |visited: bool| {
                let own = spent.iter().zip(converged).filter(move |(spent, _)| (spent[state] > 0.0) == visited);
                let own: Vec<f64> = own.map(|(_, converged)| *converged).collect();
                (own.len(), own.iter().sum::<f64>() / own.len() as f64)
            };
            let [(runs, visited), (others, not)] = [true, false].map(of);
            // Of a variable that is 0 or 1.
            let share = (runs as f64 * others as f64).sqrt() / converged.len() as f64;
            let correlation = if share > 0.0 && deviation > 0.0 { share * (visited - not) / deviation } else { 0.0 };
            let detour = correlation > 0.0 && coefficients[state] > 0.0;
            let [coefficient, correlation, visited, not] = [coefficients[state], correlation, visited, not].map(|x| x as f32);
            MapState { runs: runs as u32, coefficient, correlation, converged: [visited, not], detour }
        };
        let mut moves = vec![0.0f32; count * count];
        for step in paths.iter().flat_map(|path| path.windows(2)).filter(|step| step[0] != step[1]) {
            moves[usize::from(step[0]) * count + usize::from(step[1])] += 1.0;
        }
        for row in moves.chunks_exact_mut(count.max(1)) {
            let all: f32 = row.iter().sum();
            row.iter_mut().for_each(|fraction| *fraction /= all.max(1.0));
        }
        let states = (0..count).map(state).collect();
        TrainingMap { states, moves, paths, converged: converged.iter().map(|step| *step as u32).collect(), r2: r2 as f32 }
    }

    /// The detours.
    pub fn detours(&self) -> impl Iterator<Item = &MapState> {
        self.states.iter().filter(|state| state.detour)
    }
}

/// Each statistic of a run with a mean of 0 and a variance of 1; what never changes is 0.
fn standardised(statistics: &[f32]) -> Vec<f64> {
    let count = (statistics.len() / STATISTICS) as f64;
    let mut values: Vec<f64> = statistics.iter().map(|value| f64::from(*value)).collect();
    for which in 0..STATISTICS {
        let own = || statistics.iter().skip(which).step_by(STATISTICS).map(|value| f64::from(*value));
        let mean = own().sum::<f64>() / count;
        let deviation = (own().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count).sqrt();
        // Below the digits of the numbers there is only rounding.
        let still = deviation <= f64::from(f32::EPSILON) * mean.abs();
        for value in values.iter_mut().skip(which).step_by(STATISTICS) {
            *value = if still { 0.0 } else { (*value - mean) / deviation };
        }
    }
    values
}

/// The model with the lowest criterion on what is held out.
fn fitted(sequences: &[Vec<f64>]) -> Option<HiddenMarkov> {
    let held_out = |held: bool| {
        let own = sequences.iter().enumerate().filter(move |(run, _)| (run % HELD_OUT == HELD_OUT - 1) == held);
        own.map(|(_, sequence)| &sequence[..]).collect::<Vec<_>>()
    };
    let [fitted, held_out] = [false, true].map(held_out);
    let mut rng = Rng::new(0, Stream::Sample);
    let fits = (1..=MOST).flat_map(|states| [states; FITS]).map(|states| {
        let model = HiddenMarkov::fit(&fitted, STATISTICS, states, &mut rng);
        (model.bic(&held_out), model)
    });
    fits.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, model)| model)
}

/// The same paths with states numbered by when they are first visited, on average; those that no run visits have no number.
fn in_order(paths: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let first = |state: u8| {
        let first: Vec<f64> =
            paths.iter().filter_map(|path| path.iter().position(|now| *now == state)).map(|at| at as f64).collect();
        first.iter().sum::<f64>() / first.len() as f64
    };
    // 0/0 is no number, and comes last.
    let when: Vec<f64> = (0..MOST as u8).map(|state| first(state).abs()).collect();
    let order = argsort(MOST, &|a, b| when[a].total_cmp(&when[b]));
    let number = |state: u8| order.iter().position(|old| *old == usize::from(state)).unwrap_or(0) as u8;
    paths.iter().map(|path| path.iter().map(|state| number(*state)).collect()).collect()
}

/// Least squares of y on rows of x, with a constant: the coefficients, the smallest of those that fit as well, and the fraction of the
/// variance that they account for. Where y never changes, there is nothing to account for.
fn regress(x: &[Vec<f64>], y: &[f64]) -> (Vec<f64>, f64) {
    let (width, count) = (x.first().map_or(0, Vec::len), y.len().max(1) as f64);
    let means: Vec<f64> = (0..width).map(|i| x.iter().map(|row| row[i]).sum::<f64>() / count).collect();
    let mean = y.iter().sum::<f64>() / count;
    let sum = |of: &dyn Fn(&[f64], f64) -> f64| x.iter().zip(y).map(|(row, y)| of(row, y - mean)).sum::<f64>();
    let mut system: Vec<Vec<f64>> = (0..width)
        .map(|i| {
            let with = |j: usize| sum(&|row, _| (row[i] - means[i]) * (row[j] - means[j])) + if i == j { RIDGE } else { 0.0 };
            (0..width).map(with).chain([sum(&|row, y| (row[i] - means[i]) * y)]).collect()
        })
        .collect();
    // Gauss and Jordan; with the ridge, the matrix is positive definite and needs no pivots.
    for pivot in 0..width {
        let row: Vec<f64> = system[pivot].iter().map(|value| value / system[pivot][pivot]).collect();
        for (i, other) in system.iter_mut().enumerate() {
            let factor = other[pivot];
            match i == pivot {
                true => other.copy_from_slice(&row),
                false => other.iter_mut().zip(&row).for_each(|(value, row)| *value -= factor * row),
            }
        }
    }
    let coefficients: Vec<f64> = system.iter().map(|row| row[width]).collect();
    let fit = |row: &[f64]| row.iter().zip(&means).zip(&coefficients).map(|((x, mean), b)| (x - mean) * b).sum::<f64>();
    let (all, left) = (sum(&|_, y| y * y), sum(&|row, y| (y - fit(row)) * (y - fit(row))));
    (coefficients, if all > 0.0 { 1.0 - left / all } else { 0.0 })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn a_plane_through_points_is_found_and_of_many_the_smallest() {
        let x: Vec<Vec<f64>> = [[1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [1.0, 3.0]].map(Vec::from).into();
        let y: Vec<f64> = x.iter().map(|row| 5.0 + 2.0 * row[0] - 3.0 * row[1]).collect();
        let (b, r2) = regress(&x, &y);
        assert!((b[0] - 2.0).abs() < 1e-6 && (b[1] + 3.0).abs() < 1e-6 && (r2 - 1.0).abs() < 1e-9, "{b:?} {r2}");
        // Fractions add up to 1, so that only their difference counts; and a third that never changes gets nothing.
        let x: Vec<Vec<f64>> = [0.1, 0.4, 0.6, 0.9].map(|part| vec![part, 0.9 - part, 0.1]).into();
        let y: Vec<f64> = x.iter().map(|row| 100.0 * row[0]).collect();
        let (b, r2) = regress(&x, &y);
        assert!((b[0] - 50.0).abs() < 1e-3 && (b[1] + 50.0).abs() < 1e-3 && b[2].abs() < 1e-3, "{b:?}");
        assert!((r2 - 1.0).abs() < 1e-9);
        assert_eq!(regress(&x, &[7.0; 4]).1, 0.0);
        // (0, 0), (1, 2), (2, 1), (3, 3): slope 4/5, r² = 4²/(5·5).
        let (b, r2) = regress(&[0.0, 1.0, 2.0, 3.0].map(|x| vec![x]), &[0.0, 2.0, 1.0, 3.0]);
        assert!((b[0] - 0.8).abs() < 1e-6 && (r2 - 0.64).abs() < 1e-6);
    }

    #[test]
    fn states_are_in_the_order_of_their_first_visits() {
        assert_eq!(in_order(vec![vec![5, 5, 2, 7], vec![5, 2, 2, 2]]), [vec![0, 0, 1, 2], vec![0, 1, 1, 1]]);
    }

    #[test]
    fn a_detour_is_a_state_that_some_do_without_and_that_makes_others_late() {
        // State 1 is between 0 and 2 in two of four runs, which converge later the longer they are there.
        let paths = vec![vec![0, 0, 2, 2, 2], vec![0, 0, 2, 2, 2], vec![0, 0, 1, 2, 2], vec![0, 0, 1, 1, 2]];
        let map = TrainingMap::of_paths(paths, &[200.0, 200.0, 300.0, 400.0]);
        let runs: Vec<u32> = map.states.iter().map(|state| state.runs).collect();
        assert_eq!((runs, map.detours().count()), (vec![4, 2, 4], 1));
        assert_eq!(map.states[1].converged, [350.0, 200.0]);
        // Of (0, 200), (0, 200), (1, 300), (1, 400): half of the means’ difference by the deviation.
        assert!((map.states[1].correlation - 75.0 / 6875f32.sqrt()).abs() < 1e-6 && map.states[0].correlation == 0.0);
        assert!(map.states[1].detour && map.states[1].coefficient > 0.0 && map.states[0].converged[1].is_nan(), "{map:?}");
        assert_eq!(map.moves, [0.0, 0.5, 0.5, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        assert!((map.r2 - 1.0).abs() < 1e-6, "{}", map.r2);
        // Where it makes runs early, it is none.
        let paths = vec![vec![0, 0, 2], vec![0, 0, 2], vec![0, 1, 2]];
        assert_eq!(TrainingMap::of_paths(paths, &[300.0, 310.0, 100.0]).detours().count(), 0);
    }

    /// Runs of 60 looks: at first a third of their statistics is high, in the end another one, and in between, if they are slow, the last.
    /// And one that is lost.
    fn runs() -> Vec<Trajectory> {
        let mut rng = Rng::new(4, Stream::Test);
        let mut run = |i: usize| {
            let begins = 10 + i % 5;
            let ends = begins + if i % 2 == 1 { 8 + i } else { 0 };
            let station = |at: usize| if at < begins { 0 } else { 1 + usize::from(at >= ends) };
            let mut statistics = vec![];
            for (at, which) in (0..60).flat_map(|at| (0..STATISTICS).map(move |which| (at, which))) {
                // One never changes.
                let high = f32::from(u8::from(which % 3 == station(at)));
                statistics.push(if which == 2 { 7.1 } else { high + 0.1 * rng.normal() as f32 });
            }
            Trajectory { statistics, converged: 100 * ends as u32 }
        };
        let mut runs: Vec<Trajectory> = (0..16).map(&mut run).collect();
        runs.push(Trajectory { statistics: vec![f32::NAN; 60 * STATISTICS], converged: 1 });
        runs
    }

    #[test]
    fn planted_stations_are_found_in_the_statistics_of_runs() {
        let map = TrainingMap::of(&runs()).expect("a map");
        assert_eq!(map.paths.len(), 16);
        // Standardised run by run, what only slow runs go through makes all their stations other ones.
        assert!(map.r2 > 0.99 && map.detours().count() >= 1, "{map:?}");
        assert!(map.detours().all(|state| state.runs == 8 && state.converged[0] > state.converged[1]), "{map:?}");
        assert!(map.states.iter().all(|state| state.coefficient.is_finite()));
    }

    #[test]
    fn there_is_no_map_of_few_runs_or_of_none_that_has_numbers() {
        assert_eq!(TrainingMap::of(&runs()[..4]), None);
        assert_eq!(TrainingMap::of(&vec![runs()[16].clone(); 9]), None);
        assert_eq!(TrainingMap::of(&vec![Trajectory::default(); 9]), None);
        // All alike, and without a change.
        let still = Trajectory { statistics: vec![0.3; 20 * STATISTICS], converged: 5 };
        let map = TrainingMap::of(&vec![still; 6]).expect("a map of one state");
        assert_eq!((map.states.len(), map.r2, map.moves), (1, 0.0, vec![0.0]));
    }
}
