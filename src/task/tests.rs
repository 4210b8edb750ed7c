//! Every task against brute force, and what a split keeps.

use super::*;
use crate::config::Pairing;
use crate::settings::from_query;

fn configured(task: &str, p: u32) -> Config {
    Config { task: task.into(), p, ..Config::standard() }
}

fn full(task: &str, p: u32) -> Vec<Equation> {
    table(&configured(task, p), 0)
}

#[test]
fn every_result_satisfies_its_defining_equation() {
    let holds = |id: &str, law: fn(u64, u64, u64) -> (u64, u64)| {
        for p in [5u32, 6, 23, 91, 97] {
            for e in full(id, p) {
                let (left, right) = law(e.x.into(), e.y.into(), e.c.into());
                assert_eq!(left % u64::from(p), right % u64::from(p), "{id} mod {p}: {e:?}");
                assert!(e.c < p);
            }
        }
    };
    holds("x+y", |x, y, c| (x + y, c));
    holds("x-y", |x, y, c| (x, y + c));
    holds("x*y", |x, y, c| (x * y, c));
    holds("x/y", |x, y, c| (x, y * c));
    holds("x/y-or-x-y", |x, y, c| if y % 2 == 1 { (x, y * c) } else { (x, y + c) });
    holds("x^2+y^2", |x, y, c| (x * x + y * y, c));
    holds("x^2+xy+y^2", |x, y, c| (x * x + x * y + y * y, c));
    holds("x^2+xy+y^2+x", |x, y, c| (x * x + x * y + y * y + x, c));
    holds("x^3+xy", |x, y, c| (x * x * x + x * y, c));
    holds("x^3+xy^2+y", |x, y, c| (x * x * x + x * y * y + y, c));
}

#[test]
fn plain_sums_keep_all_of_it() {
    for p in [5, 10, 199] {
        let table = full("plain-sum", p);
        assert!(table.len() as u32 == p * p && table.iter().all(|e| e.c == e.x + e.y));
        let config = configured("plain-sum", p);
        let most = table.iter().map(|e| e.c + 1).max();
        assert_eq!(Some(Operation::of(&config).classes(&config)), most);
    }
}

/// All permutations of 0 … n − 1 in lexicographic order, by counting in base n.
fn permutations(n: usize) -> Vec<Vec<usize>> {
    let words = (0..n.pow(n as u32)).map(|code| (0..n).rev().map(|k| code / n.pow(k as u32) % n).collect::<Vec<_>>());
    words.filter(|word| (0..n).all(|k| word.contains(&k))).collect()
}

#[test]
fn permutation_groups_match_composition_of_maps() {
    let check = |id: &str, elements: &[Vec<usize>], law: fn(&[usize], &[usize], usize) -> usize| {
        let table = full(id, 97);
        assert_eq!(table.len(), elements.len() * elements.len(), "{id}");
        for e in &table {
            let [x, y, c] = [e.x, e.y, e.c].map(|k| &elements[k as usize]);
            assert!((0..x.len()).all(|k| c[k] == law(x, y, k)), "{id}: {e:?}");
        }
    };
    let even =
        |x: &Vec<usize>| (0..x.len()).flat_map(|i| (0..i).map(move |j| (i, j))).filter(|&(i, j)| x[j] > x[i]).count() % 2 == 0;
    let s5 = permutations(5);
    let product = |x: &[usize], y: &[usize], k| y[x[k]];
    check("s3", &permutations(3), product);
    check("s4", &permutations(4), product);
    check("s5", &s5, product);
    check("a5", &s5.iter().filter(|x| even(x)).cloned().collect::<Vec<_>>(), product);
    check("s5-conjugate", &s5, |x, y, k| {
        let back = |image| x.iter().position(|&i| i == image).expect("a permutation");
        back(y[x[k]])
    });
    check("s5-sandwich", &s5, |x, y, k| x[y[x[k]]]);
}

#[test]
fn a_dihedral_group_moves_the_corners_of_a_polygon() {
    let n = 7;
    // Element k turns, n + k mirrors and then turns.
    let corner = |element: u32, at: u32| (if element < n { at } else { (n - at) % n } + element % n) % n;
    let table = full("dihedral", n);
    assert_eq!(table.len() as u32, 4 * n * n);
    assert!(table.iter().all(|e| (0..n).all(|at| corner(e.y, corner(e.x, at)) == corner(e.c, at))));
}

