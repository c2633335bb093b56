//! The patterns to search for: a value in the encodings that senders use.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;

use bellpull_core::limits::SHORTEST_SEARCHED;

/// Bytes in the middle of a value that are searched for. So a long value costs no more than a short
/// one, and the ends, which key files share, do not matter.
const WINDOW: usize = 32;

/// The patterns of all values.
#[derive(Default)]
pub(super) struct SearchPatterns(BTreeSet<Vec<u8>>);

impl SearchPatterns {
    /// Adds a value in plain form, as lossy UTF-8, and in base64 (RFC 4648, sections 4 and 5) at
    /// each alignment, because it may be a part of the encoded text, as in Basic credentials (RFC
    /// 7617).
    pub(super) fn add(&mut self, value: &[u8]) {
        let value = value.trim_ascii();
        if value.len() < SHORTEST_SEARCHED {
            return;
        }
        self.add_window(window(value));
        if let Err(_not_text) = std::str::from_utf8(value) {
            self.add_window(window(String::from_utf8_lossy(value).as_bytes()));
        }
    }

    fn add_window(&mut self, window: &[u8]) {
        for before in 0..3 {
            let standard = in_base64(window, before);
            let url = standard.iter().map(|character| match character {
                b'+' => b'-',
                b'/' => b'_',
                other => *other,
            });
            self.0.insert(url.collect());
            self.0.insert(standard);
        }
        self.0.insert(window.to_vec());
    }

    pub(super) fn into_inner(self) -> BTreeSet<Vec<u8>> {
        self.0
    }
}

/// The middle of a value, or all of a short one.
fn window(value: &[u8]) -> &[u8] {
    let start = value.len().saturating_sub(WINDOW) / 2;
    let end = value.len().min(start + WINDOW);
    value.get(start..end).unwrap_or(value)
}

/// The characters of base64 that depend on `value` alone if `before` bytes, modulo 3, precede it. A
/// character encodes six bits.
fn in_base64(value: &[u8], before: usize) -> Vec<u8> {
    let bytes = [vec![0; before], value.to_vec()].concat();
    let encoded = BASE64_STANDARD_NO_PAD.encode(&bytes).into_bytes();
    let first = (before * 8).div_ceil(6);
    let last = bytes.len() * 8 / 6;
    encoded.get(first..last).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_value_in_base64_at_every_alignment() {
        let value = b"hunter2-hunter2";
        for before in ["", "u", "us", "user:", "user:pass"] {
            for after in ["", "!", "!!", ", and more"] {
                let whole = [before.as_bytes(), value, after.as_bytes()].concat();
                let encoded = BASE64_STANDARD_NO_PAD.encode(whole);
                let pattern = String::from_utf8(in_base64(value, before.len() % 3)).unwrap();
                assert!(
                    encoded.contains(&pattern),
                    "{pattern} in {encoded} of {before:?} and {after:?}"
                );
                assert!(pattern.len() >= value.len() * 8 / 6 - 1, "{pattern}");
            }
        }
    }

    #[test]
    fn searches_for_the_middle_of_a_long_value() {
        let long: Vec<u8> = (0..100).collect();
        for (value, expected) in [
            (&long[..8], &long[..8]),
            (&long[..32], &long[..32]),
            (&long[..33], &long[..32]),
            (&long[..], &long[34..66]),
        ] {
            assert_eq!(window(value), expected, "{} bytes", value.len());
        }
    }
}
