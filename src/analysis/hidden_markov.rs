//! Hidden Markov models whose states emit vectors, each number of them normally distributed by itself (Rabiner 1989).

use crate::rng::Rng;

/// No state is narrower: a number that never changes would be infinitely likely.
const LEAST_VARIANCE: f64 = 1e-3;
/// Steps of a fit at most, …
const STEPS: usize = 32;
/// … and it ends where a step makes the data no likelier than this, in nats.
const TOLERANCE: f64 = 1e-2;
/// Steps that sort the vectors around the first means.
const SORTING: usize = 8;
/// What is so much less likely, in nats, adds nothing to a sum of 53 bits.
const NEGLIGIBLE: f64 = -45.0;

/// A model. Everything that is a probability is its logarithm.
#[derive(Debug, Clone, PartialEq)]
pub struct HiddenMarkov {
    /// Numbers in a vector.
    width: usize,
    /// To begin in each state: `[states]`.
    start: Vec<f64>,
    /// To go from one to another: `[states, states]`.
    moves: Vec<f64>,
    /// `[states, width]`
    means: Vec<f64>,
    /// `[states, width]`
    variances: Vec<f64>,
}

impl HiddenMarkov {
    /// Fits a model to sequences of vectors `[length, width]` by expectation and maximisation (Baum et al. 1970), from means that are
    /// drawn apart from each other (k-means++, Arthur and Vassilvitskii 2007). There is at least one vector, and all are finite.
    pub fn fit(sequences: &[&[f64]], width: usize, states: usize, rng: &mut Rng) -> HiddenMarkov {
        let mut model = HiddenMarkov::begin(sequences, width, states, rng);
        let mut last = f64::NEG_INFINITY;
        for _ in 0..STEPS {
            let now = model.improve(sequences);
            if now - last < TOLERANCE {
                break;
            }
            last = now;
        }
        model
    }

    /// How many states it has.
    pub fn states(&self) -> usize {
        self.start.len()
    }

    /// Any state may come first and after any other, and all are as wide as the data.
    fn begin(sequences: &[&[f64]], width: usize, states: usize, rng: &mut Rng) -> HiddenMarkov {
        let vectors: Vec<&[f64]> = sequences.iter().flat_map(|sequence| sequence.chunks_exact(width)).collect();
        let means = sorted_means(&vectors, states, rng);
        let [_, variance] = moments(&vectors, width);
        let even = -libm::log(states as f64);
        let variances = variance.iter().map(|variance| variance.max(LEAST_VARIANCE)).collect::<Vec<_>>().repeat(states);
        HiddenMarkov { width, start: vec![even; states], moves: vec![even; states * states], means, variances }
    }

    /// The log-densities of each vector in each state: `[length, states]`.
    fn emissions(&self, sequence: &[f64]) -> Vec<f64> {
        let states = self.means.chunks_exact(self.width).zip(self.variances.chunks_exact(self.width));
        let log = |variances: &[f64]| variances.iter().map(|v| libm::log(core::f64::consts::TAU * v)).sum::<f64>();
        let inverse = |variances: &[f64]| variances.iter().map(|v| 1.0 / v).collect::<Vec<_>>();
        let states: Vec<_> = states.map(|(means, variances)| (means, inverse(variances), log(variances))).collect();
        let density = |vector: &[f64], (means, inverse, log): &(&[f64], Vec<f64>, f64)| {
            let off = vector.iter().zip(*means).zip(inverse).map(|((x, mean), inverse)| (x - mean) * (x - mean) * inverse);
            -0.5 * (log + off.sum::<f64>())
        };
        sequence.chunks_exact(self.width).flat_map(|vector| states.iter().map(move |state| density(vector, state))).collect()
    }

    /// For each vector and state the log-probability of what came until then and of being there: `[length, states]`.
    fn forward(&self, emissions: &[f64]) -> Vec<f64> {
        let states = self.states();
        let mut forward: Vec<f64> = self.start.iter().zip(emissions).map(|(start, emission)| start + emission).collect();
        for now in emissions.chunks_exact(states).skip(1) {
            let before = forward.len() - states;
            for (to, emission) in now.iter().enumerate() {
                let from = log_sum(states, |from| forward[before + from] + self.moves[from * states + to]);
                forward.push(from + emission);
            }
        }
        forward
    }

    /// For each vector and state the log-probability of what comes afterwards: `[length, states]`.
    fn backward(&self, emissions: &[f64]) -> Vec<f64> {
        let states = self.states();
        let mut backward = vec![0.0; emissions.len()];
        for at in (0..(emissions.len() / states).saturating_sub(1)).rev() {
            let next = (at + 1) * states;
            for from in 0..states {
                let to = |to: usize| self.moves[from * states + to] + emissions[next + to] + backward[next + to];
                backward[at * states + from] = log_sum(states, to);
            }
        }
        backward
    }