#[test]
fn exactly_these_operations_commute() {
    let commuting = |p| TASKS.iter().map(|t| t.id).filter(move |id| Operation::parse(id).unwrap().commutes(&configured(id, p)));
    let all = ["x+y", "x*y", "x^2+y^2", "x^2+xy+y^2", "plain-sum"];
    assert_eq!(commuting(5).collect::<Vec<_>>(), all);
    assert_eq!(commuting(97).collect::<Vec<_>>(), all);
    assert!(Operation::parse("(x+y)^3").unwrap().commutes(&configured("", 31)));
}

#[test]
fn domains_have_the_sizes_of_the_papers() {
    for (id, p, size) in [
        ("x+y", 97, 9409),
        ("x/y", 97, 9312),
        ("x/y-or-x-y", 97, 9409),
        ("s5-conjugate", 97, 14_400),
        ("x/y", 91, 91 * 72),
        ("(x-y)/(x+y)", 97, 97 * 96),
    ] {
        assert_eq!(full(id, p).len(), size, "{id} mod {p}");
    }
    assert_eq!(train_count(113 * 113, 0.3), 3830);
}

#[test]
fn a_typed_formula_is_the_listed_task() {
    for id in ["x+y", "x-y", "x*y", "x/y", "x^2+y^2", "x^2+xy+y^2", "x^2+xy+y^2+x", "x^3+xy", "x^3+xy^2+y"] {
        assert_eq!(full(&format!("({id})"), 31), full(id, 31), "{id}");
    }
}

#[test]
fn spaces_of_a_decoded_link_are_signs_of_addition() {
    for (text, tidy) in [("x y", "x+y"), ("x + y", "x+y"), (" x^2 y^2 ", "x^2+y^2"), ("x * (y - 1)", "x*(y-1)"), ("s5", "s5")] {
        assert_eq!(super::tidy(text), tidy);
    }
}

#[test]
fn a_random_table_has_no_rule_and_repeats() {
    let config = configured("random", 31);
    let random = table(&config, 3);
    assert_eq!(random, table(&config, 3));
    assert_ne!(random, table(&config, 4));
    let different: std::collections::HashSet<u32> = random.iter().map(|e| e.c).collect();
    assert_eq!((random.len(), different.len()), (961, 31));
}

#[test]
fn changed_cells_are_in_the_table_and_outside_ones_are_not() {
    let config = Config { cells: "3.4.0_3.4.9_1.0.2_50.0.1_0.0.50".into(), ..configured("x/y", 23) };
    let changed: Vec<Equation> = table(&config, 0);
    let plain = full("x/y", 23);
    let at = |table: &[Equation], x, y| table.iter().find(|e| (e.x, e.y) == (x, y)).map(|e| e.c);
    assert_eq!((at(&plain, 3, 4), at(&changed, 3, 4)), (Some(18), Some(9)));
    assert_eq!((at(&plain, 1, 0), at(&changed, 1, 0)), (None, Some(2)));
    assert_eq!((changed.len(), at(&changed, 0, 0)), (plain.len() + 1, None));
}

#[test]
fn a_split_partitions_the_table() {
    let config = Config { train: 0.4, ..configured("x-y", 23) };
    let Split { train, test, .. } = dataset(&config, 7).split;
    assert_eq!(train.len(), 211);
    let mut all = [train, test].concat();
    all.sort_by_key(|e| (e.x, e.y));
    assert_eq!(all, full("x-y", 23));
}

#[test]
fn splits_differ_by_seed_and_never_change() {
    let config = Config { train: 0.4, ..configured("x+y", 23) };
    assert_eq!(dataset(&config, 1), dataset(&config, 1));
    assert_ne!(dataset(&config, 1), dataset(&config, 2));
    let first: Vec<_> = dataset(&config, 0).split.train[..5].iter().map(|e| (e.x, e.y)).collect();
    // A changed number here changes every published link: do not update it lightly.
    assert_eq!(first, [(0, 2), (0, 3), (0, 5), (0, 9), (0, 11)]);
}

