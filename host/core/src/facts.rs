//! Checks of the facts that components report. A component may be wrong: a digest that is not a
//! digest would be compared with every object and match none.

use std::fmt;

use serde::de::IgnoredAny;

use crate::text;

mod event;

/// Maximum length, in bytes, of a component's own words: kinds, actions, numbers, labels.
const WORD: usize = 256;

/// A fact that does not fit its field. It is dropped, and its field counts as unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongFact {
    /// The name of the field in the contract.
    pub field: &'static str,
    /// The value, printable and cut. Empty if it may be long.
    pub value: String,
    /// A description of the values that the field accepts.
    pub wanted: &'static str,
}

impl fmt::Display for WrongFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field,
            value,
            wanted,
        } = self;
        if value.is_empty() {
            write!(f, "{field} is not {wanted}")
        } else {
            write!(f, "{field} {value:?} is not {wanted}")
        }
    }
}

/// The type of a fact of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A content digest: an algorithm and its hexadecimal value (OCI image specification 1.1,
    /// "Digests").
    Digest,
    /// A commit id: 7 to 64 hexadecimal digits, complete (SHA-1 or SHA-256) or abbreviated by the
    /// sender.
    Commit,
    /// The full name of a Git ref: `refs/…`.
    Reference,
    /// A tag of a registry (OCI distribution specification 1.1, "Pulling manifests").
    Tag,
    /// A time of RFC 3339.
    Time,
    /// One JSON object.
    Object,
    /// The sender's own word for something.
    Word,
}

impl Fact {
    /// Whether `value` has this type.
    #[must_use]
    pub fn accepts(self, value: &str) -> bool {
        match self {
            Self::Digest => is_digest(value),
            Self::Commit => {
                (7..=64).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_hexdigit())
            }
            Self::Reference => is_reference(value),
            Self::Tag => is_tag(value),
            Self::Time => value.parse::<jiff::Timestamp>().is_ok(),
            Self::Object => {
                value.trim_start().starts_with('{')
                    && serde_json::from_str::<IgnoredAny>(value).is_ok()
            }
            Self::Word => value.len() <= WORD && !value.chars().any(char::is_control),
        }
    }

    /// Checks that `value` has this type.
    ///
    /// # Errors
    /// The wrong fact, which the caller drops.
    pub fn check(self, field: &'static str, value: &str) -> Result<(), WrongFact> {
        if self.accepts(value) {
            return Ok(());
        }
        let shown = match self {
            Self::Object => String::new(),
            _ => text::printable(value, 80),
        };
        Err(WrongFact {
            field,
            value: shown,
            wanted: self.wanted(),
        })
    }

    fn wanted(self) -> &'static str {
        match self {
            Self::Digest => "a digest: an algorithm, a colon and its value, such as sha256:…",
            Self::Commit => "a commit of 7 to 64 hexadecimal digits",
            Self::Reference => "the full name of a ref such as refs/heads/main",
            Self::Tag => "a tag of at most 128 letters, digits, '_', '.' and '-'",
            Self::Time => "a time of RFC 3339",
            Self::Object => "one JSON object",
            Self::Word => "a text of at most 256 bytes without control characters",
        }
    }
}

/// A part of `git check-ref-format` that is enough to tell a ref from other texts: a full name
/// without white space.
fn is_reference(value: &str) -> bool {
    let strange = |letter: char| letter.is_whitespace() || letter.is_control();
    value
        .strip_prefix("refs/")
        .is_some_and(|rest| !rest.is_empty() && !value.contains(strange))
}

fn is_tag(value: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (1..=128).contains(&value.len())
        && value.bytes().all(|b| word(b) || b == b'.' || b == b'-')
        && value.bytes().next().is_some_and(word)
}

/// The shortest digest value that is accepted: samples in Azure's documentation are cut to this
/// length.
const SHORTEST_DIGEST: usize = 5;

