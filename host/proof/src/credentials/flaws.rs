//! Flaws of credentials. The texts name the flaw and contain nothing of the value.

use bellpull_core::Source;
use bellpull_core::text::{invisible_name, is_invisible};

/// A secret with fewer characters can be guessed.
pub(super) const SHORTEST: usize = 16;

/// Texts of examples, and texts that scripts write for an unset variable. Only their letters are
/// compared.
const PLACEHOLDERS: [&str; 14] = [
    "changeit",
    "changeme",
    "example",
    "fixme",
    "nil",
    "none",
    "null",
    "placeholder",
    "redacted",
    "replaceme",
    "tbd",
    "todo",
    "undefined",
    "yoursecret",
];

/// Whether the value has no meaning: only white space, zero-width characters, or zeros, with which
/// HMAC pads its key anyway (RFC 2104, section 2). Other control characters may be bytes of a key.
pub(super) fn is_blank(value: &[u8]) -> bool {
    let value = without_utf16_mark(value).unwrap_or(value);
    std::str::from_utf8(value).is_ok_and(|text| text.chars().all(is_blank_letter))
}

fn is_blank_letter(letter: char) -> bool {
    letter == '\0' || letter.is_whitespace() || (is_invisible(letter) && !letter.is_control())
}

/// Why no request can present the value at `carrier`.
pub(super) fn unpresentable(value: &[u8], carrier: &Source) -> Option<String> {
    match carrier {
        // RFC 9110, section 5.5: white space around a header's value is not a part of it, and the
        // tab is the only control character within it.
        Source::Header(_) | Source::Bearer(_) | Source::Scheme { .. } => {
            let trimmed = [value.first(), value.last()]
                .into_iter()
                .flatten()
                .any(|byte| matches!(byte, b' ' | b'\t'));
            let control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
            if !trimmed && !value.iter().any(control) {
                return None;
            }
            let what = ends(value).unwrap_or_else(|| "holds a control character".to_owned());
            Some(format!("{what}, which no header carries"))
        }
        // RFC 6265, section 4.1.1.
        Source::Cookie(_) => {
            let carried = |byte: &u8| byte.is_ascii_graphic() && !b"\",;\\".contains(byte);
            (!value.iter().all(carried)).then(|| {
                "holds white space, a comma, a semicolon, a quote, a backslash or what is not ASCII, \
                 which no cookie carries"
                    .to_owned()
            })
        }
        // RFC 7617, section 2.
        Source::BasicUsername => value
            .contains(&b':')
            .then(|| "holds a colon, which no user name of Basic credentials has".to_owned()),
        Source::BasicPassword | Source::Query(_) | Source::Member(_) | Source::Form(_) => None,
    }
}

/// Invisible characters at the ends of a value, which are probably not meant to be part of it.
pub(super) fn ends(value: &[u8]) -> Option<String> {
    // A PEM text ends with a line end (RFC 7468, section 2).
    if value.trim_ascii().starts_with(b"-----BEGIN ") {
        return None;
    }
    let start = match without_utf16_mark(value) {
        Some(_) => Some("a byte order mark"),
        None => first_chunk(value).and_then(|text| text.chars().next().and_then(invisible_name)),
    };
    let end = last_chunk(value).and_then(|text| {
        if text.ends_with("\r\n") {
            Some("a line end (CR LF)")
        } else {
            text.chars().next_back().and_then(invisible_name)
        }
    });
    match (start, end) {
        (Some(start), Some(end)) => Some(format!("begins with {start} and ends in {end}")),
        (Some(start), None) => Some(format!("begins with {start}")),
        (None, Some(end)) => Some(format!("ends in {end}")),
        (None, None) => None,
    }
}

/// Whether the value looks like a placeholder.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else {
        return false;
    };
    let text = text.trim_matches(is_invisible);
    let between = |open: &str, close: &str| {
        let after = text.find(open).and_then(|at| text.get(at + open.len()..));
        after.is_some_and(|rest| rest.contains(close))
    };
    let letters: String = text
        .chars()
        .filter(|letter| !matches!(letter, '-' | '_' | ' ' | '[' | ']'))
        .map(|letter| letter.to_ascii_lowercase())
        .take(SHORTEST)
        .collect();
    (text.starts_with('<') && text.ends_with('>'))
        || between("${", "}")
        || between("$(", ")")
        || between("{{", "}}")
        || PLACEHOLDERS.contains(&letters.as_str())
}

/// Whether the value is so short that it can be guessed.
pub(super) fn is_short(value: &[u8]) -> bool {
    match std::str::from_utf8(value) {
        Ok(text) => text.trim_matches(is_invisible).chars().count() < SHORTEST,
        Err(_) => value.len() < SHORTEST,
    }
}

/// The value after the byte order mark of UTF-16, which some shells write when they redirect
/// output.
fn without_utf16_mark(value: &[u8]) -> Option<&[u8]> {
    value
        .strip_prefix(b"\xff\xfe")
        .or_else(|| value.strip_prefix(b"\xfe\xff"))
}

fn first_chunk(value: &[u8]) -> Option<&str> {
    value.utf8_chunks().next().map(|chunk| chunk.valid())
}

