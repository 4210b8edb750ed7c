//! WGSL as tokens, just enough to rename what a shader declares; and the value of a constant u32 expression.

/// A word, a number, or one character of anything else, with the blanks before it. Comments are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// Blanks and line breaks since the token before; at least one blank where a comment was.
    pub gap: String,
    /// The token itself.
    pub text: &'a str,
}

impl Token<'_> {
    /// Whether this is a keyword or a name.
    pub fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    }
}

/// Takes a shader apart.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let (mut found, mut rest, mut gap) = (vec![], text, String::new());
    while let Some(first) = rest.chars().next() {
        let in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let len = if first.is_ascii_whitespace() {
            gap.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        } else if let Some(len) = comment(rest) {
            gap.push(' ');
            rest = &rest[len..];
            continue;
        } else if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            number(rest)
        } else if in_word(first) {
            rest.find(|c| !in_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        found.push(Token { gap: core::mem::take(&mut gap), text: &rest[..len] });
        rest = &rest[len..];
    }
    found
}

/// Length of the comment that the text starts with. Block comments nest.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if !text.starts_with("/*") {
        return None;
    }
    let (mut depth, mut at) = (1, 2);
    while depth > 0 && at < text.len() {
        let step = match text.as_bytes().get(at..at + 2) {
            Some(b"/*") => (1, 2),
            Some(b"*/") => (-1, 2),
            _ => (0, 1),
        };
        depth += step.0;
        at += step.1;
    }
    Some(at.min(text.len()))
}

/// Length of the number that the text starts with: `64u`, `0x7fu`, `1.5`, `.5f`, `3e-8`.
fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let hex = text.starts_with("0x") || text.starts_with("0X");
    let signs_exponent = |i: usize| !hex && i > 0 && matches!(bytes[i - 1], b'e' | b'E') && matches!(bytes[i], b'+' | b'-');
    let belongs = |i: usize| bytes[i].is_ascii_alphanumeric() || bytes[i] == b'.' || signs_exponent(i);
    (0..bytes.len()).find(|&i| !belongs(i)).unwrap_or(bytes.len())
}

/// Name and value of a constant.
pub type Known<'a> = (&'a str, u64);

/// Evaluates `expression` with the constants before it: names, numbers, `( ) + - * / % < > <= >= == !=`, and the functions
/// `min`, `max`, `select` and `u32`. Truth is 1.
///
/// # Errors
/// Names what it does not understand.
pub fn evaluate<'a>(expression: &[Token<'a>], known: &[Known<'a>]) -> Result<u64, String> {
    let mut reader = Reader { tokens: expression, at: 0, known };
    let value = reader.comparison()?;
    match reader.peek() {
        "" => Ok(value),
        more => Err(format!("`{more}` is not understood in a constant size")),
    }
}

struct Reader<'t, 'a> {
    tokens: &'t [Token<'a>],
    at: usize,
    known: &'t [Known<'a>],
}

impl<'a> Reader<'_, 'a> {
    fn peek(&self) -> &'a str {
        self.tokens.get(self.at).map_or("", |token| token.text)
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.peek() == text;
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, text: &str) -> Result<(), String> {
        if self.take(text) { Ok(()) } else { Err(format!("`{}` where a constant size needs `{text}`", self.peek())) }
    }

    fn comparison(&mut self) -> Result<u64, String> {
        let left = self.sum()?;
        let operator = self.peek();
        if !matches!(operator, "<" | ">" | "=" | "!") {
            return Ok(left);
        }
        self.at += 1;
        let equal = self.take("=");
        let right = self.sum()?;
        Ok(u64::from(match operator {
            "<" => left < right || (equal && left == right),
            ">" => left > right || (equal && left == right),
            "=" => left == right,
            _ => left != right,
        }))
    }

    fn sum(&mut self) -> Result<u64, String> {
        let mut value = self.product()?;
        loop {
            value = if self.take("+") {
                value.checked_add(self.product()?)
            } else if self.take("-") {
                value.checked_sub(self.product()?)
            } else {
                return Ok(value);
            }
            .ok_or("a constant size overflows")?;
        }
    }

    fn product(&mut self) -> Result<u64, String> {
        let mut value = self.factor()?;
        loop {
            value = if self.take("*") {
                value.checked_mul(self.factor()?)
            } else if self.take("/") {
                value.checked_div(self.factor()?)
            } else if self.take("%") {
                value.checked_rem(self.factor()?)
            } else {
                return Ok(value);
            }
            .ok_or("a constant size overflows or divides by zero")?;
        }
    }

    fn factor(&mut self) -> Result<u64, String> {
        let text = self.peek();
        self.at += 1;
        if text == "(" {
            let value = self.comparison()?;
            return self.expect(")").map(|()| value);
        }
        if let "min" | "max" | "select" | "u32" = text {
            return self.call(text);
        }
        if let Some((_, value)) = self.known.iter().find(|(name, _)| *name == text) {
            return Ok(*value);
        }
        let digits = text.trim_end_matches('u');
        let parsed = match digits.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16),
            None => digits.parse(),
        };
        parsed.map_err(|_| format!("`{text}` is not understood in a constant size"))
    }

    fn call(&mut self, function: &str) -> Result<u64, String> {
        self.expect("(")?;
        let mut arguments = vec![self.comparison()?];
        while self.take(",") {
            arguments.push(self.comparison()?);
        }
        self.expect(")")?;
        match (function, arguments.as_slice()) {
            ("min", &[a, b]) => Ok(a.min(b)),
            ("max", &[a, b]) => Ok(a.max(b)),
            ("select", &[no, yes, truth]) => Ok(if truth == 0 { no } else { yes }),
            ("u32", &[value]) => Ok(value),
            _ => Err(format!("`{function}` with {} arguments in a constant size", arguments.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        tokens(text).iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_numbers_and_marks_come_apart() {
        assert_eq!(texts("a.x+=3e-8*b[0x7eu]-.5"), ["a", ".", "x", "+", "=", "3e-8", "*", "b", "[", "0x7eu", "]", "-", ".5"]);
        assert_eq!(texts("0xe+1 1.5f"), ["0xe", "+", "1", "1.5f"]);
        assert_eq!(texts("a// [b]\nc /* d /* e */ f */ g/h"), ["a", "c", "g", "/", "h"]);
        let joined: String = tokens("let x_1 = y;\n  // z\n}").iter().map(|t| format!("{}{}", t.gap, t.text)).collect();
        assert_eq!(joined, "let x_1 = y;\n   \n}");
    }

    #[test]
    fn constant_expressions_have_their_value() {
        let value = |text: &str| evaluate(&tokens(text), &[("A", 6), ("B", 13)]);
        assert_eq!(value("B"), Ok(13));
        assert_eq!(value("(B + 63u) / 64u * 0x10"), Ok(16));
        assert_eq!(value("max(A, 7u) - min(B % 4u, 5u)"), Ok(6));
        assert_eq!(value("select(1u, A * (2u + 1u), B >= 13u)"), Ok(18));
        assert_eq!(value("select(1u, 2u, A == B)"), Ok(1));
        for wrong in ["C", "1u - 2u", "1u / 0u", "A B", "f(1u)", "min(1u)", "(1u", ""] {
            assert!(value(wrong).is_err(), "{wrong}");
        }
    }
}
