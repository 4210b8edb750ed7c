//! Words and numbers for people.

use crate::config::Config;
use crate::metrics::{GROKKED, History, MEMORIZED, Panel};
use crate::number::{exponential, fixed, shortest};
use crate::task::{self, Operation, Size};

pub use crate::number::thousands;

/// `0.9987` → `99.9 %`. Only everything is 100.0 %: a share just below is rounded down.
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "–".into();
    }
    let tenths = (share * 1000.0).round();
    // A sum of shares may be a little more than everything.
    let tenths = if share < 1.0 && tenths >= 1000.0 { 999.0 } else { tenths.min(1000.0) };
    fixed(tenths / 10.0, 1) + " %"
}

/// A loss with three significant digits: `4.57`, `0.0123`, `1.2e-7`.
pub fn loss(value: f64) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    match value.abs() {
        v if v >= 100.0 => fixed(value, 0),
        v if v >= 10.0 => fixed(value, 1),
        v if v >= 1.0 => fixed(value, 2),
        v if v >= 0.1 => fixed(value, 3),
        v if v >= 0.01 => fixed(value, 4),
        v if v >= 0.001 => fixed(value, 5),
        0.0 => "0".into(),
        _ => exponential(value, 1),
    }
}

/// An axis label: `10`, `0.01`, `10⁻⁵`.
pub fn power(value: f64) -> String {
    if (1e-3..1e5).contains(&value) {
        let digits = (-libm::log10(value)).ceil().clamp(0.0, 3.0) as u8;
        return fixed(value, digits);
    }
    let exponent = libm::log10(value).round() as i32;
    let superscript = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        c => char::from_u32('⁰' as u32 + (c as u32 - '0' as u32)).unwrap_or(c),
    };
    format!("10{}", exponent.to_string().chars().map(superscript).collect::<String>())
}

/// A share as it is set: `40 %`, `12.5 %`.
pub fn share(share: f64) -> String {
    shortest((share * 1000.0).round() / 10.0) + " %"
}

/// A measured value of a panel.
pub fn measured(panel: Panel, value: f64) -> String {
    if panel == Panel::Loss { loss(value) } else { percent(value) }
}

/// Text as it is written in HTML and XML, between tags and between quotes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Steps per second.
pub fn rate(per_second: f64) -> String {
    match per_second {
        r if !r.is_finite() || r <= 0.0 => "–".into(),
        r if r < 10.0 => fixed(r, 1),
        r => thousands(r.round() as u64),
    }
}

/// `4.2 s`, `1 min 05 s`.
pub fn duration(milliseconds: f64) -> String {
    if !milliseconds.is_finite() || milliseconds <= 0.0 {
        return "0.0 s".into();
    }
    let seconds = milliseconds / 1000.0;
    if seconds < 60.0 {
        return fixed((seconds * 10.0).floor() / 10.0, 1) + " s";
    }
    let whole = seconds as u64;
    if whole < 3600 {
        return format!("{} min {:02} s", whole / 60, whole % 60);
    }
    format!("{} h {:02} min", whole / 3600, whole / 60 % 60)
}

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
    Some(format!(
        "{p} = {} is not prime: some products of nonzero numbers are 0, and not every number has an inverse.",
        product.join(" · ")
    ))
}

/// What an operation is, and how many of its results are changed.
pub fn about(operation: &Operation, config: &Config) -> String {
    let about = match operation {
        Operation::Listed(task) => task.about,
        Operation::Typed(_) => "Pairs for which there is no result, as in a division by 0, are left out.",
    };
    about.to_string() + &changed(config)
}

/// ` 2 results are changed by hand.`, or nothing.
pub fn changed(config: &Config) -> String {
    match task::cells::of(config).len() {
        0 => String::new(),
        1 => " 1 result is changed by hand.".into(),
        n => format!(" {n} results are changed by hand."),
    }
}

/// What the key `p` is called.
pub fn size_label(size: Size) -> &'static str {
    match size {
        Size::Modulus | Size::Fixed(_) => "Prime",
        Size::Corners => "Corners",
        Size::Bits => "Bits",
    }
}

/// What the value of `p` means.
pub fn size_note(size: Size, config: &Config) -> String {
    match size {
        Size::Modulus => modulus_note(config.p).unwrap_or_else(|| format!("Numbers 0 … {}.", config.p - 1)),
        Size::Fixed(order) => format!("{order} elements."),
        Size::Corners => format!("{} elements.", 2 * config.p),
        Size::Bits => format!("{} of them matter.", config.k),
    }
}

/// What is learnt: `x + y mod 97`, `x · y in S₅`.
pub fn title(config: &Config) -> String {
    let operation = Operation::of(config);
    let label = operation.label(config);
    match operation.size() {
        Size::Modulus => format!("{label} mod {}", config.p),
        Size::Fixed(_) => label.into(),
        Size::Corners => format!("{label} with {} corners", config.p),
        Size::Bits => format!("{label} of {} of {} bits", config.k, config.p),
    }
}

/// Number of equations that a valid configuration has.
pub fn equations(config: &Config) -> usize {
    match Operation::of(config).size() {
        Size::Bits => config.samples as usize,
        _ => task::table(config, 0).len(),
    }
}

/// `3,763 of 9,409 pairs`.
pub fn pairs(equations: usize, fraction: f64) -> String {
    if equations < 2 || !fraction.is_finite() {
        return "–".into();
    }
    let train = task::train_count(equations, fraction);
    format!("{} of {} pairs", thousands(train as u64), thousands(equations as u64))
}

/// What the dotted lines of the accuracy chart mean.
pub fn thresholds() -> String {
    let whole = |share: f32| (share * 100.0).round() as u32;
    format!(
        "A run has memorised when it answers {} % of the training pairs, and grokked when it answers {} % of the test pairs (dotted lines).",
        whole(MEMORIZED),
        whole(GROKKED)
    )
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
    fn numbers() {
        assert_eq!([0, 999, 1000, 226_688, 1_000_000].map(thousands).join(" "), "0 999 1,000 226,688 1,000,000");
        assert_eq!(
            [0.0, 0.0103, 0.9996, 1.0, 1.001, f64::NAN].map(percent).join(" | "),
            "0.0 % | 1.0 % | 99.9 % | 100.0 % | 100.0 % | –"
        );
        assert_eq!(
            [123.4, 45.67, 4.5678, 0.4567, 0.0123, 1.234e-7, 0.0].map(loss).join(" "),
            "123 45.7 4.57 0.457 0.0123 1.2e-7 0"
        );
        assert_eq!([100.0, 1.0, 0.1, 0.001, 1e-5, 1e-12].map(power).join(" "), "100 1 0.1 0.001 10⁻⁵ 10⁻¹²");
        assert_eq!([0.0, 3.25, 20.0, 1234.5].map(rate).join(" "), "– 3.3 20 1,235");
        assert_eq!(
            [0.0, 4_290.0, 59_990.0, 65_000.0, 3_700_000.0].map(duration).join(" | "),
            "0.0 s | 4.2 s | 59.9 s | 1 min 05 s | 1 h 01 min"
        );
    }

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
        assert_eq!(title("s5", "97"), "x · y in S₅");
        assert_eq!(title("dihedral", "7"), "Symmetries of a polygon with 7 corners");
        assert_eq!(title("x^2+3y", "31"), "x^2+3y mod 31");
    }

    #[test]
    fn pairs_are_counted_like_the_split() {
        assert_eq!(pairs(9409, 0.4), "3,763 of 9,409 pairs");
        assert_eq!(pairs(9409, f64::NAN), "–");
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
