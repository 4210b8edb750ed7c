//! Known answers: a quadratic network for x + y mod p whose weights are written down (Gromov 2023, equations 7 to 12).

use super::{Basis, Cycle, Waves, fits, inverse_participation, keys, score};
use core::f64::consts::TAU;

const P: usize = 23;
/// Phases φ¹ and φ² of each frequency's neurons go around in so many steps: enough for all other terms to cancel.
const STEPS: usize = 5;

/// W⁽¹⁾ₖ(x, y) = cos(2πkx/p + φ¹), cos(2πky/p + φ²); W⁽²⁾ₖ(c) = cos(2πkc/p + φ¹ + φ²), for each frequency of a list.
struct Analytic {
    frequencies: Vec<usize>,
    /// `[neurons, p]` for each operand, then for the answer.
    weights: [Vec<f32>; 3],
}

impl Analytic {
    fn new(frequencies: &[usize]) -> Self {
        let phases = || (0..STEPS * STEPS).map(|i| [i / STEPS, i % STEPS].map(|step| step as f64 / STEPS as f64));
        let mut weights = [vec![], vec![], vec![]];
        for (k, [a, b]) in frequencies.iter().flat_map(|k| phases().map(move |phases| (k, phases))) {
            for (weights, phase) in weights.iter_mut().zip([a, b, a + b]) {
                weights.extend((0..P).map(|x| libm::cos(TAU * ((k * x % P) as f64 / P as f64 + phase)) as f32));
            }
        }
        let frequencies = frequencies.iter().flat_map(|k| [*k; STEPS * STEPS]).collect();
        Analytic { frequencies, weights }
    }

    fn activation(&self, pair: usize, neuron: usize) -> f32 {
        let [first, second, _] = &self.weights;
        let sum = first[neuron * P + pair / P] + second[neuron * P + pair % P];
        sum * sum
    }

    /// Logits of all pairs from some of the neurons.
    fn logits(&self, included: impl Fn(usize) -> bool) -> Vec<f32> {
        let mut logits = vec![0.0; P * P * P];
        for (pair, row) in logits.chunks_exact_mut(P).enumerate() {
            for neuron in (0..self.frequencies.len()).filter(|neuron| included(*neuron)) {
                let h = self.activation(pair, neuron);
                row.iter_mut().zip(&self.weights[2][neuron * P..]).for_each(|(z, w)| *z += h * w);
            }
        }
        logits
    }
}

fn accuracy(logits: &[f32]) -> f32 {
    let fill = |pair: usize, row: &mut [f32]| {
        row.copy_from_slice(&logits[pair * P..][..P]);
        ((pair / P + pair % P) % P) as u32
    };
    score(P * P, P, fill).accuracy
}

#[test]
fn every_weight_vector_has_exactly_its_frequency() {
    let (network, basis) = (Analytic::new(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), Basis::new(P));
    for weights in &network.weights {
        for (row, k) in weights.chunks_exact(P).zip(&network.frequencies) {
            let spectrum = basis.spectrum(row, 1);
            assert!((inverse_participation(&spectrum) - 1.0).abs() < 1e-5, "{spectrum:?}");
            assert!(spectrum[*k] > 0.99 * super::norm(row), "{k}: {spectrum:?}");
        }
    }
    assert_eq!(accuracy(&network.logits(|_| true)), 1.0);
}

#[test]
fn neurons_are_given_the_frequencies_that_were_written_down() {
    let network = Analytic::new(&[2, 5, 9]);
    let fits = fits(&Basis::new(P), network.frequencies.len(), |pair, neuron| network.activation(pair, neuron));
    assert_eq!(keys(&fits, 0.0), [2, 5, 9]);
    for (fit, k) in fits.iter().zip(&network.frequencies) {
        // (cos + cos)²: the product has variance 1, the two squares ⅛ each, at twice the frequency.
        assert!(fit.frequency == *k && (fit.fraction - 0.8).abs() < 1e-3, "{fit:?}, written with {k}");
    }
}

#[test]
fn switching_off_the_only_frequency_leaves_chance() {
    let network = Analytic::new(&[4]);
    let logits = network.logits(|_| true);
    assert_eq!(accuracy(&logits), 1.0);
    let silent = accuracy(&network.logits(|neuron| network.frequencies[neuron] != 4));
    assert!((silent - 1.0 / P as f32).abs() < 1e-6, "{silent}");

    let table: Vec<_> = (0..P * P).map(|pair| Some(((pair / P + pair % P) % P) as u32)).collect();
    let (basis, cycle) = (Basis::new(P), Cycle::of(&table, P));
    let row = |pair: usize| &logits[pair * P..][..P];
    let waves = Waves::of(row, &basis, &cycle).expect("a cycle");
    let all: Vec<usize> = (0..P * P).collect();
    assert_eq!(waves.restricted(&[4]).accuracy, 1.0);
    let excluded = waves.excluded(&[4], row, &all);
    assert!((excluded.loss - (P as f32).ln()).abs() < 0.01, "{excluded:?}");
}
