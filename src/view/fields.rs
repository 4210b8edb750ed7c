//! Where each setting is shown. A key that is not listed here appears in the drawer.

use crate::config::{Config, Filter, Model, Optimizer};
use crate::language::{local, translate};
use crate::number;
use crate::settings::{KEYS, Key, Kind};
use crate::task::{self, Operation, Size, TASKS, Task};
use crate::tr;

/// Keys of the first row, in order.
pub static PRIMARY: &[&str] = &["task", "p", "lr", "seed"];
/// Keys in the bar beside the buttons, in order.
pub static BAR: &[&str] = &["speed", "train", "wd"];
/// Keys with a line below that says what their value means.
pub static HINTED: &[&str] = &["task", "p", "seed"];
/// Keys that say how a page shows the lab, or repeat a run exactly; they have no control. Cells are changed in the table
/// of the look inside.
static SILENT: &[&str] = &[
    "cells",
    "at",
    "sweep",
    "workers",
    "tiles",
    "experiment",
    "autoplay",
    "hide",
    "layout",
    "tour",
    "theme",
    "axis",
    "readonly",
    "allow",
];
/// Groups of the drawer, in order; keys without a group go into the last.
static GROUPS: &[(&str, &[&str])] = &[
    ("Data", &["k", "samples", "rare", "spread", "split", "subset", "swap", "noise"]),
    (
        "Model",
        &[
            "model",
            "layers",
            "width",
            "heads",
            "mlp",
            "inputs",
            "embed",
            "unembed",
            "activation",
            "bias",
            "tied",
            "norm",
            "positions",
            "attention",
            "alpha",
        ],
    ),
    ("Initial weights", &["init", "initscale", "initembed", "initattention", "initmlp", "initunembed", "ticket", "mask", "keep"]),
    ("Optimizer", &["optimizer", "lrdecoder", "wdembed", "decay", "beta1", "beta2", "eps", "warmup", "schedule", "batch"]),
    (
        "Loss and gradient",
        &["loss", "precision", "filter", "ema", "amplify", "window", "sphere", "dropout", "weightnoise", "gradnoise"],
    ),
    ("Run", &[]),
];

/// Whether there is anything to choose: a key with one possible value has no control yet.
fn has_choice(key: &Key) -> bool {
    match &key.kind {
        Kind::Integer(low, high) => low < high,
        Kind::Choice(choices) => choices().len() > 1,
        Kind::Number(low, high) => low < high,
        Kind::Operation | Kind::Flag | Kind::Text => true,
    }
}

/// The keys that have a control somewhere.
pub fn controls() -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(|key| !SILENT.contains(&key.name) && has_choice(key))
}

/// The drawer: titles, in the language that is spoken, and their keys.
pub fn drawer() -> Vec<(&'static str, Vec<&'static Key>)> {
    let elsewhere = |key: &&Key| [PRIMARY, BAR].iter().any(|list| list.contains(&key.name));
    let grouped = |key: &&Key| GROUPS.iter().any(|(_, keys)| keys.contains(&key.name));
    let last = GROUPS.len() - 1;
    let groups = GROUPS.iter().enumerate().map(|(i, (title, names))| {
        let inside = |key: &&Key| names.contains(&key.name) || (i == last && !grouped(key));
        let keys = controls().filter(|key| !elsewhere(key) && inside(key));
        (translate(title), keys.collect())
    });
    groups.collect()
}

/// Whether a setting means something in this configuration.
pub fn applies(name: &str, config: &Config) -> bool {
    let size = Operation::of(config).size();
    let (table, mlp, diagonal) = (size.has_table(), config.model == Model::Mlp, config.model == Model::Diagonal);
    match name {
        "p" => !matches!(size, Size::Fixed(_) | Size::Sequence(Some(_)) | Size::Sentences | Size::Pixels),
        "k" => !table && !matches!(size, Size::Sentences | Size::Pixels),
        "samples" => !table,
        "rare" => matches!(size, Size::Points | Size::Clouds),
        "spread" => matches!(size, Size::Points | Size::Clouds | Size::Sides),
        "split" => table,
        "width" | "heads" | "tied" | "norm" | "positions" | "attention" | "initattention" => !mlp && !diagonal,
        "initembed" | "lrdecoder" | "wdembed" | "keep" => config.embeds(),
        "embed" | "unembed" => mlp,
        "layers" | "mlp" | "activation" | "bias" | "init" | "initmlp" | "dropout" => !diagonal,
        "inputs" => mlp && (table || size.has_sequences()),
        "mask" => config.ticket > 0.0,
        "beta2" | "eps" => config.optimizer != Optimizer::Sgd,
        "ema" => config.filter == Filter::GrokfastEma,
        "window" => config.filter == Filter::GrokfastMa,
        "amplify" => matches!(config.filter, Filter::GrokfastEma | Filter::GrokfastMa),
        _ => true,
    }
}