#[test]
fn mirror_images_stay_together_or_do_not_exist() {
    let config = Config { split: Pairing::Mirrored, train: 0.4, ..configured("x-y", 23) };
    for seed in 0..20 {
        let Split { train, test, .. } = dataset(&config, seed).split;
        assert!((211..=212).contains(&train.len()) && train.len() + test.len() == 529);
        assert!(train.iter().all(|e| train.iter().any(|m| (m.x, m.y) == (e.y, e.x))));
    }
    let Split { train, test, .. } = dataset(&Config { split: Pairing::Ordered, ..config }, 0).split;
    assert_eq!(train.len() + test.len(), 23 * 24 / 2);
    assert!(train.iter().chain(&test).all(|e| e.x <= e.y));
}

#[test]
fn wrong_labels_are_the_fraction_asked_for_and_only_in_training() {
    let clean = configured("x+y", 97);
    let noisy = Config { noise: 0.3, ..clean.clone() };
    let (clean, noisy) = (dataset(&clean, 5).split, dataset(&noisy, 5).split);
    assert_eq!(clean.test, noisy.test);
    let wrong = clean.train.iter().zip(&noisy.train).filter(|(a, b)| a != b).count() as f64;
    // One in 97 drawn labels is right by chance.
    let expected = 0.3 * clean.train.len() as f64 * 96.0 / 97.0;
    assert!((wrong - expected).abs() < 4.0 * (expected / 97.0).sqrt(), "{wrong} of {expected}");
}

#[test]
fn keys_are_normal_and_their_values_are_drawn_by_lot() {
    let (config, problems) = from_query("task=memory&p=10&k=5&samples=4000&train=0.5&model=mlp");
    assert_eq!(problems, []);
    let data = dataset(&config, 1);
    let keys = data.features.as_ref().expect("keys");
    assert_eq!((keys.width, keys.values.len(), data.classes), (10, 40_000, 5));
    let mean = |power: i32| keys.values.iter().map(|z| f64::from(*z).powi(power)).sum::<f64>() / 40_000.0;
    assert!(mean(1).abs() < 0.03 && (mean(2) - 1.0).abs() < 0.03 && (mean(4) - 3.0).abs() < 0.2, "{:?}", [1, 2, 4].map(mean));
    let all = || data.split.train.iter().chain(&data.split.test);
    let mut inputs: Vec<u32> = all().map(|e| e.x).collect();
    inputs.sort_unstable();
    assert!(inputs.into_iter().eq(0..4000), "every key is asked for once");
    for value in 0..5 {
        let of: Vec<u32> = all().filter(|e| e.c == value).map(|e| e.x).collect();
        assert!((700..900).contains(&of.len()), "{} keys with value {value}", of.len());
        // No coordinate tells of the value.
        for place in 0..10 {
            let mean = of.iter().map(|x| f64::from(keys.row(*x)[place])).sum::<f64>() / of.len() as f64;
            assert!(mean.abs() < 0.15, "value {value}, coordinate {place}: {mean}");
        }
    }
    assert_ne!(dataset(&config, 2).features, data.features);
}

#[test]
fn training_and_test_change_places_and_what_is_always_given_stays() {
    for query in [
        "task=x+y&p=13&train=0.3&subset=0.5",
        "task=memory&p=10&k=5&samples=60&train=0.5&model=mlp",
        "task=digit-sum&p=5&k=2&samples=90",
    ] {
        let (config, problems) = from_query(query);
        assert_eq!(problems, []);
        let (one, other) = (dataset(&config, 1).split, dataset(&Config { swap: true, ..config.clone() }, 1).split);
        assert_eq!((one.train, one.test), (other.test, other.train), "{query}");
    }
    let (config, _) = from_query("task=two-hops&p=12&k=4&samples=80&train=0.5&seed=1");
    let (one, other) = (dataset(&config, 1).split, dataset(&Config { swap: true, ..config }, 1).split);
    let facts = 12 * 4;
    assert_eq!((&one.train[facts..], &other.test[..]), (&other.test[..], &one.train[facts..]));
    assert_eq!((&other.train[facts..], &one.train[..facts], &one.apart), (&one.test[..], &other.train[..facts], &other.apart));
}

