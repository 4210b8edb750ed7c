//! What is written about a configuration, its table and its curves.

use crate::config::Config;
use crate::language::{lookup, translate};
use crate::metrics::{GROKKED, History, MEMORIZED};
use crate::protocol::inspect::Off;
use crate::task::{self, Operation, Size};
use crate::text::{percent, thousands};
use crate::tr;

/// `91` → `[7, 13]`.
fn factors(mut n: u32) -> Vec<u32> {
    let mut found = vec![];
    let mut d = 2;
    while d * d <= n {
        while n.is_multiple_of(d) {
            found.push(d);
            n /= d;
        }
        d += 1;
    }
    if n > 1 {
        found.push(n);
    }
    found
}

/// What a composite modulus means; `None` for primes.
pub fn modulus_note(p: u32) -> Option<String> {
    if task::is_prime(p) {
        return None;
    }
    let product: Vec<String> = factors(p).iter().map(u32::to_string).collect();
    Some(tr!(
        "{p} = {product} is not prime: some products of nonzero numbers are 0, and not every division has a result.",
        p,
        product = product.join(" · ")
    ))
}

/// What an operation is, and how many of its results are changed.
pub fn about(operation: &Operation, config: &Config) -> String {
    let about = match operation {
        Operation::Listed(task) => translate(task.about),
        Operation::Typed(_) => tr!("Pairs without a result, as in a division by 0, are left out."),
    };
    about.to_string() + &changed(config)
}

/// ` 2 results are changed by hand.`, or nothing.
pub fn changed(config: &Config) -> String {
    let told = match task::cells::of(config).len() {
        0 => return String::new(),
        1 => tr!("1 result is changed by hand.").to_string(),
        n => tr!("{n} results are changed by hand.", n),
    };
    " ".to_string() + &told
}

/// What the key `p` is called.
pub fn size_label(size: Size) -> &'static str {
    match size {
        Size::Modulus | Size::Fixed(_) | Size::Sequence(_) | Size::Operations | Size::Rules => tr!("Modulus"),
        Size::Numbers => tr!("Numbers"),
        Size::Corners => tr!("Corners"),
        Size::Base => tr!("Base"),
        Size::Entities => tr!("Entities"),
        Size::Values => tr!("Values"),
        Size::Bits | Size::Padded => tr!("Bits"),
        Size::Points | Size::Clouds | Size::Keys | Size::Sides => tr!("Coordinates"),
        Size::Sentences => tr!("Words"),
        Size::Pixels => tr!("Pixels"),
    }
}

/// Operands from 0 on.
fn all_numbers(p: u32) -> String {
    tr!("The numbers 0 to {last}.", last = p - 1)
}

/// What the value of `p` means.
pub fn size_note(size: Size, config: &Config) -> String {
    match size {
        Size::Modulus | Size::Sequence(None) | Size::Operations => {
            modulus_note(config.p).unwrap_or_else(|| all_numbers(config.p))
        }
        Size::Numbers | Size::Base => all_numbers(config.p),
        Size::Fixed(order) | Size::Sequence(Some(order)) => tr!("{n} elements.", n = order),
        Size::Corners => tr!("{n} elements.", n = 2 * config.p),
        Size::Bits | Size::Sides => tr!("{k} of them matter.", k = config.k),
        Size::Padded => tr!("The first {n} are x and y.", n = 2 * config.k),
        Size::Points => tr!("{n} centres.", n = 2 * config.k),
        Size::Clouds => tr!("{n} centres.", n = config.k),
        Size::Keys => tr!("{k} values.", k = config.k),
        Size::Entities => tr!("Relations or attributes of each: {k}.", k = config.k),
        Size::Values => tr!("For each of {k} attributes.", k = config.k),
        Size::Rules => tr!("{k} of {n} rules are trained.", k = config.k, n = config.p * config.p),
        Size::Sentences => tr!("Always the same words.").into(),
        Size::Pixels => tr!("Always {n}.", n = task::digits::PIXELS),
    }
}

/// What is learnt: `x + y mod 97`, `x · y in S₅`.
pub fn title(config: &Config) -> String {
    let operation = Operation::of(config);
    let label = operation.label(config);
    let label = lookup(label).unwrap_or(label);
    match operation.size() {
        Size::Modulus | Size::Rules | Size::Operations => format!("{label} mod {}", config.p),
        Size::Numbers => tr!("{label}, numbers below {p}", label, p = config.p),
        Size::Fixed(_) | Size::Sentences | Size::Pixels => label.into(),
        Size::Corners => tr!("{label} with {p} corners", label, p = config.p),
        Size::Bits => tr!("{label} of {k} of {n} bits", label, k = config.k, n = config.p),
        Size::Padded => tr!("x + y mod {k} among {n} bits", k = config.k, n = config.p),
        Size::Sides => tr!("{label}, told by {k} of {n} coordinates", label, k = config.k, n = config.p),
        Size::Points => tr!("{k} classes with a rare half, {n} coordinates", k = config.k, n = config.p),
        Size::Clouds => tr!("{k} ever rarer classes, {n} coordinates", k = config.k, n = config.p),
        Size::Sequence(None) => format!("{label} mod {}, k = {}", config.p, config.k),
        Size::Sequence(Some(_)) => format!("{label}, k = {}", config.k),
        Size::Base => tr!("{label}, {k} digits to base {p}", label, k = config.k, p = config.p),
        Size::Entities => tr!("{label} among {p} entities", label, p = config.p),
        Size::Keys | Size::Values => tr!("{label}: {n} of them", label, n = thousands(config.samples.into())),
    }
}

