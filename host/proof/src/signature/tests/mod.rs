mod generated;
mod key_errors;
mod vectors;

use super::{KeyError, PublicKey, SignatureAlgorithm};

#[test]
fn an_algorithm_has_one_name() {
    for algorithm in [
        SignatureAlgorithm::RsaPkcs1Sha1,
        SignatureAlgorithm::RsaPkcs1Sha256,
        SignatureAlgorithm::EcdsaP256Sha256,
        SignatureAlgorithm::Ed25519,
    ] {
        assert_eq!(SignatureAlgorithm::parse(algorithm.name()), Some(algorithm));
    }
    for name in ["", "RSA-PKCS1-SHA256", "rsa-pkcs1-md5", "rsa-pss-sha256"] {
        assert_eq!(SignatureAlgorithm::parse(name), None, "{name:?}");
    }
}
