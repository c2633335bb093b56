//! Which deliveries are genuine, told without the code that tells it while Bellpull serves.

use bellpull_core::Delivery;
use ring::hmac;

/// The value of every Secret here.
pub(super) const TOKEN: &str = "fuzz-0123456789abcdef";

/// How the Receivers are proven: by the secret itself, or by a MAC of the body under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    Secret,
    Mac,
}

/// Whether a header holds what nobody else can know. This is necessary, and not enough.
pub(super) fn may_be_genuine(proof: Proof, delivery: &Delivery) -> bool {
    let proofs = match proof {
        Proof::Secret => vec![TOKEN.to_owned()],
        Proof::Mac => [
            hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            hmac::HMAC_SHA256,
            hmac::HMAC_SHA384,
            hmac::HMAC_SHA512,
        ]
        .map(|algorithm| mac_of(algorithm, &delivery.body))
        .to_vec(),
    };
    let values = delivery.headers.values();
    let mut texts = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
    texts.any(|text| {
        let lower = text.to_ascii_lowercase();
        proofs.iter().any(|proof| lower.contains(proof.as_str()))
    })
}

/// A MAC under [`TOKEN`], in hexadecimal.
pub(super) fn mac_of(algorithm: hmac::Algorithm, body: &[u8]) -> String {
    let key = hmac::Key::new(algorithm, TOKEN.as_bytes());
    hex::encode(hmac::sign(&key, body))
}
