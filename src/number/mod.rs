//! Numbers to text and back, as JavaScript writes them but without a plus sign: the same in the browser and elsewhere.
//!
//! Rust's own conversions would be an eighth of what a visitor loads. A tenth of that finds the shortest digits; reading, which
//! is rare, is left to the browser.

#[cfg(target_arch = "wasm32")]
mod js;

#[cfg(target_arch = "wasm32")]
use self::js as platform;
#[cfg(not(target_arch = "wasm32"))]
use self::native as platform;

/// The shortest text that reads back as the same number: `0.4`, `1e-8`.
pub fn shortest(value: f64) -> String {
    written(value, |size| zmij::Buffer::new().format_finite(size).into())
}

/// Like [`shortest`], for a number that was f32.
pub fn shortest_f32(value: f32) -> String {
    written(value.into(), |size| zmij::Buffer::new().format_finite(size as f32).into())
}

/// The number of `low ..= high` that is nearest to `value`, and `low` where `high` is below it: `f64::clamp` panics there.
pub fn clamp(value: f64, low: f64, high: f64) -> f64 {
    value.min(high).max(low)
}

/// `9409` → `9,409`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of decimals: `2.50`.
pub fn fixed(value: f64, decimals: u8) -> String {
    let bits = value.abs().to_bits();
    let (exponent, fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
    let (mantissa, power) = if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    // Exact: the value is mantissa · 2^power.
    let scaled = u128::from(mantissa) * u128::from(10u64.pow(decimals.into()));
    let rounded = match power {
        ..-127 => Some(0),
        -127..0 => u64::try_from(((scaled >> (-power - 1)) + 1) >> 1).ok(),
        0..11 => u64::try_from(scaled << power).ok(),
        _ => None,
    };
    let Some(rounded) = rounded else { return shortest(value) };
    let (mut text, decimals) = (rounded.to_string(), usize::from(decimals));
    if text.len() <= decimals {
        text.insert_str(0, &"0".repeat(decimals + 1 - text.len()));
    }
    if decimals > 0 {
        text.insert(text.len() - decimals, '.');
    }
    if value < 0.0 {
        text.insert(0, '-');
    }
    text
}

/// A power of ten and a number of decimals: `1.2e-7`.
pub fn exponential(value: f64, decimals: u8) -> String {
    if value == 0.0 || !value.is_finite() {
        return shortest(value);
    }
    let (mut digits, mut power) = digits(zmij::Buffer::new().format_finite(value.abs()));
    let wanted = usize::from(decimals) + 1;
    if digits.len() > wanted {
        let up = digits.as_bytes()[wanted] >= b'5';
        digits.truncate(wanted);
        let (whole, length) = (digits.parse::<u64>().unwrap_or(0) + u64::from(up), digits.len());
        digits = whole.to_string();
        power += (digits.len() - length) as i32;
        digits.truncate(wanted);
    }
    digits.push_str(&"0".repeat(wanted - digits.len()));
    scientific(if value < 0.0 { "-" } else { "" }, &digits, power)
}

/// A finite decimal number, nothing else around it.
pub fn parse(text: &str) -> Option<f64> {
    let plausible = !text.is_empty() && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    if plausible { platform::parse(text).filter(|number| number.is_finite()) } else { None }
}

/// Sign and digits of a number, whose absolute value `print` gives in any notation.
fn written(value: f64, print: impl Fn(f64) -> String) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return sign.to_string() + "Infinity";
    }
    let (digits, power) = digits(&print(value.abs()));
    if digits.is_empty() {
        return "0".into();
    }
    let count = digits.len() as i32;
    let zeros = |n: i32| "0".repeat(n as usize);
    match power {
        -6..0 => [sign, "0.", &zeros(-power - 1), &digits].concat(),
        0..21 if power + 1 < count => {
            let (whole, rest) = digits.split_at_checked(power as usize + 1).unwrap_or((&digits, ""));
            [sign, whole, ".", rest].concat()
        }
        0..21 => [sign, &digits, &zeros(power + 1 - count)].concat(),
        _ => scientific(sign, &digits, power),
    }
}

/// `12`, `-7` → `1.2e-7`
fn scientific(sign: &str, digits: &str, power: i32) -> String {
    let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
    [sign, first, if rest.is_empty() { "" } else { "." }, rest, "e", &power.to_string()].concat()
}