/// Number of examples that a valid configuration has.
pub fn equations(config: &Config) -> usize {
    if Operation::of(config).size().has_table() { task::table(config, 0).len() } else { config.samples as usize }
}

/// What a network is shown of a task: rows are no pairs.
pub fn examples(size: Size) -> &'static str {
    match size {
        Size::Bits | Size::Padded => tr!("rows of bits"),
        Size::Points | Size::Clouds | Size::Sides => tr!("points"),
        Size::Sequence(_) | Size::Base | Size::Entities | Size::Operations | Size::Rules => tr!("sequences"),
        Size::Values => tr!("facts"),
        Size::Sentences => tr!("sentences"),
        Size::Pixels => tr!("digits"),
        _ => tr!("pairs"),
    }
}

/// `3,763 of 9,409 pairs`.
pub fn pairs(equations: usize, fraction: f64, size: Size) -> String {
    if equations < 2 || !fraction.is_finite() {
        return "–".into();
    }
    let train = task::train_count(equations, fraction);
    let [train, all] = [train, equations].map(|n| thousands(n as u64));
    tr!("{train} of {all} {what}", train, all, what = examples(size))
}

/// What the dotted lines of the accuracy chart mean.
pub fn thresholds() -> String {
    let whole = |fraction: f32| (fraction * 100.0).round() as u32;
    tr!(
        "A run has memorised once {memorized} % of what it is shown is right, and grokked once {grokked} % of the rest is (dotted lines).",
        memorized = whole(MEMORIZED),
        grokked = whole(GROKKED)
    )
}

/// How well a network does without what is switched off.
pub fn without(off: &Off, accuracy: [f32; 2]) -> Option<String> {
    let neurons = match off.neurons.len() {
        1 => tr!("1 neuron").into(),
        count => tr!("{count} neurons", count),
    };
    let heads = match off.heads.len() {
        1 => tr!("1 head").into(),
        count => tr!("{count} heads", count),
    };
    let parts = match (off.neurons.is_empty(), off.heads.is_empty()) {
        (true, true) => return None,
        (false, true) => neurons,
        (true, false) => heads,
        (false, false) => tr!("{neurons} and {heads}", neurons, heads),
    };
    let [train, test] = accuracy.map(|fraction| percent(fraction.into()));
    Some(tr!("Without {parts}, {train} of what it was shown and {test} of the rest are answered right.", parts, train, test))
}

/// Comma-separated values of several runs, with a column `run`.
pub fn csv(histories: &[History]) -> String {
    let mut text = String::new();
    for (run, history) in histories.iter().enumerate() {
        let table = history.csv();
        let (header, rows) = table.split_once('\n').unwrap_or((&table, ""));
        if run == 0 {
            text += &format!("run,{header}\n");
        }
        for row in rows.lines() {
            text += &format!("{run},{row}\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Point;

    #[test]
    fn a_composite_modulus_is_explained() {
        assert_eq!(modulus_note(97), None);
        assert!(modulus_note(91).is_some_and(|note| note.starts_with("91 = 7 · 13 is not prime")));
        assert!(modulus_note(8).is_some_and(|note| note.contains("2 · 2 · 2")));
    }

    #[test]
    fn a_title_says_what_is_learnt() {
        let title = |task: &str, p: &str| title(&Config::from_pairs([("task", task), ("p", p), ("model", "mlp")]).0);
        assert_eq!(title("x+y", "97"), "x + y mod 97");
        assert_eq!(title("plain-sum", "10"), "x + y, no modulus, numbers below 10");
        assert_eq!(title("s5", "97"), "x · y in S₅");
        assert_eq!(title("dihedral", "7"), "Symmetries of a polygon with 7 corners");
        assert_eq!(title("x^2+3y", "31"), "x^2+3y mod 31");
        assert_eq!(title("parity", "40"), "Sparse parity of 3 of 40 bits");
        assert_eq!(title("hidden-sum", "20"), "x + y mod 3 among 20 bits");
        assert_eq!(title("subclasses", "20"), "3 classes with a rare half, 20 coordinates");
        assert_eq!(title("sides", "20"), "Two sides of a plane, told by 3 of 20 coordinates");
    }

    #[test]
    fn pairs_are_counted_like_the_split() {
        assert_eq!(pairs(9409, 0.4, Size::Modulus), "3,763 of 9,409 pairs");
        assert_eq!(pairs(1100, 0.91, Size::Bits), "1,001 of 1,100 rows of bits");
        assert_eq!(pairs(2000, 0.2, Size::Points), "400 of 2,000 points");
        assert_eq!(pairs(9409, f64::NAN, Size::Modulus), "–");
    }

    #[test]
    fn runs_are_exported_below_each_other() {
        let mut history = History::default();
        history.push(Point {
            run: 0,
            step: 3,
            train_loss: 0.5,
            test_loss: 2.0,
            weight_norm: 1.0,
            train_accuracy: 1.0,
            test_accuracy: 0.0,
            ..Point::default()
        });
        let table = csv(&[history.clone(), history]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!((lines.len(), &lines[0][..9], &lines[2][..4]), (3, "run,step,", "1,3,"));
    }
}
