//! Results that a visitor changed by hand, cell by cell.

/// Changed cells in the order they were given: `[x, y, c]`.
pub type Cells = Vec<[u32; 3]>;

/// Reads `x.y.c` joined by `_`; an empty text has none. A later cell replaces an earlier one of the same place.
///
/// # Errors
/// What is wrong, as the end of a sentence.
pub fn parse(text: &str) -> Result<Cells, String> {
    let mut cells = Cells::new();
    for cell in text.split('_').filter(|cell| !cell.is_empty()) {
        let numbers: Option<Vec<u32>> = cell.split('.').map(|number| number.parse().ok()).collect();
        match numbers.as_deref() {
            Some(&[x, y, c]) => set(&mut cells, [x, y, c]),
            _ => return Err(format!("has a cell “{cell}” that is not of the form x.y.c, such as 3.4.7")),
        }
    }
    Ok(cells)
}

/// Changes a cell.
pub fn set(cells: &mut Cells, [x, y, c]: [u32; 3]) {
    cells.retain(|cell| cell[..2] != [x, y]);
    cells.push([x, y, c]);
}

/// As [`parse`] reads it.
pub fn write(cells: &Cells) -> String {
    let cells: Vec<String> = cells.iter().map(|[x, y, c]| format!("{x}.{y}.{c}")).collect();
    cells.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_round_trip_and_the_last_word_counts() {
        let cells = parse("0.1.2_3.4.5_0.1.9").unwrap();
        assert_eq!(cells, [[3, 4, 5], [0, 1, 9]]);
        assert_eq!(write(&cells), "3.4.5_0.1.9");
        assert_eq!((parse(""), write(&vec![])), (Ok(vec![]), String::new()));
        for bad in ["1.2", "1.2.3.4", "a.b.c", "1.-2.3", "1.2.99999999999"] {
            assert!(parse(bad).unwrap_err().contains(bad), "{bad}");
        }
    }
}