fn last_chunk(value: &[u8]) -> Option<&str> {
    let last = value.utf8_chunks().last()?;
    last.invalid().is_empty().then(|| last.valid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_zeros_are_blank() {
        let blank: [&[u8]; 9] = [
            b"\n",
            b" ",
            b"\r\n",
            b" \t \n\n",
            b"\0\0\0\0",
            "\u{feff}".as_bytes(),
            "\u{feff}\r\n".as_bytes(),
            "\u{a0}\u{3000}\u{200b}".as_bytes(),
            b"\xff\xfe\r\0\n\0",
        ];
        for value in blank {
            assert!(is_blank(value), "{value:?}");
        }
        for value in [
            b"a".as_slice(),
            b" a\n",
            b"\xff",
            b"\0\0\x80",
            b"\0\x01\x02\x03",
        ] {
            assert!(!is_blank(value), "{value:?}");
        }
    }

    #[test]
    fn names_invisible_characters_at_the_ends() {
        let cases: [(&[u8], Option<&str>); 16] = [
            (b"token", None),
            (b"to ken", None),
            (b"token\n", Some("ends in a line end (LF)")),
            (b"token\r\n", Some("ends in a line end (CR LF)")),
            (b"token\r", Some("ends in a line end (CR)")),
            (b"token ", Some("ends in a blank")),
            (b"token\t", Some("ends in a tab")),
            (b"token\0", Some("ends in a control character")),
            (b" token", Some("begins with a blank")),
            (
                b"\ntoken ",
                Some("begins with a line end (LF) and ends in a blank"),
            ),
            (
                "\u{feff}token".as_bytes(),
                Some("begins with a byte order mark"),
            ),
            (
                "token\u{feff}".as_bytes(),
                Some("ends in a byte order mark"),
            ),
            (
                b"\xff\xfet\0",
                Some("begins with a byte order mark and ends in a control character"),
            ),
            (b"\xff\x80", None),
            (b"\xff\n", Some("ends in a line end (LF)")),
            (
                b"-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n",
                None,
            ),
        ];
        for (value, expected) in cases {
            assert_eq!(ends(value).as_deref(), expected, "{value:?}");
        }
    }

    #[test]
    fn a_header_carries_no_outer_white_space_and_no_control_characters() {
        let header = Source::Header("x-token".into());
        let bearer = Source::Bearer("authorization".into());
        let cases: [(&[u8], Option<&str>); 8] = [
            (b"token", None),
            (b"to ken", None),
            (b"to\tken", None),
            ("\u{feff}t\u{e4}".as_bytes(), None),
            (
                b"token\n",
                Some("ends in a line end (LF), which no header carries"),
            ),
            (
                b" token",
                Some("begins with a blank, which no header carries"),
            ),
            (
                b"to\nken",
                Some("holds a control character, which no header carries"),
            ),
            (
                b"to\x7fken",
                Some("holds a control character, which no header carries"),
            ),
        ];
        for (value, expected) in cases {
            for carrier in [&header, &bearer] {
                let got = unpresentable(value, carrier);
                assert_eq!(got.as_deref(), expected, "{value:?} at {carrier:?}");
            }
        }
    }

    #[test]
    fn a_cookie_carries_only_its_own_characters() {
        let cookie = Source::Cookie("token".into());
        for (value, expected) in [
            ("dG9rZW4=", true),
            ("a:b{c}", true),
            ("a b", false),
            ("a;b", false),
            ("a,b", false),
            ("\"a\"", false),
            ("a\n", false),
            ("\u{e4}", false),
        ] {
            let got = unpresentable(value.as_bytes(), &cookie).is_none();
            assert_eq!(got, expected, "{value:?}");
        }
    }

    #[test]
    fn other_places_carry_anything_except_a_colon_in_a_user_name() {
        for carrier in [
            Source::BasicUsername,
            Source::BasicPassword,
            Source::Query("k".into()),
            Source::Form("f".into()),
            Source::Member("/a".into()),
        ] {
            assert_eq!(unpresentable(b" token\n", &carrier), None, "{carrier:?}");
            let colon = unpresentable(b"a:b", &carrier).is_some();
            assert_eq!(colon, carrier == Source::BasicUsername, "{carrier:?}");
        }
    }

    #[test]
    fn recognises_placeholders() {
        for value in [
            "${TOKEN}",
            "prefix-${TOKEN}-suffix",
            "$(cat token)",
            "{{ .Values.token }}",
            "<token>",
            "<your-token-here>\n",
            "changeme",
            "change-me",
            "CHANGE_ME",
            "replace me",
            "[redacted]",
            "null",
            "TODO",
        ] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
        for value in [
            "a<b>",
            "$TOKEN",
            "${TOKEN",
            "todos-of-today",
            "changeme-8f3a1c7e5b2d",
            "3f9a1c7e5b2d4f60",
            "",
        ] {
            assert!(!is_placeholder(value.as_bytes()), "{value}");
        }
        assert!(!is_placeholder(b"\xff"));
    }

    #[test]
    fn a_value_of_fewer_than_16_characters_is_short() {
        let cases: [(&[u8], bool); 6] = [
            (b"0123456789abcde", true),
            (b"0123456789abcdef", false),
            (b"0123456789abcde\n", true),
            ("\u{e4}".repeat(15).leak().as_bytes(), true),
            ("\u{e4}".repeat(16).leak().as_bytes(), false),
            (&[0xff; 16], false),
        ];
        for (value, expected) in cases {
            assert_eq!(is_short(value), expected, "{value:?}");
        }
    }
}
