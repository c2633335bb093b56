use std::ops::Range;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use regex::Regex;

/// Lengths of digests in bytes: SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512. What is longer than all of
/// them may be a signature.
const DIGESTS: [usize; 5] = [20, 28, 32, 48, 64];

/// Basic credentials, a token of three parts, or a run of digits that may be a digest or a signature.
const PIECE: &str = r"(?x)
    ^(?i:basic)\ +(?<basic>[A-Za-z0-9+/]+=*)$
  | (?<token>[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.(?<signature>[A-Za-z0-9_-]{27,}))
  | (?<digits>[A-Za-z0-9+/_-]{27,}={0,2})";

static PIECES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(PIECE).ok());

/// What a forger does to a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProofChange {
    /// One bit is another, or one character.
    Flip,
    /// The last byte or character is missing.
    Truncate,
    /// There is one more byte or character.
    Lengthen,
    Remove,
}

/// A text that holds proofs: MACs, signatures, tokens or values of a Secret.
#[derive(Debug)]
pub(super) struct ProvingText {
    text: String,
    pieces: Vec<(Range<usize>, Notation)>,
}

/// How a piece of a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    Hex,
    Base64,
    Base64Url,
    Base64UrlNoPadding,
    /// Base64 of `user:password`.
    Basic,
    Plain,
}

impl ProvingText {
    /// The proofs in a text. `None` when there is none.
    pub(super) fn find<'s>(text: String, secrets: impl Iterator<Item = &'s str>) -> Option<Self> {
        let mut pieces: Vec<(Range<usize>, Notation)> = secrets
            .filter(|secret| !secret.is_empty())
            .filter_map(|secret| {
                let start = text.find(secret)?;
                Some((start..start + secret.len(), Notation::Plain))
            })
            .max_by_key(|(range, _)| range.len())
            .into_iter()
            .collect();
        if pieces.is_empty() {
            let found = PIECES.as_ref()?.captures_iter(&text);
            pieces = found
                .filter_map(|found| {
                    let names = ["basic", "signature", "digits"];
                    let piece = names.iter().find_map(|name| found.name(name))?;
                    let notation = match found.name("basic") {
                        Some(_) => Notation::Basic,
                        None => notation_of(piece.as_str())?,
                    };
                    Some((piece.range(), notation))
                })
                .collect();
        }
        (!pieces.is_empty()).then_some(Self { text, pieces })
    }

    /// Whether it is a proof as a whole.
    pub(super) fn is_bare(&self) -> bool {
        matches!(self.pieces.as_slice(), [(range, _)] if range.len() == self.text.len())
    }

    /// The text with every proof in it changed. `None` when it would be the same.
    pub(super) fn changed(&self, change: ProofChange) -> Option<String> {
        let mut changed = String::with_capacity(self.text.len() + 4);
        let mut end = 0;
        for (range, notation) in &self.pieces {
            changed.push_str(self.text.get(end..range.start)?);
            changed.push_str(&notation.changed(self.text.get(range.clone())?, change)?);
            end = range.end;
        }
        changed.push_str(self.text.get(end..)?);
        (changed != self.text).then_some(changed)
    }
}

/// How a run of digits writes a digest or signature. `None` when it is too short to be one.
fn notation_of(digits: &str) -> Option<Notation> {
    let notations = [
        Notation::Hex,
        Notation::Base64,
        Notation::Base64Url,
        Notation::Base64UrlNoPadding,
    ];
    let is_proof = |bytes: Vec<u8>| DIGESTS.contains(&bytes.len()) || bytes.len() > 64;
    notations
        .into_iter()
        .find(|notation| notation.decode(digits).is_some_and(is_proof))
}

impl Notation {
    fn decode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Hex => hex::decode(text).ok(),
            Self::Base64 | Self::Basic => BASE64_STANDARD.decode(text).ok(),
            Self::Base64Url => BASE64_URL_SAFE.decode(text).ok(),
            Self::Base64UrlNoPadding => BASE64_URL_SAFE_NO_PAD.decode(text).ok(),
            Self::Plain => Some(text.into()),
        }
    }

    fn encode(self, bytes: &[u8]) -> Option<String> {
        Some(match self {
            Self::Hex => hex::encode(bytes),
            Self::Base64 | Self::Basic => BASE64_STANDARD.encode(bytes),
            Self::Base64Url => BASE64_URL_SAFE.encode(bytes),
            Self::Base64UrlNoPadding => BASE64_URL_SAFE_NO_PAD.encode(bytes),
            Self::Plain => return String::from_utf8(bytes.to_vec()).ok(),
        })
    }

    fn changed(self, text: &str, change: ProofChange) -> Option<String> {
        let mut bytes = self.decode(text)?;
        match change {
            ProofChange::Flip => *bytes.last_mut()? ^= 1,
            ProofChange::Truncate => drop(bytes.pop()?),
            ProofChange::Lengthen => bytes.push(b'0'),
            ProofChange::Remove => return Some(String::new()),
        }
        self.encode(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_in_texts_are_changed_in_their_own_notation() {
        let digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        let base64 = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        let table: [(&str, ProofChange, &str); 9] = [
            (
                &format!("sha256={digest}"),
                ProofChange::Flip,
                &format!("sha256={}6", &digest[..63]),
            ),
            (
                &format!("v1={digest}"),
                ProofChange::Truncate,
                &format!("v1={}", &digest[..62]),
            ),
            (digest, ProofChange::Lengthen, &format!("{digest}30")),
            (&format!("t=1,v1={digest}"), ProofChange::Remove, "t=1,v1="),
            (
                &format!("v1,{base64}"),
                ProofChange::Flip,
                &base64.replace("1OE=", "1OA=").replacen("g0", "v1,g0", 1),
            ),
            ("Basic YTpi", ProofChange::Lengthen, "Basic YTpiMA=="),
            (
                "Bearer eyJ.e30.g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE",
                ProofChange::Remove,
                "Bearer eyJ.e30.",
            ),
            ("Token hunter22", ProofChange::Flip, "Token hunter23"),
            ("Token hunter22", ProofChange::Truncate, "Token hunter2"),
        ];
        for (text, change, expected) in table {
            let found = ProvingText::find(text.to_owned(), ["hunter22"].into_iter());
            let changed = found.unwrap_or_else(|| panic!("{text}")).changed(change);
            assert_eq!(changed.as_deref(), Some(expected), "{text} {change:?}");
        }
        for text in [
            "push",
            "1767322800",
            "f2467dea-70d6-11e8-8955-3c83993e0aef",
            "Mozilla/5.0 (X11; Linux x86_64)",
        ] {
            let found = ProvingText::find(text.to_owned(), ["hunter22"].into_iter());
            assert!(found.is_none(), "{text}: {found:?}");
        }
    }
}
