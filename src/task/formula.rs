//! Formulas in x and y that a visitor types: `+ − * / ^`, parentheses, whole numbers; a sign of multiplication may be left out.
//!
//! By precedence climbing. Exponents are whole numbers; a division by a number without inverse has no result.

use super::arithmetic::inverse;
use crate::config::quoted;
use crate::text::thousands;
use crate::tr;

/// A formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula(Term);

#[derive(Debug, Clone, PartialEq)]
enum Term {
    X,
    Y,
    Number(u32),
    Negative(Box<Term>),
    Two(char, Box<[Term; 2]>),
    Power(Box<Term>, u32),
}

/// Deeper nesting is refused: the parser and the evaluation call themselves once per level.
const DEPTH: u32 = 40;
/// Larger numbers, also in exponents, are refused.
const LARGEST: u32 = 999_999;
/// Longer formulas are refused.
const LENGTH: usize = 200;

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// What is wrong, as a clause.
    pub fn parse(text: &str) -> Result<Formula, String> {
        if text.len() > LENGTH {
            return Err(tr!("it has more than {most} characters", most = LENGTH));
        }
        let plain = |c| match c {
            '−' | '–' => '-',
            '·' | '×' | '⋅' => '*',
            'X' | 'Y' => c.to_ascii_lowercase(),
            c => c,
        };
        let signs: Vec<char> = text.replace('²', "^2").replace('³', "^3").chars().filter(|c| *c != ' ').map(plain).collect();
        let mut parser = Parser { signs: &signs, depth: 0 };
        let term = parser.sum()?;
        match parser.signs.first() {
            Some(sign) => Err(misplaced(*sign)),
            None if term.constant() => Err(tr!("there is neither x nor y in it").into()),
            None => Ok(Formula(term)),
        }
    }

    /// Its value modulo `n`.
    pub fn value(&self, x: u32, y: u32, n: u32) -> Option<u32> {
        self.0.value([x, y], n)
    }
}

impl Term {
    fn value(&self, at: [u32; 2], n: u32) -> Option<u32> {
        Some(match self {
            Term::X => at[0] % n,
            Term::Y => at[1] % n,
            Term::Number(number) => number % n,
            Term::Negative(term) => (n - term.value(at, n)?) % n,
            Term::Power(base, exponent) => power(base.value(at, n)?, *exponent, n),
            Term::Two(sign, terms) => {
                let [a, b] = [terms[0].value(at, n)?, terms[1].value(at, n)?];
                match sign {
                    '+' => (a + b) % n,
                    '-' => (a + n - b) % n,
                    '*' => a * b % n,
                    _ => a * inverse(b, n)? % n,
                }
            }
        })
    }

    fn constant(&self) -> bool {
        match self {
            Term::X | Term::Y => false,
            Term::Number(_) => true,
            Term::Negative(term) | Term::Power(term, _) => term.constant(),
            Term::Two(_, terms) => terms.iter().all(Term::constant),
        }
    }
}

/// base^exponent mod n; anything to the power of 0 is 1.
fn power(mut base: u32, mut exponent: u32, n: u32) -> u32 {
    let mut result = 1 % n;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % n;
        }
        base = base * base % n;
        exponent >>= 1;
    }
    result
}

fn misplaced(sign: char) -> String {
    // Only what formulas are made of can be in the wrong place.
    if matches!(sign, 'x' | 'y' | '0'..='9' | '+' | '-' | '*' | '/' | '^' | '(' | ')') {
        tr!("“{sign}” is in the wrong place", sign)
    } else {
        tr!("it knows x, y and whole numbers, and no “{sign}”", sign)
    }
}

struct Parser<'a> {
    signs: &'a [char],
    depth: u32,
}

