//! Numbers to text and back. In the browser JavaScript does it: Rust's own conversions of floating-point numbers would be
//! a tenth of what a visitor loads.

#[cfg(not(target_arch = "wasm32"))]
use self::native as platform;
#[cfg(target_arch = "wasm32")]
use crate::web::number as platform;

/// The shortest text that reads back as the same number: `0.4`, `1e-8`.
pub fn shortest(value: f64) -> String {
    platform::shortest(value)
}

/// Like [`shortest`], for a number that was f32.
pub fn shortest_f32(value: f32) -> String {
    // Nine significant digits always suffice.
    let reads_back = |text: &String| parse(text).is_some_and(|number| number as f32 == value);
    let text = (0..9).map(|digits| platform::exponential(value.into(), digits)).find(reads_back);
    shortest(text.and_then(|text| parse(&text)).unwrap_or(value.into()))
}

/// A number of decimals: `2.50`.
pub fn fixed(value: f64, decimals: u8) -> String {
    platform::fixed(value, decimals)
}

/// A power of ten and a number of decimals: `1.2e-7`.
pub fn exponential(value: f64, decimals: u8) -> String {
    platform::exponential(value, decimals)
}

/// A finite decimal number, nothing else around it.
pub fn parse(text: &str) -> Option<f64> {
    let plausible = !text.is_empty() && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    if plausible { platform::parse(text).filter(|number| number.is_finite()) } else { None }
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    /// As JavaScript writes it, without its plus sign.
    pub fn shortest(value: f64) -> String {
        if value == 0.0 || !value.is_finite() || (1e-6..1e21).contains(&value.abs()) {
            return value.to_string();
        }
        format!("{value:e}")
    }

    pub fn fixed(value: f64, decimals: u8) -> String {
        format!("{value:.*}", decimals.into())
    }

    pub fn exponential(value: f64, decimals: u8) -> String {
        format!("{value:.*e}", decimals.into())
    }

    pub fn parse(text: &str) -> Option<f64> {
        text.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_javascript() {
        let written = [0.0, 0.4, 20.0, 1e-6, 1e-7, 1.25e-8, 123_456_789.0, 1e21, -0.5].map(shortest).join(" ");
        assert_eq!(written, "0 0.4 20 0.000001 1e-7 1.25e-8 123456789 1e21 -0.5");
        assert_eq!([0.1, 2.0, 1.234_567_8, 1e-30, f32::NAN].map(shortest_f32).join(" "), "0.1 2 1.2345678 1e-30 NaN");
        assert_eq!((fixed(2.5, 2), exponential(1.234e-7, 1)), ("2.50".into(), "1.2e-7".into()));
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
    fn f32_reads_back_exactly() {
        for bits in (0..0x7f80_0000u32).step_by(7_919_111) {
            let value = f32::from_bits(bits);
            assert_eq!(parse(&shortest_f32(value)).map(|number| number as f32), Some(value));
        }
    }
}
