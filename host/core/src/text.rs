//! Text from outside, made safe to show.

/// Replaces a credential.
pub const REDACTED: &str = "[redacted]";

/// Shorter values are not scrubbed: every sentence contains an `a`.
const SHORTEST_SCRUBBED: usize = 4;

/// What stands where a text was cut.
const CUT: char = '…';

/// Names that are less similar are not suggested.
const ALIKE: f64 = 0.75;

/// Longer names, in bytes, are not compared: the time grows with the length of both.
const NAME: usize = 128;

/// The one of the `known` names that the author of `name` probably meant.
#[must_use]
pub fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    known
        .filter(|candidate| name.len() <= NAME && candidate.len() <= NAME)
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, candidate)| candidate)
}

/// An error of serde without the value that was found, which may be a key that somebody put in the wrong place.
#[must_use]
pub fn without_value(error: &str) -> String {
    let found = ["invalid type: ", "invalid value: "].into_iter();
    let found = found.filter_map(|what| Some((what, error.strip_prefix(what)?)));
    for (what, rest) in found {
        if let Some((value, expected)) = rest.rsplit_once(", expected ") {
            let kind = value.split(' ').next().unwrap_or_default();
            return format!("{what}{kind}, expected {expected}");
        }
    }
    error.to_owned()
}

/// Removes every occurrence of the secrets from `text`, and at its end the beginning of one that
/// [`printable`] has cut.
#[must_use]
pub fn scrub<'a>(text: &str, secrets: impl Iterator<Item = &'a [u8]>) -> String {
    let texts = secrets.filter_map(|secret| std::str::from_utf8(secret).ok());
    let mut texts: Vec<&str> = texts
        .filter(|secret| secret.len() >= SHORTEST_SCRUBBED)
        .collect();
    // The longest first: if one secret begins with another, the end of the longer would be left.
    texts.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
    let held = texts.iter().filter(|secret| text.contains(**secret));
    let scrubbed = |text: String, secret: &&str| text.replace(*secret, REDACTED);
    let whole = held.fold(text.to_owned(), scrubbed);
    let Some(before) = whole.strip_suffix(CUT) else {
        return whole;
    };
    let begun = texts.iter().map(|secret| begun_at_end(before, secret));
    match before.split_at_checked(before.len() - begun.max().unwrap_or(0)) {
        Some((kept, begun)) if !begun.is_empty() => format!("{kept}{REDACTED}{CUT}"),
        _ => whole,
    }
}

/// How many bytes at the end of `text` are the beginning of `secret`.
fn begun_at_end(text: &str, secret: &str) -> usize {
    let lengths = (SHORTEST_SCRUBBED..secret.len()).rev();
    let beginnings = lengths.filter_map(|length| secret.get(..length));
    let mut found = beginnings.filter(|beginning| text.ends_with(beginning));
    found.next().map_or(0, str::len)
}

/// An `http` or `https` URL without its user and password (RFC 3986, section 3.2.1). Any other text
/// is unchanged: the user of another scheme, such as `git` of ssh, is a part of the address.
#[must_use]
pub fn without_user(text: &str) -> String {
    let parts = || {
        let (scheme, rest) = text.split_once("://")?;
        let is_web = ["https", "http"]
            .iter()
            .any(|web| scheme.eq_ignore_ascii_case(web));
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        let (_, host) = authority.rsplit_once('@').filter(|_| is_web)?;
        Some([scheme, "://", host, path].concat())
    };
    parts().unwrap_or_else(|| text.to_owned())
}

/// Escapes control characters (terminals obey them) and cuts at `cap` bytes.
#[must_use]
pub fn printable(text: &str, cap: usize) -> String {
    clean(text, cap, |_| false)
}

/// As [`printable`], but keeps line ends.
#[must_use]
pub fn printable_lines(text: &str, cap: usize) -> String {
    clean(text, cap, |letter| letter == '\n')
}