/// A digest as the OCI image specification 1.1 defines it ("Digests"). A `sha256` or `sha512` value
/// may be cut or masked, as in vendors' samples: it still cannot name another artifact.
fn is_digest(value: &str) -> bool {
    let Some((algorithm, encoded)) = value.split_once(':') else {
        return false;
    };
    let name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+._-".contains(&b);
    let text = |b: u8| b.is_ascii_alphanumeric() || b"=_-".contains(&b);
    let longest = match algorithm {
        "sha256" => 64,
        "sha512" => 128,
        _ => WORD,
    };
    !algorithm.is_empty()
        && algorithm.bytes().all(name)
        && (SHORTEST_DIGEST..=longest).contains(&encoded.len())
        && encoded.bytes().all(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_only_values_of_its_type() {
        let of = |unit: &str, times: usize| unit.repeat(times);
        let sha256 = format!("sha256:{}", of("a1", 32));
        let cases: [(Fact, String, bool); 38] = [
            (Fact::Digest, sha256.clone(), true),
            (Fact::Digest, sha256.to_uppercase(), false),
            (Fact::Digest, "sha256:6ec128e26cd5".into(), true),
            (Fact::Digest, "sha256:6ec1".into(), false),
            (Fact::Digest, format!("{sha256}a"), false),
            (Fact::Digest, format!("sha512:{}", of("0", 128)), true),
            (Fact::Digest, "blake3+b64u:abc_-=".into(), true),
            (Fact::Digest, "v1.2.3".into(), false),
            (Fact::Digest, "sha256:".into(), false),
            (Fact::Digest, ":abc".into(), false),
            (Fact::Digest, "[redacted]".into(), false),
            (Fact::Commit, of("0f", 20), true),
            (Fact::Commit, of("0F", 32), true),
            (Fact::Commit, "abc1234".into(), true),
            (Fact::Commit, "abc123".into(), false),
            (Fact::Commit, of("0", 65), false),
            (Fact::Commit, "main".into(), false),
            (Fact::Reference, "refs/heads/main".into(), true),
            (Fact::Reference, "refs/tags/v1/\u{e4}@x".into(), true),
            (Fact::Reference, "main".into(), false),
            (Fact::Reference, "refs/".into(), false),
            (Fact::Reference, "refs/heads/a b".into(), false),
            (Fact::Reference, "refs/heads/a\n".into(), false),
            (Fact::Tag, "v1.2.3-rc_1".into(), true),
            (Fact::Tag, ".a".into(), false),
            (Fact::Tag, String::new(), false),
            (Fact::Tag, "a/b".into(), false),
            (Fact::Tag, of("a", 129), false),
            (Fact::Time, "2026-01-02T03:04:05Z".into(), true),
            (Fact::Time, "2026-01-02T03:04:05.678+01:00".into(), true),
            (Fact::Time, "2026-01-02".into(), false),
            (Fact::Object, r#"{"a": 1}"#.into(), true),
            (Fact::Object, "[1]".into(), false),
            (Fact::Object, r#"{"a": 1} 2"#.into(), false),
            (Fact::Object, String::new(), false),
            (Fact::Word, "Push Hook".into(), true),
            (Fact::Word, "a\nb".into(), false),
            (Fact::Word, of("a", 257), false),
        ];
        for (fact, value, expected) in cases {
            assert_eq!(fact.accepts(&value), expected, "{fact:?} {value:?}");
        }
    }

    #[test]
    fn describes_a_wrong_fact() {
        for (fact, field, value, expected) in [
            (
                Fact::Commit,
                "after",
                "ma\nin",
                r#"after "ma\\nin" is not a commit of 7 to 64 hexadecimal digits"#,
            ),
            (
                Fact::Object,
                "payload",
                "[]",
                "payload is not one JSON object",
            ),
        ] {
            let got = fact.check(field, value).unwrap_err().to_string();
            assert_eq!(got, expected, "{value:?}");
        }
    }
}
