mod forms;
mod made;
mod vectors;

use super::{Algorithm, KeyError, PublicKey};

#[test]
fn an_algorithm_has_one_name() {
    for algorithm in [
        Algorithm::RsaPkcs1Sha1,
        Algorithm::RsaPkcs1Sha256,
        Algorithm::EcdsaP256Sha256,
        Algorithm::Ed25519,
    ] {
        assert_eq!(Algorithm::parse(algorithm.name()), Some(algorithm));
    }
    for name in ["", "RSA-PKCS1-SHA256", "rsa-pkcs1-md5", "rsa-pss-sha256"] {
        assert_eq!(Algorithm::parse(name), None, "{name:?}");
    }
}
