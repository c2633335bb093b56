//! The credentials that a delivery must present: all that the Secret requires.

use bellpull_sdk::{
    Authentication, Binding, Credential, Digest, Mac, Part, Problem, Receiver, Refusal, factors,
    headers, names,
};

/// The key of the Secret with which pipelines sign.
const SIGNING_KEY: &str = "signingKey";
/// The header of the MAC, `sha256=<hex>` of the body, as GitHub has it.
const SIGNATURE_HEADER: &str = "x-hub-signature-256";

/// The keys of the Secret that may be checked.
pub(crate) fn credential_keys() -> Vec<String> {
    [factors::credential_keys(), names(&[SIGNING_KEY])].concat()
}

/// The binding that the Secret requires.
pub(crate) fn bind(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
    if !signs(&receiver.keys) {
        return factors::bind(receiver);
    }
    let credentials = vec![
        Credential::needed(factors::PATH_KEY),
        Credential::proving(SIGNING_KEY, "text"),
    ];
    let binding = Binding::new(Authentication::Signature, credentials);
    factors::bind_beside(binding, receiver)
}

/// Makes the checks that [`bind`] binds. No other credential stands in for a required signature.
pub(crate) fn check(receiver: &Receiver) -> Result<(), Refusal> {
    if signs(&receiver.keys) {
        presented(&headers::values(SIGNATURE_HEADER))?.check(SIGNING_KEY, &[Part::body()])?;
    }
    factors::check(receiver)
}

/// Whether the Secret requires signatures. A key that is present counts even when it is empty.
fn signs(keys: &[String]) -> bool {
    keys.iter().any(|key| key == SIGNING_KEY)
}

fn presented(values: &[Vec<u8>]) -> Result<Mac, Refusal> {
    Mac::hex(SIGNATURE_HEADER, "sha256=", Digest::Sha256, values)
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::Source;

    use super::*;

    fn bound(keys: &[&str]) -> Result<Binding, Vec<Problem>> {
        bind(&Receiver::new("jenkins", keys))
    }

    fn proving(keys: &[&str]) -> (String, Vec<String>) {
        let binding = bound(keys).unwrap();
        let keys = binding.credentials.into_iter();
        let proving = keys.filter(|key| key.proves).map(|key| key.key);
        (binding.authentication, proving.collect())
    }

    #[test]
    fn proves_all_that_the_secret_holds() {
        assert_eq!(proving(&["token"]), ("path-only".into(), vec![]));
        assert_eq!(
            proving(&["token", "username", "password"]),
            ("secret".into(), names(&["username", "password"]))
        );
        assert_eq!(
            proving(&["token", "signingKey"]),
            ("signature".into(), names(&["signingKey"]))
        );
    }

    #[test]
    fn a_factor_beside_a_signature_proves_too_and_is_hidden() {
        let keys = ["token", "signingKey", "bearerToken"];
        let (authentication, keys_that_prove) = proving(&keys);
        assert_eq!(authentication, Authentication::Signature);
        assert_eq!(keys_that_prove, names(&["signingKey", "bearerToken"]));
        let binding = bound(&keys).unwrap();
        let places = binding
            .credentials
            .into_iter()
            .flat_map(|key| key.presented);
        let bearer = Source::bearer("authorization");
        assert_eq!(places.collect::<Vec<_>>(), [bearer]);
    }

    #[test]
    fn half_a_pair_is_a_problem_beside_a_signature_too() {
        assert!(bound(&["token", "signingKey", "username"]).is_err());
    }

    #[test]
    fn takes_sha256_alone() {
        let of = |text: &str| presented(&[text.as_bytes().to_vec()]).is_ok();
        assert!(of(&["sha256=", &"0a".repeat(32)].concat()));
        assert!(!of(&["sha1=", &"0a".repeat(20)].concat()));
        assert!(!of("sha256="));
    }
}
