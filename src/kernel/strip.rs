//! Shaders, style and markup as the page carries them: without `//` comments, lines of `/*` comments, indentation and empty
//! lines. So none of them may hold an address with `//`, and a style's comments have lines of their own.

/// Bytes of [`strip`]ped text.
pub const fn stripped_len(text: &str) -> usize {
    let (bytes, mut at, mut len) = (text.as_bytes(), 0, 0);
    while at < bytes.len() {
        let (start, end, next) = line(bytes, at);
        if end > start {
            len += end - start + 1;
        }
        at = next;
    }
    len
}

/// The text without comments at the end of lines, indentation and empty lines. `LEN` is its [`stripped_len`].
pub const fn strip<const LEN: usize>(text: &str) -> [u8; LEN] {
    let (bytes, mut at, mut len) = (text.as_bytes(), 0, 0);
    let mut stripped = [0; LEN];
    while at < bytes.len() {
        let (start, end, next) = line(bytes, at);
        let mut i = start;
        while i < end {
            stripped[len] = bytes[i];
            (i, len) = (i + 1, len + 1);
        }
        if end > start {
            stripped[len] = b'\n';
            len += 1;
        }
        at = next;
    }
    stripped
}

/// Where the code of the line at `at` starts and ends, and where the next line starts.
const fn line(bytes: &[u8], at: usize) -> (usize, usize, usize) {
    let mut start = at;
    while start < bytes.len() && bytes[start] == b' ' {
        start += 1;
    }
    let mut next = start;
    let whole = start + 1 < bytes.len() && bytes[start] == b'/' && bytes[start + 1] == b'*';
    let mut end = if whole { Some(start) } else { None };
    if whole {
        next += 4;
        while next < bytes.len() && !(bytes[next - 2] == b'*' && bytes[next - 1] == b'/') {
            next += 1;
        }
        assert!(next >= bytes.len() || bytes[next] == b'\n', "a comment at the start of a line is all that is on its last line");
    }
    while next < bytes.len() && bytes[next] != b'\n' {
        if end.is_none() && bytes[next] == b'/' && next + 1 < bytes.len() && bytes[next + 1] == b'/' {
            end = Some(next);
        }
        next += 1;
    }
    let mut end = match end {
        Some(end) => end,
        None => next,
    };
    while end > start && bytes[end - 1] == b' ' {
        end -= 1;
    }
    (start, end, next + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_stays() {
        const TEXT: &str = "// α: header\n\nconst N: u32 = 8u;\n    let a = b / c; // why\n  // no\n  /* no, α */\n/**/\n/* two\n   lines: /* */\n}";
        const STRIPPED: [u8; stripped_len(TEXT)] = strip(TEXT);
        assert_eq!(core::str::from_utf8(&STRIPPED), Ok("const N: u32 = 8u;\nlet a = b / c;\n}\n"));
    }
}