    /// The log-likelihood of sequences.
    pub fn likelihood(&self, sequences: &[&[f64]]) -> f64 {
        let one = |sequence: &&[f64]| self.end(&self.forward(&self.emissions(sequence)));
        sequences.iter().map(one).sum()
    }

    /// Of a whole sequence, from what [`forward`](Self::forward) found; an empty one is certain.
    fn end(&self, forward: &[f64]) -> f64 {
        let last = &forward[forward.len().saturating_sub(self.states())..];
        if last.is_empty() { 0.0 } else { log_sum(last.len(), |state| last[state]) }
    }

    /// The Bayesian information criterion on sequences (Schwarz 1978): parameters · ln(vectors) − 2 · log-likelihood.
    pub fn bic(&self, sequences: &[&[f64]]) -> f64 {
        let (states, vectors) = (self.states(), sequences.iter().map(|sequence| sequence.len()).sum::<usize>() / self.width);
        let parameters = 2 * states * self.width + states * (states - 1) + states - 1;
        parameters as f64 * libm::log(vectors.max(1) as f64) - 2.0 * self.likelihood(sequences)
    }

    /// A step of Baum and Welch. Returns the log-likelihood before it, than which that after it is no less.
    fn improve(&mut self, sequences: &[&[f64]]) -> f64 {
        let (states, width) = (self.states(), self.width);
        let (mut start, mut moves) = (vec![0.0; states], vec![0.0; states * states]);
        let (mut weights, mut sums, mut squares) = (vec![0.0; states], vec![0.0; states * width], vec![0.0; states * width]);
        let mut likelihood = 0.0;
        for sequence in sequences.iter().filter(|sequence| !sequence.is_empty()) {
            let emissions = self.emissions(sequence);
            let (forward, backward) = (self.forward(&emissions), self.backward(&emissions));
            let whole = self.end(&forward);
            likelihood += whole;
            for (at, vector) in sequence.chunks_exact(width).enumerate() {
                for state in 0..states {
                    let here = at * states + state;
                    let share = probability(forward[here] + backward[here] - whole);
                    // Where it is not, it comes from nowhere and goes nowhere.
                    if share == 0.0 {
                        continue;
                    }
                    weights[state] += share;
                    start[state] += if at == 0 { share } else { 0.0 };
                    for (i, x) in vector.iter().enumerate() {
                        // About the old means, so that no digits are lost.
                        let off = x - self.means[state * width + i];
                        sums[state * width + i] += share * off;
                        squares[state * width + i] += share * off * off;
                    }
                    for to in (0..states).filter(|_| here + states < emissions.len()) {
                        let next = (at + 1) * states + to;
                        let log = forward[here] + self.moves[state * states + to] + emissions[next] + backward[next];
                        moves[state * states + to] += probability(log - whole);
                    }
                }
            }
        }
        self.start = logarithms(&start).unwrap_or(core::mem::take(&mut self.start));
        for (old, new) in self.moves.chunks_exact_mut(states).zip(moves.chunks_exact(states)) {
            // From where nothing ever leaves, nothing is known.
            old.copy_from_slice(&logarithms(new).unwrap_or(old.to_vec()));
        }
        for (at, mean) in self.means.iter_mut().enumerate().filter(|(at, _)| weights[at / width] > 0.0) {
            let [off, square] = [sums[at], squares[at]].map(|sum| sum / weights[at / width]);
            *mean += off;
            self.variances[at] = (square - off * off).max(LEAST_VARIANCE);
        }
        likelihood
    }

    /// The likeliest states of a sequence (Viterbi 1967).
    pub fn path(&self, sequence: &[f64]) -> Vec<u8> {
        let states = self.states();
        let emissions = self.emissions(sequence);
        let mut best: Vec<f64> = self.start.iter().zip(&emissions).map(|(start, emission)| start + emission).collect();
        let mut came = vec![];
        for now in emissions.chunks_exact(states).skip(1) {
            let from = |to: usize| {
                let log = |from: usize| best[from] + self.moves[from * states + to];
                (0..states).max_by(|a, b| log(*a).total_cmp(&log(*b))).map_or((0, 0.0), |from| (from, log(from)))
            };
            let steps: Vec<(usize, f64)> = (0..states).map(from).collect();
            best = steps.iter().zip(now).map(|((_, log), emission)| log + emission).collect();
            came.push(steps.into_iter().map(|(from, _)| from).collect::<Vec<_>>());
        }
        let Some(mut state) = (0..best.len()).max_by(|a, b| best[*a].total_cmp(&best[*b])) else { return vec![] };
        let mut path = vec![state as u8];
        for from in came.iter().rev() {
            state = from[state];
            path.push(state as u8);
        }
        path.reverse();
        path
    }
}

