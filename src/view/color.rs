//! Colours as numbers, for maps.

/// Red, green and blue.
pub type Rgb = [u8; 3];

/// Reads `#rrggbb`; anything else is a middle grey, which is visible on every background.
pub fn rgb(text: &str) -> Rgb {
    let channel = |i: usize| text.strip_prefix('#').filter(|hex| hex.len() == 6).and_then(|hex| hex.get(2 * i..2 * i + 2));
    let read = |i| channel(i).and_then(|hex| u8::from_str_radix(hex, 16).ok());
    match (read(0), read(1), read(2)) {
        (Some(r), Some(g), Some(b)) => [r, g, b],
        _ => [128; 3],
    }
}

/// From `a` at 0 to `b` at 1.
pub fn mix(a: Rgb, b: Rgb, fraction: f32) -> Rgb {
    let fraction = fraction.clamp(0.0, 1.0);
    core::array::from_fn(|i| (f32::from(a[i]) + fraction * (f32::from(b[i]) - f32::from(a[i]))).round() as u8)
}

/// As CSS writes it.
pub fn css(color: Rgb) -> String {
    let digit = |n: u8| char::from(b"0123456789abcdef"[usize::from(n)]);
    let digits = color.iter().flat_map(|c| [digit(c >> 4), digit(c & 15)]);
    core::iter::once('#').chain(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_mixed_and_written() {
        assert_eq!([rgb("#0072b2"), rgb("red"), rgb("#12345"), rgb("#gg0000")], [[0, 0x72, 0xb2], [128; 3], [128; 3], [128; 3]]);
        assert_eq!(mix([0, 100, 255], [200, 0, 255], 0.25), [50, 75, 255]);
        assert_eq!(mix([0; 3], [255; 3], f32::NAN), [0; 3]);
        assert_eq!(css([0, 0x72, 0xb2]), "#0072b2");
    }
}
