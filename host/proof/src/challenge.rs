//! Challenges: messages whose MAC a stranger may obtain.

use crate::Part;
use bellpull_core::limits;

/// Whether a message of these parts has the form of a challenge: 1 to 128 bytes of `[A-Za-z0-9_-]`.
/// No body or message that a sender signs has this form, except for a single number or word.
#[must_use]
pub fn is_challenge<B: AsRef<[u8]>>(message: &[B]) -> bool {
    let length: usize = message.iter().map(|part| part.as_ref().len()).sum();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    (1..=limits::CHALLENGE).contains(&length)
        && message.iter().all(|part| part.as_ref().iter().all(plain))
}

/// Whether the message is a single value of the delivery, without bytes of the component's own.
/// Only such a value can be a challenge.
#[must_use]
pub fn is_single_value(message: &[Part]) -> bool {
    matches!(
        message,
        [Part::Parameter(_) | Part::Header(_) | Part::Form(_) | Part::Member(_)]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_short_and_plain() {
        let long = "a".repeat(128);
        for (parts, expected) in [
            (vec!["qgg8vlvZRS6UYooatFL8Aw"], true),
            (vec!["M2M3-_9"], true),
            (vec!["123"], true),
            (vec!["", "1", "23"], true),
            (vec![long.as_str()], true),
            (vec![long.as_str(), "a"], false),
            (vec![], false),
            (vec!["", ""], false),
            (vec!["{}"], false),
            (vec!["v0:1700000000:", "abc"], false),
            (vec!["a", " ", "b"], false),
            (vec!["a.b"], false),
            (vec!["a+b/c="], false),
            (vec!["\u{e4}"], false),
        ] {
            assert_eq!(is_challenge(&parts), expected, "{parts:?}");
        }
    }

    #[test]
    fn a_stranger_chooses_a_single_value() {
        let header = || Part::Header("x".into());
        for (message, expected) in [
            (vec![header()], true),
            (vec![Part::Parameter("x".into())], true),
            (vec![Part::Form("x".into())], true),
            (vec![Part::Member("/x".into())], true),
            (vec![], false),
            (vec![Part::Body], false),
            (vec![Part::Query], false),
            (vec![Part::Target], false),
            (vec![Part::Authority], false),
            (vec![Part::Bytes(b"x".to_vec())], false),
            (vec![header(), Part::Bytes(Vec::new())], false),
            (vec![header(), header()], false),
        ] {
            assert_eq!(is_single_value(&message), expected, "{message:?}");
        }
    }
}