impl Parser<'_> {
    fn take(&mut self, wanted: &[char]) -> Option<char> {
        let (first, rest) = self.signs.split_first()?;
        wanted.contains(first).then(|| {
            self.signs = rest;
            *first
        })
    }

    /// product (± product)*
    fn sum(&mut self) -> Result<Term, String> {
        let mut term = self.product()?;
        while let Some(sign) = self.take(&['+', '-']) {
            term = Term::Two(sign, Box::new([term, self.product()?]));
        }
        Ok(term)
    }

    /// signed (*/ signed | power)*
    fn product(&mut self) -> Result<Term, String> {
        let mut term = self.signed()?;
        loop {
            if let Some(sign) = self.take(&['*', '/']) {
                term = Term::Two(sign, Box::new([term, self.signed()?]));
            } else if self.signs.first().is_some_and(|c| matches!(c, 'x' | 'y' | '(') || c.is_ascii_digit()) {
                term = Term::Two('*', Box::new([term, self.power()?]));
            } else {
                return Ok(term);
            }
        }
    }

    fn signed(&mut self) -> Result<Term, String> {
        match self.take(&['-']) {
            Some(_) => Ok(Term::Negative(Box::new(self.nested(Self::signed)?))),
            None => self.power(),
        }
    }

    /// atom (^ whole number)?
    fn power(&mut self) -> Result<Term, String> {
        let base = self.atom()?;
        if self.take(&['^']).is_none() {
            return Ok(base);
        }
        let exponent = self.whole()?.ok_or_else(|| tr!("a power needs a whole number, as in x^2"))?;
        Ok(Term::Power(Box::new(base), exponent))
    }

    fn atom(&mut self) -> Result<Term, String> {
        if let Some(number) = self.whole()? {
            return Ok(Term::Number(number));
        }
        match self.take(&['x', 'y', '(']) {
            Some('x') => Ok(Term::X),
            Some('y') => Ok(Term::Y),
            Some(_) => {
                let term = self.nested(Self::sum)?;
                self.take(&[')']).ok_or_else(|| tr!("a “)” is missing"))?;
                Ok(term)
            }
            None => Err(match self.signs.first() {
                Some(sign) => misplaced(*sign),
                None => tr!("it ends too early").into(),
            }),
        }
    }

    fn nested(&mut self, inner: fn(&mut Self) -> Result<Term, String>) -> Result<Term, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(tr!("it has more than {most} levels", most = DEPTH));
        }
        let term = inner(self)?;
        self.depth -= 1;
        Ok(term)
    }

    /// A whole number, if one comes next.
    fn whole(&mut self) -> Result<Option<u32>, String> {
        let digits = self.signs.iter().take_while(|c| c.is_ascii_digit()).count();
        let (number, rest) = self.signs.split_at(digits);
        if digits == 0 {
            return Ok(None);
        }
        self.signs = rest;
        let number: String = number.iter().collect();
        match number.parse() {
            Ok(value) if value <= LARGEST => Ok(Some(value)),
            _ => Err(tr!(
                "the number {number} is too large, as {largest} is the largest",
                number = quoted(&number),
                largest = thousands(LARGEST.into())
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Rng, Stream};

    fn value(text: &str, x: u32, y: u32, n: u32) -> Option<u32> {
        Formula::parse(text).unwrap_or_else(|why| panic!("{text} {why}")).value(x, y, n)
    }

    #[test]
    fn precedence_is_that_of_mathematics() {
        for (text, expected) in [
            ("x+y*2", 13),
            ("(x+y)*2", 16),
            ("x-y-1", 94),
            ("x/y/2", 10),
            ("-x^2", 88),
            ("(-x)^2", 9),
            ("2x y", 30),
            ("3(x+y)^2", 192 % 97),
            ("x²−xy", 91),
            ("xy^2+x^3", (75 + 27) % 97),
            ("x--y", 8),
            ("x^0+y", 6),
            ("x^999999+0y", 85),
            ("100x", 300 % 97),
        ] {
            assert_eq!(value(text, 3, 5, 97), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_division_without_result_has_none() {
        assert_eq!(value("x/y", 3, 0, 97), None);
        assert_eq!(value("x/(y-2)+1", 3, 2, 97), None);
        assert_eq!((value("x/y", 1, 2, 91), value("x/y", 1, 7, 91)), (Some(46), None));
    }

    #[test]
    fn what_is_no_formula_is_refused_with_the_reason() {
        for (text, why) in [
            ("", "too early"),
            ("x+", "too early"),
            ("(x+y", "“)”"),
            ("x+y)", "“)”"),
            ("x^y", "whole number"),
            ("x^-1", "whole number, as in x^2"),
            ("x^999999999", "the number 999999999 is too large, as 999,999 is the largest"),
            ("x^1000000", "too large"),
            ("x+*y", "“*” is in the wrong place"),
            ("x+z", "no “z”"),
            ("x = y", "no “=”"),
            ("7", "neither"),
            ("x+99999999", "99999999 is too large"),
            (&"(".repeat(150), "levels"),
            (&"-".repeat(150), "levels"),
            (&"x+".repeat(150), "200"),
        ] {
            let error = Formula::parse(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn no_text_panics() {
        let mut rng = Rng::new(5, Stream::Test);
        let alphabet: Vec<char> = "xy0123456789+-*/^() ²·λ".chars().collect();
        for _ in 0..20_000 {
            let text: String = (0..rng.below(24)).map(|_| alphabet[rng.below(alphabet.len() as u32) as usize]).collect();
            if let Ok(formula) = Formula::parse(&text) {
                for n in [5, 6, 199] {
                    assert!(formula.value(rng.below(n), rng.below(n), n).is_none_or(|c| c < n), "{text}");
                }
            }
        }
    }
}
