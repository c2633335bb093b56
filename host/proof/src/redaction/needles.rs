//! What is searched for: the forms in which senders write a value.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;

use bellpull_core::limits::SHORTEST_SEARCHED;

/// Bytes of a value that are searched for, out of its middle: what is searched is as cheap for a long
/// value as for a short one, and key files begin and end alike.
const WINDOW: usize = 32;

/// The forms of a value.
#[derive(Default)]
pub(super) struct Needles(BTreeSet<Vec<u8>>);

impl Needles {
    /// Adds a value as it stands, as a reader of text has it, and in base64 (RFC 4648, sections 4 and 5)
    /// at each place that it may have in what is encoded: Basic credentials (RFC 7617) are one.
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
            let url = standard.iter().map(|sign| match sign {
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

/// The middle of a value; all of a short one.
fn window(value: &[u8]) -> &[u8] {
    let start = value.len().saturating_sub(WINDOW) / 2;
    let end = value.len().min(start + WINDOW);
    value.get(start..end).unwrap_or(value)
}

/// The signs of base64 that `value` alone decides where `before` bytes stand before it, modulo 3. A sign
/// is six bits.
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
    fn base64_holds_what_is_encoded_wherever_it_stands() {
        let value = b"hunter2-hunter2";
        for before in ["", "u", "us", "user:", "user:pass"] {
            for after in ["", "!", "!!", ", and more"] {
                let whole = [before.as_bytes(), value, after.as_bytes()].concat();
                let encoded = BASE64_STANDARD_NO_PAD.encode(whole);
                let needle = String::from_utf8(in_base64(value, before.len() % 3)).unwrap();
                assert!(
                    encoded.contains(&needle),
                    "{needle} in {encoded} of {before:?} and {after:?}"
                );
                assert!(needle.len() >= value.len() * 8 / 6 - 1, "{needle}");
            }
        }
    }

    #[test]
    fn the_middle_of_a_long_value_is_searched_for() {
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
