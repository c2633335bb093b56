//! How inputs are laid out: lines of options, then a document. So mutations of one leave the other whole.

use bellpull_core::http::{HeaderMap, HeaderName, HeaderValue};

/// A text that targets put where a secret stands. No reader writes it by itself.
pub(crate) const CANARY: &str = "Zq7-hunter2-kV9";

/// The first line, without its end, and the rest.
pub(crate) fn line(input: &[u8]) -> (&[u8], &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n');
    end.map_or((input, &[][..]), |at| (&input[..at], &input[at + 1..]))
}

/// The first line as text, and the rest. `None`: it is not UTF-8.
pub(crate) fn text_line(input: &[u8]) -> Option<(&str, &[u8])> {
    let (first, rest) = line(input);
    Some((std::str::from_utf8(first).ok()?, rest))
}

/// The lines as text up to an empty one, and the rest.
pub(crate) fn text_lines(mut input: &[u8]) -> Option<(Vec<&str>, &[u8])> {
    let mut lines = Vec::new();
    while !input.is_empty() {
        let (first, rest) = text_line(input)?;
        input = rest;
        if first.is_empty() {
            break;
        }
        lines.push(first);
    }
    Some((lines, input))
}

/// Headers, one a line, as a parser of HTTP would give them. What is no header is left out.
pub(crate) fn headers(lines: &[&str]) -> HeaderMap {
    let pairs = lines.iter().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let value = HeaderValue::from_bytes(value.trim_ascii().as_bytes()).ok()?;
        Some((name, value))
    });
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(name, value);
    }
    headers
}

/// Fails where a text shows the canary.
#[track_caller]
pub(crate) fn hides_canary(text: &str) {
    assert!(!text.contains(CANARY), "a secret is shown: {text}");
}

/// Fails where a text that people read is longer than a page.
#[track_caller]
pub(crate) fn is_readable(text: &str) {
    assert!(!text.is_empty(), "nothing is said");
    assert!(text.len() <= 4 << 10, "{} bytes: {text:.200}", text.len());
}
