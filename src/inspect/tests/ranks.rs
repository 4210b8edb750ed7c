//! Feature ranks of multilayer perceptrons whose weights are known.

use super::*;
use crate::analysis::{Layer, feature_rank};

const UNITS: usize = 16;

/// The ranks of all layers, as an answer has them.
fn ranks(inspector: &mut Inspector, which: Measures, weights: &[f32]) -> Vec<f32> {
    let measure = progress(inspector, which, weights).measures[0];
    let found: Vec<f32> = measure.ranks.into_iter().take_while(|rank| rank.is_finite()).collect();
    assert!(measure.ranks[found.len()..].iter().all(|rank| rank.is_nan()), "{:?}", measure.ranks);
    assert_eq!(found.last().copied().unwrap_or(f32::NAN).to_bits(), measure.last_rank().to_bits());
    found
}

#[test]
fn every_hidden_layer_has_the_rank_of_its_features() {
    for query in ["task=digits&samples=60&train=0.5&layers=3", "task=parity&p=9&k=2&samples=60&train=0.5&layers=3&bias=true"] {
        let (config, _, weights) = trained(&format!("{query}&model=mlp&mlp={UNITS}&initscale=2"), 20);
        let mut inspector = inspector(&config);
        assert_eq!(ranks(&mut inspector, Measures::Usual, &weights), [0f32; 0], "nobody asked");
        let same = ranks(&mut inspector, Measures::Ranks, &weights);
        let param = |name: &str| inspector.params.iter().find(|param| param.name == name).expect("a parameter").clone();
        // Whatever it has learned: the features of layer 0 again, from what all its examples show.
        let data = crate::task::dataset(&config, config.seed.into());
        let shown = data.features.expect("features").of(data.split.train.iter().chain(&data.split.test));
        let first = Layer { w: param("layer0.W").of(&weights), b: param("layer0.b").of(&weights).to_vec() };
        let inputs = first.w.len() / UNITS;
        let unit = |x: &[f32], j: usize| (0..inputs).fold(first.b[j], |sum, i| sum + x[i] * first.w[i * UNITS + j]).max(0.0);
        let features: Vec<f32> = shown.chunks_exact(inputs).flat_map(|x| (0..UNITS).map(move |j| unit(x, j))).collect();
        assert_eq!((same.len(), same[0]), (3, feature_rank(&features, [60, UNITS])), "{query}: {same:?}");
        assert!(same.iter().all(|rank| (2.0..=16.0).contains(rank)), "{query}: {same:?}");

        // Every unit of layer 1 from the sixth on is a copy of one before; of layer 2 all units but three are dead.
        let mut made = weights.clone();
        let (w, b) = (param("layer1.W"), param("layer1.b"));
        for (row, param) in (0..UNITS).map(|row| (row, &w)).chain([(0, &b)]) {
            let units = &mut made[param.offset + row * UNITS..][..UNITS];
            (5..UNITS).for_each(|unit| units[unit] = units[unit % 5]);
        }
        let b = param("layer2.b");
        made[b.offset + 3..b.offset + UNITS].fill(-1e6);
        // What is above 0 whatever the example loses no dimension to the ReLU.
        let positive = param("layer1.b");
        made[positive.offset..][..UNITS].fill(100.0);
        made[b.offset..b.offset + 3].fill(1e4);
        assert_eq!(ranks(&mut inspector, Measures::Ranks, &made), [same[0], 5.0, 3.0], "{query}");
    }
}

#[test]
fn only_a_multilayer_perceptron_has_feature_ranks() {
    let (config, _, weights) = trained(SMALL, 0);
    assert_eq!(ranks(&mut inspector(&config), Measures::Ranks, &weights), [0f32; 0]);
    let (config, _, weights) = trained("task=majority&p=9&samples=60&model=diagonal&wd=0", 0);
    assert_eq!(ranks(&mut inspector(&config), Measures::Ranks, &weights), [0f32; 0]);
    // As many layers as there may be, and pairs instead of features.
    let (config, _, weights) = trained("p=11&model=mlp&layers=12&mlp=16&init=torch&initscale=2", 3);
    let found = ranks(&mut inspector(&config), Measures::Ranks, &weights);
    assert!(found.len() == 12 && found.iter().all(|rank| (1.0..=16.0).contains(rank)), "{found:?}");
}
