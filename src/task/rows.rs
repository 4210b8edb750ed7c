//! Tasks whose examples are rows of numbers instead of pairs: a parity with too many inputs for a table, a sum among bits
//! that say nothing, and points around centres, of which some are rare.

use super::dataset::{Equation, Features, train_count};
use super::{Operation, Size, Task};
use crate::builds::{drawn, words};
use crate::config::{Config, MAX_P};
use crate::rng::{Rng, Stream};

/// What takes the place of pairs.
pub struct Rows {
    /// Makes a row of a valid configuration, and returns its class.
    pub(super) row: fn(&Config, Place, &mut Rng, &mut [f32]) -> u32,
    /// How many classes there are.
    pub classes: fn(&Config) -> u32,
    /// The least and the largest `k` that go with so many numbers in a row.
    pub k: fn(u32) -> [u32; 2],
    /// Whether the first rows are those for training, because they are drawn differently.
    pub in_order: bool,
}

/// Which row is made.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Its number among all.
    pub index: u32,
    /// Its number among those for training, or among those for the test.
    number: u32,
    /// Whether it is for training; only where rows come in order.
    training: bool,
}

impl Rows {
    /// All rows of a valid configuration's run with this seed, and their classes.
    pub(super) fn examples(&self, config: &Config, seed: u64) -> (Features, Vec<Equation>) {
        let mut rng = Rng::new(seed, Stream::Inputs);
        let width = Operation::of(config).size().row(config);
        let mut values = vec![0.0; config.samples as usize * width];
        let train = train_count(config.samples as usize, config.train) as u32;
        let rows = (0..).zip(values.chunks_exact_mut(width)).map(|(x, row)| {
            let training = x < train;
            let place = Place { index: x, number: if training { x } else { x - train }, training };
            Equation { x, y: 0, c: (self.row)(config, place, &mut rng, row) }
        });
        let equations = rows.collect();
        (Features { width, values }, equations)
    }
}

/// The product of the first k of n random signs (Merrill et al. 2023, section 3).
pub static PARITY: Task = Task {
    id: "parity",
    label: "Sparse parity",
    about: words(
        "Whether an even number of the first k bits is on; the other bits say nothing. Here rows of bits take the place of pairs, and the network is an MLP.",
    ),
    size: Size::Bits,
    apply: None,
    rows: Some(Rows {
        row: drawn(
            |config, _, rng, row| {
                row.fill_with(|| if rng.bits() >> 31 == 0 { 1.0 } else { -1.0 });
                u32::from(row[..config.k as usize].iter().filter(|sign| **sign < 0.0).count() % 2 == 0)
            },
            |_, _, _, _| 0,
        ),
        classes: |_| 2,
        k: |p| [1, p],
        in_order: false,
    }),
    chain: None,
};

/// x + y mod k, both one-hot, and p − 2k random bits behind them (Miller et al. 2023).
pub static HIDDEN_SUM: Task = Task {
    id: "hidden-sum",
    label: "Sum among random bits",
    about: words(
        "Add as on a clock with k hours; behind the bits of the two numbers come others that say nothing. Here rows of bits take the place of pairs, and the network is an MLP.",
    ),
    size: Size::Padded,
    apply: None,
    rows: Some(Rows {
        row: drawn(
            |config, _, rng, row| {
                let k = config.k;
                let [x, y] = [rng.below(k), rng.below(k)];
                row.fill_with(|| (rng.bits() >> 31) as f32);
                row[..2 * k as usize].fill(0.0);
                (row[x as usize], row[(k + y) as usize]) = (1.0, 1.0);
                (x + y) % k
            },
            |_, _, _, _| 0,
        ),
        classes: |config| config.k,
        k: |p| [2, p / 2],
        in_order: false,
    }),
    chain: None,
};

/// k classes, each of two groups of points, of which one is rare in training and as frequent as the other in the test
/// (Carvalho et al. 2025). Point = e_g + spread · N(0, 1)ᵖ in group g: every centre is √2 away from every other.
pub static SUBCLASSES: Task = Task {
    id: "subclasses",
    label: "Class with a rare half",
    about: words(
        "Each class is two clouds of points, and training shows few points of the second; the test asks for both alike. Here rows of numbers take the place of pairs, and the network is an MLP.",
    ),
    size: Size::Points,
    apply: None,
    rows: Some(Rows {
        row: drawn(
            |config, place, rng, row| {
                let class = place.number % config.k;
                let rare = is_rare(place.number / config.k, if place.training { config.rare } else { 1.0 });
                row.fill_with(|| (config.spread * rng.normal()) as f32);
                row[(2 * class + u32::from(rare)) as usize] += 1.0;
                class
            },
            |_, _, _, _| 0,
        ),
        classes: |config| config.k,
        k: |p| [2, p / 2],
        in_order: true,
    }),
    chain: None,
};