#[test]
fn a_fraction_in_use_is_nested_and_the_rest_is_tested() {
    let at = |subset| dataset(&Config { subset, noise: 0.2, ..configured("x+y", 31) }, 2).split;
    let (all, half, few) = (at(1.0), at(0.5), at(0.1));
    assert_eq!((all.train.len(), half.train.len(), few.train.len()), (384, 192, 38));
    assert!(few.train.iter().all(|e| half.train.contains(e)) && half.train.iter().all(|e| all.train.contains(e)));
    assert_eq!(few.train.len() + few.test.len(), 961);
}

#[test]
fn sparse_parity_depends_on_its_bits_only() {
    let config = Config { p: 40, k: 3, samples: 1100, train: 0.91, ..configured("parity", 40) };
    let data = dataset(&config, 1);
    let features = data.features.expect("inputs of bits");
    assert_eq!((features.width, features.values.len(), data.classes), (40, 44_000, 2));
    assert_eq!((data.split.train.len(), data.split.test.len()), (1001, 99));
    for e in data.split.train.iter().chain(&data.split.test) {
        let row = &features.values[e.x as usize * 40..][..40];
        assert_eq!(features.row(e.x), row);
        assert_eq!(e.c == 1, row[0] * row[1] * row[2] > 0.0);
    }
    let ones = features.values.iter().filter(|sign| **sign > 0.0).count();
    assert!((21_400..22_600).contains(&ones), "{ones} of 44000 signs are positive");
}

#[test]
fn a_majority_is_that_of_its_bits() {
    for (k, even) in [(3, false), (4, true), (40, true)] {
        let config = Config { k, samples: 1000, ..configured("majority", 40) };
        let data = dataset(&config, 1);
        let features = data.features.expect("rows of bits");
        let sum = |e: &Equation| features.row(e.x)[..k as usize].iter().sum::<f32>();
        let all = [data.split.train, data.split.test].concat();
        assert!(all.iter().all(|e| (e.c == 1) == (sum(e) > 0.0)) && features.values.iter().all(|bit| bit.abs() == 1.0));
        assert_eq!((data.classes, all.iter().any(|e| sum(e) == 0.0)), (2, even), "{k} bits");
    }
}

#[test]
fn two_sides_of_a_plane_keep_their_distance() {
    for (k, spread) in [(1, 0.5), (3, 0.0), (50, 0.4)] {
        let config = Config { k, samples: 1000, spread, ..configured("sides", 50) };
        let data = dataset(&config, 1);
        let features = data.features.expect("points");
        // How far a point is from the plane on the side of its class.
        let distance = |e: &Equation| {
            let along = features.row(e.x)[..k as usize].iter().sum::<f32>() / (k as f32).sqrt();
            if e.c == 1 { along } else { -along }
        };
        let distances: Vec<f32> = data.split.train.iter().chain(&data.split.test).map(distance).collect();
        assert_eq!((distances.len(), data.classes), (1000, 2));
        assert!(distances.iter().all(|distance| *distance > 0.9999), "{k} coordinates");
        // 1 and the mean of |N(0, s²)|.
        let mean = f64::from(distances.iter().sum::<f32>()) / 1000.0;
        assert!((mean - 1.0 - 0.798 * spread).abs() < 0.03, "{mean} at a spread of {spread}");
    }
}

#[test]
fn a_hidden_sum_depends_on_the_bits_of_its_pair() {
    let config = Config { p: 24, k: 7, samples: 800, train: 0.75, ..configured("hidden-sum", 24) };
    let data = dataset(&config, 1);
    let features = data.features.expect("rows of bits");
    let Split { train, test, .. } = &data.split;
    assert_eq!((train.len(), test.len(), data.classes, features.width), (600, 200, 7, 24));
    for e in train.iter().chain(test) {
        let row = features.row(e.x);
        let one = |bits: &[f32]| bits.iter().position(|bit| *bit == 1.0).expect("a one");
        assert!(row[..14].iter().sum::<f32>() == 2.0 && row.iter().all(|bit| [0.0, 1.0].contains(bit)));
        assert_eq!((one(&row[..7]) + one(&row[7..14])) as u32 % 7, e.c);
    }
    let ones = (0..800).flat_map(|x| &features.row(x)[14..]).sum::<f32>();
    assert!((3_800.0..4_200.0).contains(&ones), "{ones} of 8000 random bits are on");
}

