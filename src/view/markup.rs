//! Reads our own markup: elements that are all closed, but for inputs. The browser's reader is not for pages that trust no
//! text to become elements (`require-trusted-types-for 'script'`).

/// A piece of markup.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// An element begins.
    Begin(&'a str),
    /// It has this attribute; empty without a value.
    With(&'a str, String),
    /// The innermost element ends.
    End,
    /// Text.
    Text(String),
}

/// Hands over the pieces in order.
pub fn read(mut html: &str, take: &mut dyn FnMut(Piece)) {
    while !html.is_empty() {
        let Some(tag) = html.strip_prefix('<') else {
            let (text, rest) = html.split_at_checked(html.find('<').unwrap_or(html.len())).unwrap_or((html, ""));
            take(Piece::Text(plain(text)));
            html = rest;
            continue;
        };
        let (tag, rest) = tag.split_once('>').unwrap_or((tag, ""));
        html = rest;
        if tag.starts_with('/') {
            take(Piece::End);
            continue;
        }
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag.trim_end_matches('/'), ""));
        take(Piece::Begin(name));
        loop {
            rest = rest.trim_start();
            if rest.is_empty() || rest == "/" {
                break;
            }
            let (name, after) = rest.split_at_checked(rest.find(['=', ' ', '/']).unwrap_or(rest.len())).unwrap_or((rest, ""));
            let (value, after) = match after.strip_prefix("=\"") {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => match after.strip_prefix('=') {
                    Some(bare) => bare.split_once(' ').unwrap_or((bare, "")),
                    None => ("", after),
                },
            };
            take(Piece::With(name, plain(value)));
            rest = after;
        }
        if tag.ends_with('/') || name == "input" {
            take(Piece::End);
        }
    }
}

/// A text's words, without what stands around them: `: the paper ` → `: `, `the paper`, ` `.
pub fn words(text: &str) -> (&str, &str, &str) {
    let begin = text.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ':');
    let words = begin.trim_end();
    // Both stand in the text, at its end and at its beginning.
    let before = text.strip_suffix(begin).unwrap_or_default();
    (before, words, begin.strip_prefix(words).unwrap_or_default())
}

/// What [`escape`](super::text::escape)d text says.
fn plain(text: &str) -> String {
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (name, rest) = part.split_once(';').unwrap_or(("", part));
        plain += match name {
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "amp" => "&",
            _ => "",
        };
        plain += rest;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::escape;

    fn pieces(html: &str) -> Vec<String> {
        let mut all = vec![];
        read(html, &mut |piece| {
            all.push(match piece {
                Piece::Begin(name) => format!("<{name}"),
                Piece::With(name, value) => format!("{name}={value}"),
                Piece::End => ">".into(),
                Piece::Text(text) => text,
            });
        });
        all
    }

    #[test]
    fn every_way_of_writing_is_read() {
        assert_eq!(pieces("a<b>c</b>"), ["a", "<b", "c", ">"]);
        assert_eq!(
            pieces("<input type=text data-of=\"1 2\" hidden><i/>"),
            ["<input", "type=text", "data-of=1 2", "hidden=", ">", "<i", ">"]
        );
        assert_eq!(
            pieces("<line x2=22 y1=1.5 /><path d=\"M1 2z\"/>"),
            ["<line", "x2=22", "y1=1.5", ">", "<path", "d=M1 2z", ">"]
        );
        let odd = "a<b & \"c\" > &lt;";
        assert_eq!(
            pieces(&["<p t=\"", &escape(odd), "\">", &escape(odd), "</p>"].concat()),
            ["<p", &["t=", odd].concat(), odd, ">"]
        );
    }

    #[test]
    fn words_are_found_between_what_stands_around_them() {
        assert_eq!(words(": the paper "), (": ", "the paper", " "));
        assert_eq!(words("Go back"), ("", "Go back", ""));
        assert_eq!(words(" · "), (" ", "·", " "));
        assert_eq!((words(""), words("\n")), (("", "", ""), ("\n", "", "")));
    }

    #[test]
    fn the_template_closes_what_it_opens() {
        let (mut depth, mut least, mut elements) = (0, 0, 0);
        read(include_str!("../../www/lab.html"), &mut |piece| {
            match piece {
                Piece::Begin(name) => {
                    assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "{name}");
                    (depth, elements) = (depth + 1, elements + 1);
                }
                Piece::End => depth -= 1,
                Piece::With(name, _) => assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{name}"),
                Piece::Text(text) => assert!(!text.contains(['<', '>', '&']), "{text}"),
            }
            least = least.min(depth);
        });
        assert_eq!((depth, least), (0, 0));
        assert!(elements > 100);
    }
}