/// ln Σ exp, of so many logarithms.
fn log_sum(count: usize, log: impl Fn(usize) -> f64) -> f64 {
    let most = (0..count).map(&log).fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return most;
    }
    most + libm::log((0..count).map(|i| probability(log(i) - most)).sum())
}

/// exp, but 0 for what would not count.
fn probability(log: f64) -> f64 {
    if log > NEGLIGIBLE { libm::exp(log) } else { 0.0 }
}

/// Logarithms of each part of a sum; none where it is 0.
fn logarithms(parts: &[f64]) -> Option<Vec<f64>> {
    let sum: f64 = parts.iter().sum();
    (sum > 0.0).then(|| parts.iter().map(|part| libm::log(part / sum)).collect())
}

/// Mean and variance of each number of these vectors.
fn moments(vectors: &[&[f64]], width: usize) -> [Vec<f64>; 2] {
    let average = |of: &dyn Fn(&[f64]) -> f64| vectors.iter().map(|vector| of(vector)).sum::<f64>() / vectors.len() as f64;
    let means: Vec<f64> = (0..width).map(|i| average(&|vector| vector[i])).collect();
    let variances = (0..width).map(|i| average(&|vector| (vector[i] - means[i]) * (vector[i] - means[i])));
    let variances = variances.collect();
    [means, variances]
}

