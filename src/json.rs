//! Writes JSON (RFC 8259), which takes less code than a library. Reading is left to others.

use crate::number;

/// A string in quotes.
pub fn string(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            '\n' => json.push_str("\\n"),
            '\0'..='\u{1f}' => {
                let digit = |n: u32| char::from_digit(n, 16).unwrap_or('0');
                json.push_str("\\u00");
                json.extend([digit(c as u32 / 16), digit(c as u32 % 16)]);
            }
            c => json.push(c),
        }
    }
    json.push('"');
    json
}

/// A number, or null for what JSON has no number for: NaN and infinity.
pub fn number(value: f64) -> String {
    if value.is_finite() { number::shortest(value) } else { "null".into() }
}

/// The same for a number that was f32, with no more digits than it needs.
pub fn number_f32(value: f32) -> String {
    if value.is_finite() { number::shortest_f32(value) } else { "null".into() }
}

/// `[a,b]`, of values that are JSON already.
pub fn array(values: &mut dyn Iterator<Item = String>) -> String {
    enclose('[', values, ']')
}

/// `{"a":1,"b":2}`, of names and of values that are JSON already.
pub fn object(members: &[(&str, String)]) -> String {
    enclose('{', &mut members.iter().map(|(name, value)| string(name) + ":" + value), '}')
}

fn enclose(open: char, items: &mut dyn Iterator<Item = String>, close: char) -> String {
    let mut json = String::from(open);
    for item in items {
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&item);
    }
    json.push(close);
    json
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn every_character_reads_back() {
        let text: String = (0..0x250).filter_map(char::from_u32).chain(['→', '\u{2028}', '😀']).collect();
        assert_eq!(serde_json::from_str::<String>(&string(&text)).ok(), Some(text));
    }

    #[test]
    fn numbers_read_back_and_others_are_null() {
        for value in [0.0, -0.5, 1e-8, 1e21, 123_456.75, f64::MAX] {
            assert_eq!(serde_json::from_str::<f64>(&number(value)).ok(), Some(value));
        }
        assert_eq!(number_f32(0.1), "0.1");
        assert_eq!([f64::NAN, f64::INFINITY].map(number), ["null", "null"]);
        assert_eq!([f32::NAN, f32::NEG_INFINITY].map(number_f32), ["null", "null"]);
    }

    #[test]
    fn arrays_and_objects_nest() {
        let empty = array(&mut core::iter::empty());
        let numbers = array(&mut ["1", "2"].map(String::from).into_iter());
        let json = object(&[("a", numbers), ("\"", empty.clone()), ("c", object(&[]))]);
        assert_eq!((json.as_str(), empty.as_str()), (r#"{"a":[1,2],"\"":[],"c":{}}"#, "[]"));
    }
}