#[test]
fn a_rare_half_is_rare_in_training_only() {
    let plain = Config { p: 20, k: 4, samples: 2000, train: 0.3, spread: 0.1, ..configured("subclasses", 20) };
    for (rare, few) in [(0.0, 0), (0.05, 8), (0.2, 25), (1.0, 75)] {
        let config = Config { rare, ..plain.clone() };
        let data = dataset(&config, 3);
        let features = data.features.expect("points");
        // The centre that is nearest.
        let group = |e: &Equation| {
            let row = features.row(e.x);
            (0..8).max_by(|&a, &b| row[a as usize].total_cmp(&row[b as usize])).expect("eight groups")
        };
        let count = |list: &[Equation], wanted| list.iter().filter(|e| group(e) == wanted).count();
        let Split { train, test, .. } = &data.split;
        assert_eq!((train.len(), test.len(), data.classes), (600, 1400, 4));
        assert!(train.iter().chain(test).all(|e| e.c == group(e) / 2));
        for class in 0..4 {
            // 150 points a class: ⌈150 f/(1 + f)⌉ of them are of the rare half.
            assert_eq!([count(train, 2 * class), count(train, 2 * class + 1)], [150 - few, few], "f = {rare}");
            assert_eq!([count(test, 2 * class), count(test, 2 * class + 1)], [175, 175]);
        }
    }
    let data = dataset(&Config { spread: 0.0, ..plain.clone() }, 3);
    let features = data.features.expect("points");
    let squared = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
    let distances: Vec<f32> = (0..2000).map(|x| squared(features.row(0), features.row(x))).collect();
    assert!(distances.iter().all(|d| *d == 0.0 || *d == 2.0), "every centre is √2 away from every other");
    assert_ne!(dataset(&plain, 3), dataset(&plain, 4));
}

#[test]
fn every_class_is_so_much_rarer_than_the_one_before() {
    let plain = Config { p: 6, k: 4, samples: 600, train: 0.5, spread: 0.05, ..configured("rarer-classes", 6) };
    // 300 points in the ratio 8 : 4 : 2 : 1, of one class alone, and of all alike.
    for (rare, counts) in [(0.5, [160, 80, 40, 20]), (0.0, [300, 0, 0, 0]), (1.0, [75, 75, 75, 75])] {
        let data = dataset(&Config { rare, ..plain.clone() }, 1);
        let features = data.features.expect("points");
        for list in [&data.split.train, &data.split.test] {
            assert_eq!([0, 1, 2, 3].map(|class| list.iter().filter(|e| e.c == class).count()), counts, "f = {rare}");
            for e in list {
                let row = features.row(e.x);
                let nearest = (0..6).max_by(|&a, &b| row[a as usize].total_cmp(&row[b as usize]));
                assert_eq!(nearest, Some(e.c));
            }
        }
    }
    assert_ne!(dataset(&plain, 3), dataset(&plain, 4));
}

#[test]
fn points_spread_as_they_are_told() {
    let config = Config { p: 50, k: 2, samples: 1000, spread: 0.3, ..configured("subclasses", 50) };
    let features = dataset(&config, 0).features.expect("points");
    let beyond = (0..1000).flat_map(|x| &features.row(x)[4..]);
    let squares: f64 = beyond.map(|value| f64::from(*value).powi(2)).sum();
    assert!((squares / 46_000.0 - 0.09).abs() < 0.003, "{}", squares / 46_000.0);
}

#[test]
fn primes() {
    let primes: Vec<u32> = (0..30).filter(|&n| is_prime(n)).collect();
    assert_eq!(primes, [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
}

#[test]
fn inverses() {
    for n in [5u32, 6, 91, 97] {
        for y in 0..n {
            let found: Vec<u32> = (0..n).filter(|c| c * y % n == 1).collect();
            assert_eq!(arithmetic::inverse(y, n), found.first().copied(), "1 / {y} mod {n}");
        }
    }
}
