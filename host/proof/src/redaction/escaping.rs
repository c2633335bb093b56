//! Decodes escaped texts: a value may be found in the decoded text only.

use percent_encoding::percent_decode;

use crate::json::utf16_unit;

/// A way to escape a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escaping {
    /// `%41` for a byte (RFC 3986, section 2.1).
    Percent,
    /// The same, and `+` for a space (the URL Standard, `application/x-www-form-urlencoded`).
    Form,
    /// A JSON string (RFC 8259, section 7), or a text that contains such strings.
    Json,
}

impl Escaping {
    pub(super) const ALL: [Self; 3] = [Self::Percent, Self::Form, Self::Json];

    /// The decoded text around each escape. `None` without an escape. The rest of the text has been
    /// searched undecoded.
    pub(super) fn decode(self, text: &[u8]) -> Option<Vec<u8>> {
        let sign = match self {
            Self::Percent => b'%',
            Self::Form => b'+',
            Self::Json => b'\\',
        };
        let mut text = around(text, sign)?;
        Some(match self {
            Self::Percent => percent_decode(&text).collect(),
            Self::Form => {
                for byte in &mut text {
                    if *byte == b'+' {
                        *byte = b' ';
                    }
                }
                percent_decode(&text).collect()
            }
            Self::Json => unescape_json(&text),
        })
    }
}

/// Bytes of a text that are decoded on each side of an escape: as many as the longest pattern takes
/// if each of its bytes is escaped twice.
const AROUND: usize = 48 * 9;
/// Replaces the bytes that are left out.
const GAP: u8 = 0;

/// The parts of a text around each `sign`, separated by gaps. `None` without a `sign`.
fn around(text: &[u8], sign: u8) -> Option<Vec<u8>> {
    let mut signs = memchr::memchr_iter(sign, text).peekable();
    signs.peek()?;
    let (mut near, mut end) = (Vec::new(), 0);
    for at in signs {
        let start = at.saturating_sub(AROUND);
        if start > end {
            near.push(GAP);
        }
        let next = text.len().min(at + AROUND);
        near.extend_from_slice(text.get(start.max(end)..next).unwrap_or_default());
        end = next;
    }
    Some(near)
}

/// Decodes JSON escapes. Invalid ones stay as they are.
fn unescape_json(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(at);
        plain.extend_from_slice(before);
        let (letter, length) = json_escape(escape).unwrap_or(('\\', 1));
        let mut bytes = [0; 4];
        plain.extend_from_slice(letter.encode_utf8(&mut bytes).as_bytes());
        rest = escape.get(length..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
    plain
}

/// The character of an escape, and the length of the escape in bytes.
fn json_escape(escape: &[u8]) -> Option<(char, usize)> {
    Some(match escape.get(1)? {
        b'b' => ('\u{8}', 2),
        b'f' => ('\u{c}', 2),
        b'n' => ('\n', 2),
        b'r' => ('\r', 2),
        b't' => ('\t', 2),
        b'u' => {
            let high = utf16_unit(escape)?;
            let low = escape.get(6..).and_then(utf16_unit);
            let mut units = std::iter::once(high).chain(low);
            let first = char::decode_utf16(units.by_ref()).next()?;
            match first {
                Ok(letter) => (letter, 6 * letter.len_utf16()),
                Err(_half) => (char::REPLACEMENT_CHARACTER, 6),
            }
        }
        sign @ (b'"' | b'\\' | b'/') => (char::from(*sign), 2),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_each_escaping() {
        for (escaping, text, expected) in [
            (Escaping::Percent, "a%20b+%c3%BC", Some("a b+ü")),
            (Escaping::Percent, "a%2", Some("a%2")),
            (Escaping::Percent, "a+b", None),
            (Escaping::Form, "a+b%2B", Some("a b+")),
            (Escaping::Form, "a%20b", None),
            (Escaping::Json, r#"a\"b\\c\/\u0041"#, Some("a\"b\\c/A")),
            (Escaping::Json, r"\ud83d\ude00!\n", Some("😀!\n")),
            (Escaping::Json, r"\ud83dx\ude00", Some("\u{fffd}x\u{fffd}")),
            (Escaping::Json, r"\ud83d\u0041", Some("\u{fffd}A")),
            (Escaping::Json, r"C:\dir \u12", Some(r"C:\dir \u12")),
            (Escaping::Json, "plain", None),
        ] {
            let got = escaping.decode(text.as_bytes());
            let got = got.map(|bytes| String::from_utf8(bytes).unwrap());
            assert_eq!(got.as_deref(), expected, "{escaping:?} {text}");
        }
    }

    #[test]
    fn leaves_out_what_is_far_from_an_escape() {
        let far = "x".repeat(3 * AROUND);
        let near = "x".repeat(AROUND);
        let before = &near[1..];
        for (text, expected) in [
            (far.clone(), None),
            (
                format!("{far}%41{far}"),
                Some(format!("\0{near}A{}", &near[..AROUND - 3])),
            ),
            (
                format!("%41{far}%42"),
                Some(format!("A{}\0{near}B", &near[3..])),
            ),
            (format!("%41{near}%42"), Some(format!("A{near}B"))),
            (format!("%41{before}%42"), Some(format!("A{before}B"))),
        ] {
            let got = Escaping::Percent.decode(text.as_bytes());
            let got = got.map(|bytes| String::from_utf8(bytes).unwrap());
            assert_eq!(got, expected, "{text}");
        }
    }
}