/// The digits of a positive number in any notation, without zeros at their ends, and the power of ten of the first.
fn digits(text: &str) -> (String, i32) {
    let (mantissa, power) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, rest) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, rest].concat();
    let digits = all.trim_start_matches('0');
    let power = power.parse::<i32>().unwrap_or(0) + whole.len() as i32 - 1 - (all.len() - digits.len()) as i32;
    (digits.trim_end_matches('0').into(), power)
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    pub fn parse(text: &str) -> Option<f64> {
        text.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_bound_counts_where_bounds_cross() {
        assert_eq!([-1.0, 0.5, 2.0].map(|value| clamp(value, 0.0, 1.0)), [0.0, 0.5, 1.0]);
        assert_eq!([-1.0, 5.0, 9.0].map(|value| clamp(value, 8.0, 3.0)), [8.0; 3]);
    }

    #[test]
    fn numbers_are_written_as_in_javascript() {
        let written = [0.0, 0.4, 20.0, 1e-6, 1e-7, 1.25e-8, 123_456_789.0, 1e21, -0.5].map(shortest).join(" ");
        assert_eq!(written, "0 0.4 20 0.000001 1e-7 1.25e-8 123456789 1e21 -0.5");
        assert_eq!([0.1, 2.0, 1.234_567_8, 1e-30, f32::NAN].map(shortest_f32).join(" "), "0.1 2 1.2345678 1e-30 NaN");
        assert_eq!([-0.0, f64::NEG_INFINITY, 5e-324, f64::MAX, 1.5e300].map(shortest)[..2], ["0", "-Infinity"]);
    }

    /// As JavaScript's `toFixed` and `toExponential` give them.
    #[test]
    fn decimals_are_rounded_as_in_javascript() {
        for (value, decimals, text) in [
            (2.5, 2, "2.50"),
            (2.5, 0, "3"),
            (1.005, 2, "1.00"),
            (1.115, 2, "1.11"),
            (-0.04, 1, "-0.0"),
            (0.05, 1, "0.1"),
            (1e-300, 3, "0.000"),
            (99.95, 1, "100.0"),
            (123_456_789.125, 2, "123456789.13"),
            (1e18, 0, "1000000000000000000"),
            (1e21, 1, "1e21"),
            (f64::NAN, 1, "NaN"),
        ] {
            assert_eq!(fixed(value, decimals), text, "{value}");
        }
        for (value, decimals, text) in [
            (1.234e-7, 1, "1.2e-7"),
            (9.96, 1, "1.0e1"),
            (1e-45, 1, "1.0e-45"),
            (-2.0, 0, "-2e0"),
            (1.25e300, 2, "1.25e300"),
            (0.0, 1, "0"),
        ] {
            assert_eq!(exponential(value, decimals), text, "{value}");
        }
    }

    #[test]
    fn the_digits_are_those_of_rust() {
        let mut rng = crate::rng::Rng::new(3, crate::rng::Stream::Test);
        for _ in 0..20_000 {
            let value = f64::from_bits(u64::from(rng.bits()) << 32 | u64::from(rng.bits()));
            if !value.is_finite() {
                continue;
            }
            assert_eq!(parse(&shortest(value)), Some(value));
            // Of two that are equally close, JavaScript takes the even one, and Rust the larger.
            let (ours, theirs) = (digits(&shortest(value.abs())), digits(&format!("{:e}", value.abs())));
            assert_eq!((ours.0.len(), ours.1), (theirs.0.len(), theirs.1), "{value:e}");
            let small = f64::from(rng.bits()) / 65536.0;
            for decimals in [0, 1, 3] {
                // Rust rounds a tie to even.
                let (ours, theirs) = (fixed(small, decimals), format!("{small:.*}", decimals.into()));
                let tie = (small * 10f64.powi(decimals.into())).fract() == 0.5;
                assert!(tie || ours == theirs, "{small}: {ours} {theirs}");
            }
        }
    }

    #[test]
    fn only_finite_numbers_are_read() {
        for (text, number) in [("1", 1.0), ("-2.5e-3", -0.0025), ("+.5", 0.5), ("1E3", 1000.0), ("7.", 7.0)] {
            assert_eq!(parse(text), Some(number), "{text}");
        }
        for text in ["", " 1", "1 ", "inf", "NaN", "Infinity", "0x10", "1e999", "e5", ".", "1-1", "1_000"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn f32_reads_back_exactly_and_is_short() {
        for bits in (0..0x7f80_0000u32).step_by(7_919_111) {
            let value = f32::from_bits(bits);
            assert_eq!(parse(&shortest_f32(value)).map(|number| number as f32), Some(value));
            let (ours, theirs) = (shortest_f32(value), format!("{value:e}"));
            assert_eq!(digits(&ours), digits(&theirs), "{value:e}");
        }
    }
}
