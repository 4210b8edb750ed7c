//! Short loops, written out: what drivers and translators make of a loop then does not matter. Metal got a third of the speed
//! where it was left to them, and with a count of its own in each loop, as browsers have it, nothing is unrolled.

use super::declaration::after;
use super::tokens::{Known, Token};

/// Most iterations of a loop that is written out.
const MOST: u64 = 8;

/// The numbers that take the place of a loop's variable.
const NUMBERS: [&str; MOST as usize] = ["0u", "1u", "2u", "3u", "4u", "5u", "6u", "7u"];

/// Statements with each loop `for (var i = 0u; i < n; i++) { … }` written out, `n` being a number up to [`MOST`] or a `known`
/// constant; but no loop that something leaves early.
pub(super) fn unroll<'a>(tokens: &[Token<'a>], known: &[Known]) -> Vec<Token<'a>> {
    let (mut written, mut at) = (vec![], 0);
    while at < tokens.len() {
        let Some((variable, count)) = head(&tokens[at..], known) else {
            written.push(tokens[at].clone());
            at += 1;
            continue;
        };
        let end = after(tokens, at + HEAD.len());
        let body = &tokens[at + HEAD.len() + 1..end - 1];
        if body.iter().any(|token| matches!(token.text, "break" | "continue")) {
            written.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let body = unroll(body, known);
        for number in NUMBERS.into_iter().take(count) {
            written.push(Token { gap: tokens[at].gap.clone(), text: "{" });
            written.extend(body.iter().enumerate().map(|(i, token)| {
                // Fields have names of their own.
                let is_variable = token.text == variable && (i == 0 || body[i - 1].text != ".");
                Token { gap: token.gap.clone(), text: if is_variable { number } else { token.text } }
            }));
            written.push(tokens[end - 1].clone());
        }
        at = end;
    }
    written
}

/// The tokens of such a loop up to its `{`, with `i` and `n` for whatever they are.
const HEAD: [&str; 15] = ["for", "(", "var", "i", "=", "0u", ";", "i", "<", "n", ";", "i", "+", "+", ")"];

/// Variable and number of iterations, if a loop that is to be written out begins here.
fn head<'a>(tokens: &[Token<'a>], known: &[Known]) -> Option<(&'a str, usize)> {
    let (variable, bound) = (tokens.get(3)?.text, tokens.get(9)?.text);
    let is_head = tokens.get(HEAD.len())?.text == "{"
        && HEAD.iter().zip(tokens).all(|(want, token)| match *want {
            "i" => token.text == variable,
            "n" => true,
            want => token.text == want,
        });
    let literal = || bound.strip_suffix('u')?.parse().ok();
    let count = known.iter().find(|(name, _)| *name == bound).map(|known| known.1).or_else(literal)?;
    (is_head && count <= MOST).then_some((variable, count as usize))
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    fn unrolled(text: &str) -> String {
        unroll(&tokens(text), &[("FOUR", 4), ("TWO", 2), ("MANY", 9)]).iter().map(|token| token.text).collect()
    }

    #[test]
    fn short_loops_are_written_out() {
        assert_eq!(unrolled("a(); for (var k = 0u; k < 2u; k++) { s += k * v.k; } b();"), "a();{s+=0u*v.k;}{s+=1u*v.k;}b();");
        let nested = "for (var i = 0u; i < TWO; i++) { for (var j = 0u; j < TWO; j++) { f(i, j); } }";
        assert_eq!(unrolled(nested), "{{f(0u,0u);}{f(0u,1u);}}{{f(1u,0u);}{f(1u,1u);}}");
        assert_eq!(unrolled("for (var k = 0u; k < 0u; k++) { f(); }"), "");
    }

    #[test]
    fn other_loops_stay() {
        for text in [
            "for (var k = 0u; k < 9u; k++) { f(); }",
            "for (var k = 0u; k < MANY; k++) { f(); }",
            "for (var k = 0u; k < SIZE; k++) { f(); }",
            "for (var k = 1u; k < 2u; k++) { f(); }",
            "for (var k = 0u; k < 4u; k += 2u) { f(); }",
            "for (var k = 0u; k < 4u; j++) { f(); }",
            "for (var k = 0u; k < FOUR; k++) { if (f()) { break; } }",
        ] {
            assert_eq!(unrolled(text), text.replace(' ', ""), "{text}");
        }
        let outer = "for (var k = 0u; k < SIZE; k++) { for (var j = 0u; j < TWO; j++) { f(k, j); } }";
        assert_eq!(unrolled(outer), "for(vark=0u;k<SIZE;k++){{f(k,0u);}{f(k,1u);}}");
    }
}