/// What most of the first k of n random signs are; negative if as many are (Lyu et al. 2023: the sum of three).
pub static MAJORITY: Task = Task {
    id: "majority",
    label: words("Majority"),
    about: words(
        "Whether most of the first k bits are on; the other bits say nothing. Here rows of bits take the place of pairs, and the network is an MLP or linear.",
    ),
    size: Size::Bits,
    apply: None,
    rows: Some(Rows {
        row: drawn(
            |config, _, rng, row| {
                row.fill_with(|| if rng.bits() >> 31 == 0 { 1.0 } else { -1.0 });
                u32::from(row[..config.k as usize].iter().sum::<f32>() > 0.0)
            },
            |_, _, _, _| 0,
        ),
        classes: |_| 2,
        k: |p| [1, p],
        in_order: false,
    }),
    chain: None,
};

/// The two sides of a plane with a margin (Lyu et al. 2023): point = s z ± w for z ~ N(0, 1)ᵖ, a spread s and the plane's normal w of
/// length 1, which is the same in the first k coordinates and 0 in the others; the sign, and the class, is that of z · w.
pub static SIDES: Task = Task {
    id: "sides",
    label: words("Two sides of a plane"),
    about: words(
        "On which side of a plane a point is, from which all points keep a distance of 1; the first k coordinates tell, all alike. Here rows of numbers take the place of pairs, and the network is an MLP or linear.",
    ),
    size: Size::Sides,
    apply: None,
    rows: Some(Rows {
        row: drawn(
            |config, _, rng, row| {
                row.fill_with(|| rng.normal() as f32);
                let telling = config.k as usize;
                let above = row[..telling].iter().sum::<f32>() > 0.0;
                row.iter_mut().for_each(|number| *number *= config.spread as f32);
                let step = 1.0 / (telling as f32).sqrt();
                row[..telling].iter_mut().for_each(|number| *number += if above { step } else { -step });
                u32::from(above)
            },
            |_, _, _, _| 0,
        ),
        classes: |_| 2,
        k: |p| [1, p],
        in_order: false,
    }),
    chain: None,
};

/// k classes, each a cloud of points, and each f times as frequent as the one before it, in training and in the test alike: tokens
/// whose frequencies are skewed, for the toy of Li et al. 2025. Point = e_c + spread · N(0, 1)ᵖ in class c.
pub static RARER_CLASSES: Task = Task {
    id: "rarer-classes",
    label: words("Ever rarer classes"),
    about: words(
        "Each class is a cloud of points, and each is rarer than the one before. Here rows of numbers take the place of pairs, and the network is an MLP.",
    ),
    size: Size::Clouds,
    apply: None,
    rows: Some(Rows {
        row: drawn(
            |config, place, rng, row| {
                let train = train_count(config.samples as usize, config.train) as u32;
                let all = if place.training { train } else { config.samples - train };
                let class = class_at((f64::from(place.number) + 0.5) / f64::from(all), config.rare, config.k);
                row.fill_with(|| (config.spread * rng.normal()) as f32);
                row[class as usize] += 1.0;
                class
            },
            |_, _, _, _| 0,
        ),
        classes: |config| config.k,
        k: |p| [2, p],
        in_order: true,
    }),
    chain: None,
};

/// Keys, which are points z ~ N(0, 1)ᵖ, each with one of k values by lot: nothing follows from anything (Zucchet et al. 2025, the memory
/// that forgets).
pub static MEMORY: Task = Task {
    id: "memory",
    label: words("Keys and values"),
    about: words(
        "Each key is a random point with p coordinates, and has one of k values by lot. Nothing follows from anything, so all have to be memorised one by one. The network is an MLP or linear.",
    ),
    size: Size::Keys,
    apply: None,
    rows: Some(Rows {
        row: drawn(
            |config, _, rng, row| {
                row.fill_with(|| rng.normal() as f32);
                rng.below(config.k)
            },
            |_, _, _, _| 0,
        ),
        classes: |config| config.k,
        k: |_| [2, MAX_P],
        in_order: false,
    }),
    chain: None,
};

/// The class at this fraction of all points, when those of a class follow those of the one before it and there are f times as many.
fn class_at(fraction: f64, f: f64, k: u32) -> u32 {
    let (mut count, mut sum) = (1.0, 0.0);
    let ends: Vec<f64> = (0..k)
        .map(|_| {
            sum += count;
            count *= f;
            sum
        })
        .collect();
    ends.iter().position(|end| fraction * sum < *end).map_or(k - 1, |class| class as u32)
}

/// Whether the point with this number in its class is of the rare group: ⌈fG/(1 + f)⌉ of the first G are, whatever G is.
fn is_rare(number: u32, f: f64) -> bool {
    let rare = |count: u32| (f64::from(count) * f / (1.0 + f)).ceil();
    rare(number + 1) > rare(number)
}
