//! The two ways in which GitLab authenticates a delivery: a token that it presents, or (GitLab 19
//! and later) a signature by Standard Webhooks
//! (<https://github.com/standard-webhooks/standard-webhooks>, `spec/standard-webhooks.md`).

use bellpull_sdk::{Digest, Mac, Part, Refusal, headers, time};

/// The key of the Secret that holds the token. The path is derived from it too.
pub(crate) const TOKEN_KEY: &str = "token";
/// The key of the Secret that holds the signing token, `whsec_…`.
pub(crate) const SIGNING_KEY: &str = "signingToken";

pub(crate) const TOKEN_HEADER: &str = "x-gitlab-token";
pub(crate) const ID_HEADER: &str = "webhook-id";
pub(crate) const TIMESTAMP_HEADER: &str = "webhook-timestamp";
pub(crate) const SIGNATURE_HEADER: &str = "webhook-signature";

/// Seconds by which a signed time may differ. GitLab states none; this is the default of the
/// libraries of Standard Webhooks.
pub(crate) const TOLERANCE: u64 = 300;

/// The most signatures of one delivery that are tried. During a rotation a sender sends two.
const MOST_SIGNATURES: usize = 4;

/// Whether the Secret requires signatures. A key that is present counts even when it is empty.
pub(crate) fn signs(keys: &[String]) -> bool {
    keys.iter().any(|key| key == SIGNING_KEY)
}

/// The parts of a signed delivery.
#[derive(Debug)]
pub(crate) struct Signed {
    /// Seconds since the epoch. They can be trusted once one of `macs` has matched.
    pub(crate) at: u64,
    pub(crate) macs: Vec<Mac>,
}

impl Signed {
    pub(crate) fn presented(
        id: &[Vec<u8>],
        timestamp: &[Vec<u8>],
        signature: &[Vec<u8>],
    ) -> Result<Self, Refusal> {
        headers::proof(ID_HEADER, id)?;
        let at = time::unix_seconds(headers::proof(TIMESTAMP_HEADER, timestamp)?)
            .ok_or_else(|| flaw(TIMESTAMP_HEADER, "is not seconds since the epoch"))?;
        let macs = macs(headers::proof(SIGNATURE_HEADER, signature)?);
        if macs.is_empty() {
            return Err(flaw(SIGNATURE_HEADER, "holds no signature of version v1"));
        }
        Ok(Self { at, macs })
    }
}

/// The signatures of version 1. Other versions and malformed entries are ignored, as the
/// specification asks.
fn macs(list: &str) -> Vec<Mac> {
    list.split(' ')
        .filter_map(|entry| {
            let entry = [entry.as_bytes().to_vec()];
            Mac::base64(SIGNATURE_HEADER, "v1,", Digest::Sha256, &entry).ok()
        })
        .take(MOST_SIGNATURES)
        .collect()
}

/// `{webhook-id}.{webhook-timestamp}.{body}`.
pub(crate) fn message() -> [Part; 5] {
    [
        Part::header(ID_HEADER),
        Part::bytes("."),
        Part::header(TIMESTAMP_HEADER),
        Part::bytes("."),
        Part::body(),
    ]
}

fn flaw(header: &str, flaw: &str) -> Refusal {
    Refusal::Unauthenticated([header, " ", flaw].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "v1,Fi69AR1p2MMRYbEWfUXlqYtaGOW7PPYBQp8r6H9Wr10=";
    const OTHER: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn presented(id: &[&str], timestamp: &[&str], signature: &[&str]) -> Option<(u64, usize)> {
        let bytes = |values: &[&str]| -> Vec<Vec<u8>> {
            values.iter().map(|value| value.as_bytes().into()).collect()
        };
        Signed::presented(&bytes(id), &bytes(timestamp), &bytes(signature))
            .ok()
            .map(|signed| (signed.at, signed.macs.len()))
    }

    fn count(signature: &str) -> usize {
        presented(&["id"], &["1674087231"], &[signature]).map_or(0, |(_, macs)| macs)
    }

    #[test]
    fn reads_the_three_headers() {
        assert_eq!(
            presented(&["id"], &["1674087231"], &[GOOD]),
            Some((1_674_087_231, 1))
        );
    }

    #[test]
    fn all_three_must_be_there_once() {
        let cases: [(&[&str], &[&str], &[&str]); 9] = [
            (&[], &["1"], &[GOOD]),
            (&[""], &["1"], &[GOOD]),
            (&["id", "id"], &["1"], &[GOOD]),
            (&["id"], &[], &[GOOD]),
            (&["id"], &["1", "1"], &[GOOD]),
            (&["id"], &["-1"], &[GOOD]),
            (&["id"], &["99999999999999999999"], &[GOOD]),
            (&["id"], &["1"], &[]),
            (&["id"], &["1"], &[GOOD, GOOD]),
        ];
        for (id, timestamp, signature) in cases {
            assert_eq!(
                presented(id, timestamp, signature),
                None,
                "{id:?} {timestamp:?} {signature:?}"
            );
        }
    }

    #[test]
    fn takes_every_signature_of_version_1_up_to_four() {
        assert_eq!(count(&[OTHER, GOOD].join(" ")), 2);
        assert_eq!(count(&["v1a,AAAA", "v2,x", "junk", "", GOOD].join(" ")), 1);
        assert_eq!(count(&[GOOD; 9].join(" ")), 4);
    }

    #[test]
    fn without_one_there_is_no_proof() {
        for signature in [
            "",
            "v1,",
            "v1",
            "v1,AAAA",
            "v1a,AAAA",
            "V1,AAAA",
            &GOOD[3..],
        ] {
            assert_eq!(count(signature), 0, "{signature:?}");
        }
        assert_eq!(count(&GOOD.replace("v1", "v1a")), 0);
    }

    #[test]
    fn a_signing_token_is_asked_for_by_its_key_alone() {
        assert!(signs(&bellpull_sdk::names(&["token", "signingToken"])));
        assert!(!signs(&bellpull_sdk::names(&["token", "signingtoken"])));
    }
}