fn clean(text: &str, cap: usize, kept: impl Fn(char) -> bool) -> String {
    let mut clean = String::with_capacity(text.len().min(cap));
    for letter in text.chars() {
        if clean.len() >= cap {
            clean.push(CUT);
            break;
        }
        if !kept(letter) && (letter.is_control() || is_bidirectional(letter)) {
            clean.extend(letter.escape_default());
        } else {
            clean.push(letter);
        }
    }
    clean
}

/// Characters that reorder text (Unicode TR 9), and separators that break lines.
fn is_bidirectional(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character is invisible.
#[must_use]
pub fn is_invisible(letter: char) -> bool {
    invisible_name(letter).is_some()
}

/// The name of an invisible character, for warnings.
#[must_use]
pub fn invisible_name(letter: char) -> Option<&'static str> {
    Some(match letter {
        '\n' => "a line end (LF)",
        '\r' => "a line end (CR)",
        ' ' => "a blank",
        '\t' => "a tab",
        '\u{feff}' => "a byte order mark",
        '\u{200b}'..='\u{200f}' | '\u{2060}' => "a character without width",
        _ if letter.is_whitespace() => "white space",
        _ if letter.is_control() => "a control character",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_that_was_found_is_left_out() {
        for (error, expected) in [
            (
                "invalid type: string \"a key, expected nowhere\", expected a sequence",
                "invalid type: string, expected a sequence",
            ),
            (
                "invalid value: integer `5`, expected a name",
                "invalid value: integer, expected a name",
            ),
            (
                "unknown field `a`, expected `b`",
                "unknown field `a`, expected `b`",
            ),
        ] {
            assert_eq!(without_value(error), expected);
        }
    }

    #[test]
    fn escapes_control_characters_and_cuts() {
        let cases = [
            ("plain", 10, "plain"),
            ("a\nb\x1b[2J", 40, "a\\nb\\u{1b}[2J"),
            ("a\u{202e}b", 40, "a\\u{202e}b"),
            ("abcdef", 3, "abc…"),
        ];
        for (text, cap, expected) in cases {
            assert_eq!(printable(text, cap), expected, "{text:?} at {cap}");
        }
        assert_eq!(printable_lines("a\n\x1b", 40), "a\n\\u{1b}");
    }

    #[test]
    fn removes_the_user_of_a_web_address() {
        for (text, expected) in [
            (
                "https://bot:ghp_1@github.com/o/r.git",
                "https://github.com/o/r.git",
            ),
            ("HTTPS://token@host:8443?a=b@c", "HTTPS://host:8443?a=b@c"),
            ("https://host/a@b", "https://host/a@b"),
            ("ssh://git@host/o/r", "ssh://git@host/o/r"),
            ("git@host:o/r", "git@host:o/r"),
            ("refs/heads/a", "refs/heads/a"),
        ] {
            assert_eq!(without_user(text), expected, "{text}");
        }
    }

    #[test]
    fn scrubs_every_secret() {
        let secrets = [b"hunter22".as_slice(), b"hunter2222", b"abc"];
        assert_eq!(
            scrub("a hunter22 b hunter2222 abc", secrets.into_iter()),
            "a [redacted] b [redacted] abc"
        );
    }

    #[test]
    fn scrubs_the_beginning_of_a_secret_that_is_cut() {
        let secrets = [b"hunter22".as_slice(), b"secret\xc3\xa9s"];
        for (text, cap, expected) in [
            ("told hunter22", 12, "told [redacted]…"),
            ("told hunter22", 9, "told [redacted]…"),
            ("told hunter22", 8, "told hun…"),
            ("told hunter22", 13, "told [redacted]"),
            ("told secret\u{e9}s", 12, "told [redacted]…"),
            ("told hunted", 9, "told [redacted]…"),
            ("told hurried", 10, "told hurri…"),
        ] {
            let told = scrub(&printable(text, cap), secrets.into_iter());
            assert_eq!(told, expected, "{text:?} cut at {cap}");
        }
    }
}
