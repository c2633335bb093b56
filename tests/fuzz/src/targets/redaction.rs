//! What holds a secret is hidden, however it is written (SECURITY.md, "Credentials").

use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use bellpull_core::{ReceiverView, SecretBytes, SecretObject};
use bellpull_proof::Redaction;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

use crate::FuzzTarget;
use crate::input::line;

/// The first line has letters for the ways to write the text, the innermost first; the second what stands
/// before the value, the third what stands after it. The rest is the value.
pub(crate) const TARGET: FuzzTarget = FuzzTarget {
    name: "redaction",
    run,
};

/// How often a text is decoded.
const ESCAPINGS: usize = 3;
const ENOUGH: u64 = 1 << 40;

fn run(input: &[u8]) {
    let (ways, rest) = line(input);
    let (before, rest) = line(rest);
    let (after, value) = line(rest);
    let (Ok(before), Ok(after)) = (std::str::from_utf8(before), std::str::from_utf8(after)) else {
        return;
    };
    let redaction = redaction(value);
    let Some(searched) = redaction.values().next() else {
        return;
    };
    let whole = [before.as_bytes(), searched, after.as_bytes()].concat();
    let mut text = match ways.first() {
        Some(b'b') => BASE64_STANDARD.encode(&whole).into_bytes(),
        Some(b'u') => BASE64_URL_SAFE_NO_PAD.encode(&whole).into_bytes(),
        _ => whole,
    };
    let escapings = ways.iter().filter_map(|way| Escaping::of(*way));
    for escaping in escapings.take(ESCAPINGS) {
        text = escaping.write(&text);
    }
    let mut left = ENOUGH;
    let hidden = redaction.hides(&text, &mut left);
    let shown = String::from_utf8_lossy(&text);
    assert_eq!(
        hidden,
        Ok(true),
        "{:?} is read in {shown}",
        searched.escape_ascii()
    );
    let searched = ENOUGH - left;
    assert!(
        searched <= 48 * text.len() as u64 + (4 << 20),
        "{searched} bytes are searched"
    );
    let within = [b"{\"a\": \"".as_slice(), &text, b"\"}"].concat();
    assert_eq!(
        redaction.hides(&within, &mut left),
        Ok(true),
        "within {shown}"
    );
    assert_eq!(redaction.hides(&text, &mut 0).is_err(), !text.is_empty());
    assert!(
        !format!("{redaction:?}").contains(&*shown),
        "the debug form"
    );
}

fn redaction(value: &[u8]) -> Redaction {
    let secret = SecretObject {
        namespace: "n".to_owned(),
        name: "s".to_owned(),
        data: [("t".to_owned(), SecretBytes::new(value.to_vec()))].into(),
    };
    let view = ReceiverView {
        provider: "p".to_owned(),
        events: Vec::new(),
        keys: Vec::new(),
        settings: Vec::new(),
        config: "{}".to_owned(),
    };
    Redaction::new(&Arc::new(secret), &view, &[])
}

/// A way to escape a text.
#[derive(Clone, Copy)]
enum Escaping {
    /// Percent-encoded where it must be.
    Percent,
    /// Percent-encoded everywhere, in lower case.
    EveryByte,
    Form,
    /// A JSON string.
    Json,
    /// A JSON string with an escape for each character.
    EveryUnit,
    /// A JSON string with escaped slashes.
    Slashes,
}

impl Escaping {
    fn of(letter: u8) -> Option<Self> {
        Some(match letter {
            b'p' => Self::Percent,
            b'P' => Self::EveryByte,
            b'f' => Self::Form,
            b'j' => Self::Json,
            b'J' => Self::EveryUnit,
            b's' => Self::Slashes,
            _ => return None,
        })
    }

    fn write(self, text: &[u8]) -> Vec<u8> {
        let json = || serde_json::to_string(&String::from_utf8_lossy(text)).expect("a text");
        match self {
            Self::Percent => percent_encode(text, NON_ALPHANUMERIC).to_string(),
            Self::EveryByte => written(text, |out, byte| write!(out, "%{byte:02x}")),
            Self::Form => form_urlencoded::byte_serialize(text).collect(),
            Self::Json => json(),
            Self::EveryUnit => {
                let text = String::from_utf8_lossy(text);
                let units: Vec<u16> = text.encode_utf16().collect();
                written(&units, |out, unit| write!(out, "\\u{unit:04X}"))
            }
            Self::Slashes => json().replace('/', "\\/"),
        }
        .into_bytes()
    }
}

fn written<T: Copy>(all: &[T], one: impl Fn(&mut String, T) -> std::fmt::Result) -> String {
    let mut out = String::new();
    for each in all {
        one(&mut out, *each).expect("a text takes everything");
    }
    out
}
