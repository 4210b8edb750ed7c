//! Numbers as people read them, in the language that is spoken.

use crate::language::local;
use crate::number::{self, exponential, fixed, shortest};
use crate::tr;

/// `9409` → `9,409`.
pub fn thousands(n: u64) -> String {
    local(number::thousands(n))
}

/// `0.9987` → `99.9 %`. Only everything is 100.0 %: a fraction just below is rounded down.
pub fn percent(fraction: f64) -> String {
    if !fraction.is_finite() {
        return "–".into();
    }
    let tenths = (fraction * 1000.0).round();
    // A sum of fractions may be a little more than everything.
    let tenths = if fraction < 1.0 && tenths >= 1000.0 { 999.0 } else { tenths.min(1000.0) };
    local(fixed(tenths / 10.0, 1)) + " %"
}

/// A number that was set, or follows from what was set: `0.003`, `1,000`, `−2`.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    let sign = if value < 0.0 { "−" } else { "" };
    let size = value.abs();
    let whole = size.fract() == 0.0 && (1e3..1e15).contains(&size);
    [sign, &if whole { thousands(size as u64) } else { local(shortest(size)) }].concat()
}

/// A loss with three significant digits: `4.57`, `0.0123`, `1.2e-7`.
pub fn loss(value: f64) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    let written = match value.abs() {
        v if v >= 100.0 => fixed(value, 0),
        v if v >= 10.0 => fixed(value, 1),
        v if v >= 1.0 => fixed(value, 2),
        v if v >= 0.1 => fixed(value, 3),
        v if v >= 0.01 => fixed(value, 4),
        v if v >= 0.001 => fixed(value, 5),
        0.0 => "0".into(),
        _ => exponential(value, 1),
    };
    local(written)
}

/// An axis label: `10`, `0.01`, `10⁻⁵`.
pub fn power(value: f64) -> String {
    if (1e-3..1e5).contains(&value) {
        let digits = (-libm::log10(value)).ceil().clamp(0.0, 3.0) as u8;
        return local(fixed(value, digits));
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

/// A fraction as it is set: `40 %`, `12.5 %`.
pub fn fraction(fraction: f64) -> String {
    local(shortest((fraction * 1000.0).round() / 10.0)) + " %"
}

/// A fraction that was measured, in passing: `0.395` → `40 %`.
pub fn rounded(fraction: f64) -> String {
    local(shortest((fraction * 100.0).round())) + " %"
}

/// Text as it is written in HTML and XML, between tags and between quotes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Steps per second.
pub fn rate(per_second: f64) -> String {
    match per_second {
        r if !r.is_finite() || r <= 0.0 => "–".into(),
        r if r < 10.0 => local(fixed(r, 1)),
        r => thousands(r.round() as u64),
    }
}

/// `4.2 s`, `1 min 05 s`.
pub fn duration(milliseconds: f64) -> String {
    if !milliseconds.is_finite() || milliseconds <= 0.0 {
        return local("0.0".into()) + " s";
    }
    let seconds = milliseconds / 1000.0;
    if seconds < 60.0 {
        return local(fixed((seconds * 10.0).floor() / 10.0, 1)) + " s";
    }
    let (whole, two) = (seconds as u64, |n: u64| format!("{n:02}"));
    if whole < 3600 {
        return tr!("{minutes} min {seconds} s", minutes = whole / 60, seconds = two(whole % 60));
    }
    tr!("{hours} h {minutes} min", hours = whole / 3600, minutes = two(whole / 60 % 60))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(
            [0.003, 97.0, 1000.0, 1_000_000.0, -2.0, 1234.5, f64::NAN].map(number).join(" "),
            "0.003 97 1,000 1,000,000 −2 1234.5 –"
        );
        assert_eq!([100.0, 1.0, 0.1, 0.001, 1e-5, 1e-12].map(power).join(" "), "100 1 0.1 0.001 10⁻⁵ 10⁻¹²");
        assert_eq!([0.0, 3.25, 20.0, 1234.5].map(rate).join(" "), "– 3.3 20 1,235");
        assert_eq!(
            [0.0, 4_290.0, 59_990.0, 65_000.0, 3_700_000.0].map(duration).join(" | "),
            "0.0 s | 4.2 s | 59.9 s | 1 min 05 s | 1 h 01 min"
        );
    }
}