/// The menu of operations: families and their members.
pub fn families() -> [(&'static str, Vec<&'static Task>); 4] {
    let family = |task: &Task| match (task.size, task.apply) {
        (Size::Modulus | Size::Numbers, Some(_)) => 0,
        (size, _) if size.has_sequences() => 2,
        (_, Some(_)) => 1,
        (_, None) => 3,
    };
    let of = |number| TASKS.iter().copied().filter(|task| family(task) == number).collect();
    [(tr!("Arithmetic"), of(0)), (tr!("Groups"), of(1)), (tr!("Sequences"), of(2)), (tr!("Without a formula"), of(3))]
}

/// Slider positions of a key with a logarithmic slider, ascending; the key itself may take any value in its range.
pub fn positions(key: &str) -> Option<Vec<f64>> {
    match key {
        "lr" => Some(grid(-5, 0)),
        "wd" => Some([vec![0.0], grid(-3, 1)].concat()),
        _ => None,
    }
}

/// Ten round values per decade from 10^`low` to 10^`high`. Parsed from text, so that they print as they look.
fn grid(low: i32, high: i32) -> Vec<f64> {
    let mantissas = ["1", "1.2", "1.5", "2", "2.5", "3", "4", "5", "6", "8"];
    let decades = (low..high).flat_map(|k| mantissas.iter().map(move |m| format!("{m}e{k}")));
    let texts = decades.chain([format!("1e{high}")]);
    texts.filter_map(|text| number::parse(&text)).collect()
}

/// The position closest to a value, by ratio.
pub fn position(positions: &[f64], value: f64) -> usize {
    let distance = |at: f64| match (at > 0.0, value > 0.0) {
        (true, true) => libm::log(at / value).abs(),
        (false, false) => 0.0,
        _ => f64::MAX,
    };
    let closest = positions.iter().enumerate().min_by(|a, b| distance(*a.1).total_cmp(&distance(*b.1)));
    closest.map_or(0, |(i, _)| i)
}

/// Choices of the speed menu, with the current speed among them: (steps per second, label).
pub fn speeds(current: f64) -> Vec<(String, String)> {
    let mut speeds = vec![1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];
    if current > 0.0 && !speeds.contains(&current) {
        speeds.insert(speeds.partition_point(|speed| *speed < current), current);
    }
    let label = |s: &f64| match *s {
        1.0 => tr!("1 step/s").into(),
        n => tr!("{n} steps/s", n = local(number::shortest(n))),
    };
    let mut menu: Vec<_> = speeds.iter().map(|s| (number::shortest(*s), label(s))).collect();
    menu.push(("0".into(), tr!("As fast as possible").into()));
    menu
}

/// The next prime in a direction, within the key's range.
pub fn next_prime(from: u32, up: bool) -> Option<u32> {
    use crate::config::{MAX_P, MIN_P};
    if up {
        (from.saturating_add(1).max(MIN_P)..=MAX_P).find(|n| task::is_prime(*n))
    } else {
        (MIN_P..from.min(MAX_P + 1)).rev().find(|n| task::is_prime(*n))
    }
}

