//! Handwritten digits: pictures that the repository has as a file, and that a visit loads when somebody asks for them.
//!
//! They are the test set of *Optical Recognition of Handwritten Digits* (E. Alpaydin and C. Kaynak 1998, UCI Machine Learning
//! Repository, CC BY 4.0), as scikit-learn ships it: bitmaps of 32 × 32, of which the pixels that are on were counted in blocks of
//! 4 × 4. `tests/digits.py` writes the file: its first line says where it is from, and each other line is a picture, row by row,
//! with a sign of [`INK`] for each number from 0 to 16, and behind them the digit.

use std::sync::OnceLock;

use super::rows::Rows;
use super::{Size, Task};
use crate::builds::{drawn, words};
use crate::config::{Config, MAX_P, quoted};
use crate::tr;

/// How many there are.
pub const COUNT: u32 = 1797;
/// Numbers of a picture, 8 × 8.
pub const PIXELS: usize = 64;
/// How the file writes what was counted.
const INK: &[u8; 17] = b"0123456789abcdefg";

/// What is on a picture (0 to 9, as a class), and what of it is on.
pub static TASK: Task = Task {
    id: "digits",
    label: words("Handwritten digits"),
    about: words(
        "Which digit a picture of 8 × 8 pixels shows (Alpaydin and Kaynak 1998, CC BY 4.0). Here pictures take the place of pairs, and the network is an MLP.",
    ),
    size: Size::Pixels,
    apply: None,
    rows: Some(Rows {
        row: drawn(
            |_, place, _, row| {
                let Digit { pixels, class } = &digits()[place.index as usize];
                row.iter_mut().zip(pixels).for_each(|(number, ink)| *number = f32::from(*ink) / 16.0);
                u32::from(*class)
            },
            |_, _, _, _| 0,
        ),
        classes: |_| 10,
        k: |_| [1, MAX_P],
        in_order: false,
    }),
    chain: None,
};

/// A picture.
#[derive(Debug, PartialEq)]
struct Digit {
    /// How much of each block is on, 0 to 16.
    pixels: [u8; PIXELS],
    class: u8,
}

static DIGITS: OnceLock<Vec<Digit>> = OnceLock::new();

/// Whether a run of this configuration needs pictures that are not there yet.
pub fn missing(config: &Config) -> bool {
    config.task == TASK.id && DIGITS.get().is_none()
}

/// Takes in the text of the file that is called `name`.
///
/// # Errors
/// What is wrong with it, and what to do.
pub fn learn(text: &str, name: &str) -> Result<(), String> {
    let read = parse(text).map_err(|line| {
        tr!(
            "{name} should hold {count} handwritten digits, but its line {line} is “{text}”: have the lab’s files uploaded again",
            name,
            count = COUNT,
            line,
            text = quoted(text.lines().nth(line - 1).unwrap_or_default())
        )
    })?;
    // What is there already is the same.
    let _ = DIGITS.set(read);
    Ok(())
}

/// All of them; on the web, once they were learnt.
fn digits() -> &'static [Digit] {
    #[cfg(any(test, not(target_arch = "wasm32")))]
    DIGITS.get_or_init(|| {
        let text = core::str::from_utf8(include_bytes!("../../www/assets/digits.txt")).expect("a text");
        parse(text).expect("the file of the repository")
    });
    DIGITS.get().expect("a worker learns the digits before it builds a run of them")
}

/// Reads the file.
///
/// # Errors
/// The number of the first line that is none of a digit, or is not there; from 1.
fn parse(text: &str) -> Result<Vec<Digit>, usize> {
    let digit = |line: &str| {
        let (class, pixels) = line.as_bytes().split_last()?;
        let class = class.checked_sub(b'0').filter(|class| *class < 10)?;
        let ink = |sign| INK.iter().position(|known| known == sign).map(|ink| ink as u8);
        let pixels: Option<Vec<u8>> = pixels.iter().map(ink).collect();
        Some(Digit { pixels: pixels?.try_into().ok()?, class })
    };
    let lines = text.lines().enumerate().skip(1);
    let digits = lines.map(|(before, line)| digit(line).ok_or(before + 1)).collect::<Result<Vec<_>, _>>()?;
    if digits.len() == COUNT as usize { Ok(digits) } else { Err(digits.len() + 2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_the_digits_of_the_set() {
        let mut counts = [0; 10];
        digits().iter().for_each(|digit| counts[usize::from(digit.class)] += 1);
        assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        let first = [
            [0, 0, 5, 13, 9, 1, 0, 0],
            [0, 0, 13, 15, 10, 15, 5, 0],
            [0, 3, 15, 2, 0, 11, 8, 0],
            [0, 4, 12, 0, 0, 8, 8, 0],
            [0, 5, 8, 0, 0, 9, 8, 0],
            [0, 4, 11, 0, 1, 12, 7, 0],
            [0, 2, 14, 5, 10, 12, 0, 0],
            [0, 0, 6, 13, 10, 0, 0, 0],
        ];
        assert_eq!((digits()[0].pixels.as_slice(), digits()[0].class), (first.as_flattened(), 0));
        // The sum of all numbers of scikit-learn's `load_digits().data`.
        assert_eq!(digits().iter().flat_map(|digit| digit.pixels).map(u32::from).sum::<u32>(), 561_718);
    }

    #[test]
    fn what_is_no_file_of_digits_is_refused_by_its_line() {
        let text = include_str!("../../www/assets/digits.txt");
        let line = text.lines().nth(1).unwrap();
        assert_eq!(parse(text).map(|digits| digits.len()), Ok(1797));
        for (text, wrong) in [
            ("".into(), 2),
            ("<html>\n<body>\n".into(), 2),
            (text.replacen(line, &line.replacen('5', "h", 1), 1), 2),
            (text.replacen(line, &line[1..], 1), 2),
            (text.replacen(line, &format!("{}a", &line[..PIXELS]), 1), 2),
            (text.trim_end().rsplit_once('\n').unwrap().0.into(), 1798),
            (format!("{text}{line}\n"), 1800),
        ] {
            assert_eq!(parse(&text).map(|digits| digits.len()), Err(wrong));
        }
        let error = learn("<html>\n<body>\n", "digits.txt").unwrap_err();
        assert!(error.contains("digits.txt") && error.contains("line 2 is “<body>”"), "{error}");
    }
}
