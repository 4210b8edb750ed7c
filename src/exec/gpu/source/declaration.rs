//! A shader's declarations, by their brackets and semicolons.

use super::tokens::Token;

/// What stands between two semicolons, or up to a closing brace, at module scope.
pub(super) struct Declaration<'a> {
    /// E.g. `@compute@workgroup_size(64)`.
    pub(super) attributes: String,
    /// From the keyword on.
    pub(super) tokens: Vec<Token<'a>>,
    pub(super) keyword: &'a str,
    pub(super) name: &'a str,
}

/// Without blanks.
pub(super) fn compact(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.text).collect()
}

/// Position after the bracket that closes the one at `open`.
pub(super) fn after(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => (),
        }
        if depth <= 0 {
            return i + 1;
        }
    }
    tokens.len()
}

/// All of them, in order.
///
/// # Errors
/// When an attribute belongs to nothing.
pub(super) fn declarations(mut tokens: Vec<Token>) -> Result<Vec<Declaration>, String> {
    let mut found = vec![];
    while !tokens.is_empty() {
        let mut end = 0;
        while end < tokens.len() && !matches!(tokens[end].text, ";" | "{") {
            end += 1;
        }
        let end = after(&tokens, end.min(tokens.len() - 1));
        let rest = tokens.split_off(end);
        let mut first = 0;
        while tokens.get(first).is_some_and(|token| token.text == "@") {
            first += 2;
            if tokens.get(first).is_some_and(|token| token.text == "(") {
                first = after(&tokens, first);
            }
        }
        let body = tokens.split_off(first.min(tokens.len()));
        let attributes = compact(&tokens);
        tokens = rest;
        let Some(keyword) = body.first().map(|token| token.text) else {
            return Err(format!("`{attributes}` belongs to nothing"));
        };
        if keyword == ";" {
            continue;
        }
        let at = if keyword == "var" { body.iter().position(|token| token.text == ">").unwrap_or(0) + 1 } else { 1 };
        let name = body.get(at).map_or("", |token| token.text);
        found.push(Declaration { attributes, keyword, name, tokens: body });
    }
    Ok(found)
}