/// All primes in the range of the modulus.
pub fn primes() -> Vec<u32> {
    use crate::config::{MAX_P, MIN_P};
    (MIN_P..=MAX_P).filter(|n| task::is_prime(*n)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::key;

    #[test]
    fn every_key_is_somewhere_or_deliberately_not() {
        for name in [PRIMARY, BAR, SILENT].concat() {
            assert!(key(name).is_some(), "{name}");
        }
        for (_, names) in GROUPS {
            assert!(names.iter().all(|name| key(name).is_some()));
        }
        let shown: Vec<&str> = drawer().iter().flat_map(|(_, keys)| keys.iter().map(|k| k.name)).collect();
        for k in KEYS.iter().filter(|k| has_choice(k)) {
            let count = shown.iter().filter(|n| **n == k.name).count();
            let placed = [PRIMARY, BAR, SILENT].concat().contains(&k.name);
            assert_eq!(count, usize::from(!placed), "{}", k.name);
        }
    }

    #[test]
    fn every_operation_is_in_the_menu_once() {
        let listed: Vec<&str> = families().iter().flat_map(|(_, tasks)| tasks.iter().map(|t| t.id)).collect();
        assert_eq!(listed, TASKS.iter().map(|t| t.id).collect::<Vec<_>>());
        assert_eq!(families().map(|(_, tasks)| tasks.len()), [11, 7, 10, 9]);
    }

    #[test]
    fn settings_without_meaning_are_not_shown() {
        let shown = |pairs: &[(&str, &str)]| {
            let config = Config::from_pairs(pairs.iter().copied()).0;
            KEYS.iter().filter(|key| applies(key.name, &config)).map(|key| key.name).collect::<Vec<_>>()
        };
        let standard = shown(&[]);
        assert!(standard.contains(&"heads") && !standard.contains(&"k") && !standard.contains(&"ema"));
        assert!(!shown(&[("task", "s5")]).contains(&"p"));
        assert!(shown(&[("task", "dihedral")]).contains(&"p"));
        let [without, with] = ["0", "2"].map(|embed| shown(&[("model", "mlp"), ("embed", embed)]));
        for key in ["initembed", "lrdecoder", "wdembed"] {
            assert!(standard.contains(&key) && with.contains(&key) && !without.contains(&key), "{key}");
        }
        assert!(without.contains(&"embed") && !standard.contains(&"embed"));
        for (task, rare) in [("parity", false), ("hidden-sum", false), ("subclasses", true), ("rarer-classes", true)] {
            let shown = shown(&[("task", task), ("model", "mlp")]);
            assert!(shown.contains(&"samples") && !shown.contains(&"split") && !shown.contains(&"inputs"), "{task}");
            assert_eq!(shown.contains(&"rare") && shown.contains(&"spread"), rare, "{task}");
        }
        let digits = shown(&[("task", "digits"), ("model", "mlp")]);
        assert!(
            digits.contains(&"samples") && !digits.iter().any(|key| ["p", "k", "spread", "rare"].contains(key)),
            "{digits:?}"
        );
        let diagonal = shown(&[("task", "sides"), ("model", "diagonal")]);
        assert!(["k", "samples", "spread", "alpha", "initunembed"].iter().all(|key| diagonal.contains(key)), "{diagonal:?}");
        assert!(!["rare", "mlp", "layers", "width", "init", "bias"].iter().any(|key| diagonal.contains(key)), "{diagonal:?}");
    }

    #[test]
    fn sliders_hit_round_values() {
        for name in ["lr", "wd"] {
            let positions = positions(name).unwrap();
            assert!(positions.is_sorted());
            for (i, value) in positions.iter().enumerate() {
                assert_eq!(position(&positions, *value), i, "{name} {value}");
                assert!(value.to_string().len() <= 8, "{name} {value}");
            }
        }
        let wd = positions("wd").unwrap();
        assert_eq!((wd[0], position(&wd, -1.0), position(&wd, 100.0)), (0.0, 0, wd.len() - 1));
    }

    #[test]
    fn any_speed_is_in_the_menu() {
        for speed in [0.0, 1.0, 20.0, 33.0, 0.5, 10_000.0] {
            assert_eq!(speeds(speed).iter().filter(|(v, _)| *v == speed.to_string()).count(), 1);
        }
    }

    #[test]
    fn primes_follow_each_other() {
        assert_eq!((next_prime(97, true), next_prime(97, false)), (Some(101), Some(89)));
        assert_eq!((next_prime(199, true), next_prime(5, false)), (None, None));
        assert_eq!((next_prime(0, true), next_prime(u32::MAX, false)), (Some(5), Some(199)));
        assert_eq!(primes().len(), 44);
    }
}