/// As many means, one after the other, each of the vectors that are closest to it.
fn sorted_means(vectors: &[&[f64]], states: usize, rng: &mut Rng) -> Vec<f64> {
    let far = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
    let mut means: Vec<Vec<f64>> = vec![vectors[rng.below(vectors.len() as u32) as usize].to_vec()];
    while means.len() < states {
        let nearest = |vector: &&[f64]| means.iter().map(|mean| far(vector, mean)).fold(f64::INFINITY, f64::min);
        let distances: Vec<f64> = vectors.iter().map(nearest).collect();
        let mut left = rng.uniform() * distances.iter().sum::<f64>();
        let drawn = distances.iter().position(|distance| {
            left -= distance;
            left < 0.0
        });
        // Where all vectors are means already, any is as good.
        means.push(vectors[drawn.unwrap_or(0)].to_vec());
    }
    for _ in 0..SORTING {
        let mut groups: Vec<Vec<&[f64]>> = vec![vec![]; states];
        for vector in vectors {
            let to = |a: &usize, b: &usize| far(vector, &means[*a]).total_cmp(&far(vector, &means[*b]));
            groups[(0..states).min_by(to).unwrap_or(0)].push(vector);
        }
        for (mean, group) in means.iter_mut().zip(&groups).filter(|(_, group)| !group.is_empty()) {
            *mean = moments(group, mean.len())[0].clone();
        }
    }
    means.concat()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::rng::Stream;

    /// Two states on a line, at 0 and 2.
    fn by_hand() -> HiddenMarkov {
        let logs = |list: &[f64]| list.iter().map(|p| p.ln()).collect::<Vec<_>>();
        HiddenMarkov {
            width: 1,
            start: logs(&[0.75, 0.25]),
            moves: logs(&[0.9, 0.1, 0.2, 0.8]),
            means: vec![0.0, 2.0],
            variances: vec![1.0, 4.0],
        }
    }

    #[test]
    fn a_sequence_is_as_likely_as_all_its_paths_together() {
        let (model, sequence) = (by_hand(), [0.5, 1.5, -1.0]);
        let density = |state: usize, x: f64| {
            let (mean, variance) = (model.means[state], model.variances[state]);
            (-(x - mean) * (x - mean) / (2.0 * variance)).exp() / (std::f64::consts::TAU * variance).sqrt()
        };
        let probability = |path: [usize; 3]| {
            let moves = model.start[path[0]].exp() * path.windows(2).map(|m| model.moves[m[0] * 2 + m[1]].exp()).product::<f64>();
            moves * path.iter().zip(sequence).map(|(state, x)| density(*state, x)).product::<f64>()
        };
        let paths = (0..8).map(|bits| [bits & 1, bits >> 1 & 1, bits >> 2]);
        let all: f64 = paths.clone().map(probability).sum();
        assert!((model.likelihood(&[&sequence]) - all.ln()).abs() < 1e-12);
        let best = paths.max_by(|a, b| probability(*a).total_cmp(&probability(*b))).unwrap();
        assert_eq!(model.path(&sequence), best.map(|state| state as u8));
        // 4 means and variances, 2 rows of moves and a start with one free number each.
        assert!((model.bic(&[&sequence]) - (7.0 * 3f64.ln() - 2.0 * all.ln())).abs() < 1e-9);
        // From both ends it is the same sequence.
        let emissions = model.emissions(&sequence);
        let (forward, backward) = (model.forward(&emissions), model.backward(&emissions));
        for at in 0..3 {
            assert!((log_sum(2, |s| forward[2 * at + s] + backward[2 * at + s]) - all.ln()).abs() < 1e-12);
        }
    }

    /// Sequences of a chain of three states in a plane: their vectors, and where each was.
    fn planted(count: usize, length: usize) -> Vec<(Vec<f64>, Vec<u8>)> {
        let mut rng = Rng::new(5, Stream::Test);
        let (means, moves) = ([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]], [[0.9, 0.1, 0.0], [0.0, 0.8, 0.2], [0.3, 0.0, 0.7]]);
        let mut sequence = || {
            let (mut state, mut vectors, mut path) = (0, vec![], vec![]);
            for _ in 0..length {
                path.push(state as u8);
                vectors.extend(means[state].map(|mean| mean + 0.5 * rng.normal()));
                let mut left = rng.uniform();
                state = moves[state]
                    .iter()
                    .position(|p| {
                        left -= p;
                        left < 0.0
                    })
                    .unwrap_or(state);
            }
            (vectors, path)
        };
        (0..count).map(|_| sequence()).collect()
    }

    #[test]
    fn a_planted_chain_is_found_with_its_number_of_states() {
        let planted = planted(30, 80);
        let sequences: Vec<&[f64]> = planted.iter().map(|(vectors, _)| &vectors[..]).collect();
        let (held_out, fitted) = sequences.split_at(6);
        let bic = |states: usize| {
            let mut rng = Rng::new(1, Stream::Test);
            let fits = (0..3).map(|_| HiddenMarkov::fit(fitted, 2, states, &mut rng));
            fits.map(|model| (model.bic(held_out), model)).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
        };
        let all: Vec<(f64, HiddenMarkov)> = (1..=5).map(bic).collect();
        let (_, model) = all.iter().min_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        assert_eq!(model.states(), 3);
        // Its own numbers for the states: by where they are.
        let at = |x: f64, y: f64| {
            let far = |s: &usize| (model.means[2 * s] - x).powi(2) + (model.means[2 * s + 1] - y).powi(2);
            (0..3).min_by(|a, b| far(a).total_cmp(&far(b))).unwrap()
        };
        let own = [at(0.0, 0.0), at(3.0, 0.0), at(0.0, 4.0)];
        assert!((model.means[2 * own[2] + 1] - 4.0).abs() < 0.1 && (model.variances[2 * own[1]] - 0.25).abs() < 0.05);
        for (from, to, probability) in [(0, 1, 0.1), (1, 1, 0.8), (2, 0, 0.3), (0, 2, 0.0)] {
            let found = model.moves[own[from] * 3 + own[to]].exp();
            assert!((found - probability).abs() < 0.04, "{from} to {to}: {found}");
        }
        let right = planted.iter().map(|(vectors, path)| {
            let found = model.path(vectors);
            path.iter().zip(&found).filter(|(state, found)| own[**state as usize] == **found as usize).count()
        });
        assert!(right.sum::<usize>() > 2390, "of 2400");
    }

    #[test]
    fn no_step_makes_the_data_less_likely_and_what_never_changes_does_no_harm() {
        let planted = planted(6, 50);
        // A third number is always 7, and a fourth is 1e6 in one sequence alone.
        let wide = |(i, (vectors, _)): (usize, &(Vec<f64>, Vec<u8>))| {
            vectors.chunks(2).flat_map(|v| [v[0], v[1], 7.0, if i == 0 { 1e6 } else { 0.0 }]).collect::<Vec<_>>()
        };
        let wide: Vec<Vec<f64>> = planted.iter().enumerate().map(wide).collect();
        let sequences: Vec<&[f64]> = wide.iter().map(Vec::as_slice).collect();
        for states in 1..=6 {
            let mut model = HiddenMarkov::begin(&sequences, 4, states, &mut Rng::new(2, Stream::Test));
            let mut last = f64::NEG_INFINITY;
            for _ in 0..40 {
                let now = model.improve(&sequences);
                assert!(now >= last - 1e-9 * last.abs() && now.is_finite(), "{states} states: from {last} to {now}");
                last = now;
            }
        }
    }

    #[test]
    fn fewer_vectors_than_states_and_vectors_alike_make_a_model_of_numbers() {
        for sequences in [vec![&[1.0, 2.0][..]], vec![&[4.0; 20][..], &[4.0; 8], &[]]] {
            let model = HiddenMarkov::fit(&sequences, 2, 5, &mut Rng::new(3, Stream::Test));
            assert!(model.likelihood(&sequences).is_finite(), "{model:?}");
            assert!(model.means.iter().chain(&model.variances).all(|x| x.is_finite()), "{model:?}");
            assert_eq!(model.path(sequences[0]).len(), sequences[0].len() / 2);
        }
        assert_eq!((by_hand().path(&[]), by_hand().likelihood(&[&[]])), (vec![], 0.0));
    }
}
