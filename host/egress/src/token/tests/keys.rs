use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _,
};
use serde_json::{Value, json};

use super::base64url;
use crate::token::{KeySet, SignatureCheck, Token};

enum Signer {
    Ec(EcdsaKeyPair, &'static str, &'static str),
    Ed(Ed25519KeyPair),
}

fn ec(
    algorithm: &'static EcdsaSigningAlgorithm,
    curve: &'static str,
    name: &'static str,
) -> Signer {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).expect("a key");
    Signer::Ec(pair, curve, name)
}

fn p256() -> Signer {
    ec(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256", "ES256")
}

fn p384() -> Signer {
    ec(&ECDSA_P384_SHA384_FIXED_SIGNING, "P-384", "ES384")
}

fn ed25519() -> Signer {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
    Signer::Ed(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("a key"))
}

impl Signer {
    fn algorithm(&self) -> &'static str {
        match self {
            Self::Ec(_, _, name) => name,
            Self::Ed(_) => "EdDSA",
        }
    }

    /// The public key with more members. Null removes a member.
    fn jwk(&self, more: Value) -> Value {
        let mut jwk = match self {
            Self::Ec(pair, curve, _) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({"kty": "EC", "crv": curve, "x": base64url(x), "y": base64url(y)})
            }
            Self::Ed(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": base64url(pair.public_key())})
            }
        };
        for (name, value) in more.as_object().expect("an object") {
            jwk[name] = value.clone();
        }
        jwk.as_object_mut()
            .expect("an object")
            .retain(|_, value| !value.is_null());
        jwk
    }

    fn sign(&self, header: &Value) -> Token {
        let signed = format!("{}.{}", base64url(header.to_string()), base64url("{}"));
        let signature = match self {
            Self::Ec(pair, ..) => base64url(
                pair.sign(&SystemRandom::new(), signed.as_bytes())
                    .expect("a signature"),
            ),
            Self::Ed(pair) => base64url(pair.sign(signed.as_bytes())),
        };
        Token::parse(&format!("{signed}.{signature}")).expect("a token")
    }

    fn token(&self, key: Option<&str>) -> Token {
        let mut header = json!({"alg": self.algorithm()});
        if let Some(key) = key {
            header["kid"] = key.into();
        }
        self.sign(&header)
    }
}

fn set(keys: &[Value]) -> KeySet {
    KeySet::parse(json!({"keys": keys}).to_string().as_bytes()).expect("a set")
}

#[test]
fn each_curve_verifies() {
    for signer in [p256(), p384(), ed25519()] {
        let keys = set(&[signer.jwk(json!({"kid": "a", "use": "sig"}))]);
        let found = keys.check(&signer.token(Some("a")));
        assert_eq!(found, SignatureCheck::Signed, "{}", signer.algorithm());
    }
}

#[test]
fn the_key_that_a_token_names_is_the_only_one_tried() {
    let (one, two) = (p256(), p256());
    let keys = set(&[
        one.jwk(json!({"kid": "one"})),
        two.jwk(json!({"kid": "two"})),
        ed25519().jwk(json!({"kid": "ed"})),
    ]);
    let cases = [
        (one.token(Some("one")), SignatureCheck::Signed),
        (two.token(Some("two")), SignatureCheck::Signed),
        (one.token(Some("two")), SignatureCheck::Forged),
        (one.token(Some("ed")), SignatureCheck::Unfit),
        (one.token(Some("three")), SignatureCheck::Unknown),
        (one.token(Some("")), SignatureCheck::Unknown),
        (one.token(None), SignatureCheck::Signed),
        (two.token(None), SignatureCheck::Signed),
        (p256().token(None), SignatureCheck::Unknown),
        (p384().token(None), SignatureCheck::Unknown),
    ];
    for (at, (token, expected)) in cases.iter().enumerate() {
        assert_eq!(
            keys.check(token),
            *expected,
            "case {at}: {:?}",
            token.key_id()
        );
    }
}

#[test]
fn keys_of_one_name_are_told_apart_by_their_type() {
    let (old, new) = (p256(), ed25519());
    let keys = set(&[old.jwk(json!({"kid": "a"})), new.jwk(json!({"kid": "a"}))]);
    assert_eq!(keys.check(&old.token(Some("a"))), SignatureCheck::Signed);
    assert_eq!(keys.check(&new.token(Some("a"))), SignatureCheck::Signed);
    assert_eq!(keys.check(&p256().token(Some("a"))), SignatureCheck::Forged);
}

#[test]
fn a_key_is_used_for_its_own_purpose_alone() {
    let signer = p256();
    let other = ed25519().jwk(json!({"kid": "other"}));
    let cases = [
        (json!({"alg": "ES256"}), SignatureCheck::Signed),
        (
            json!({"use": "sig", "key_ops": ["verify", "sign"]}),
            SignatureCheck::Signed,
        ),
        (json!({"alg": "ES384"}), SignatureCheck::Unfit),
        (json!({"alg": "HS256"}), SignatureCheck::Unfit),
        (json!({"use": "enc"}), SignatureCheck::Unknown),
        (json!({"key_ops": ["encrypt"]}), SignatureCheck::Unknown),
        (json!({"crv": "P-384"}), SignatureCheck::Unknown),
        (json!({"crv": "P-521"}), SignatureCheck::Unknown),
        (json!({"kty": "RSA"}), SignatureCheck::Unknown),
        (json!({"kty": "oct", "k": "AAAA"}), SignatureCheck::Unknown),
        (json!({"y": null}), SignatureCheck::Unknown),
        (json!({"x": "AA"}), SignatureCheck::Unknown),
        (json!({"x": 1}), SignatureCheck::Unknown),
    ];
    for (members, expected) in cases {
        let mut jwk = signer.jwk(members.clone());
        jwk["kid"] = "a".into();
        let found = set(&[jwk, other.clone()]).check(&signer.token(Some("a")));
        assert_eq!(found, expected, "{members}");
    }
}

#[test]
fn a_point_that_is_on_no_curve_verifies_nothing() {
    let zeros = base64url([0; 32]);
    let keys = set(&[json!({"kty": "EC", "crv": "P-256", "x": zeros, "y": zeros, "kid": "a"})]);
    assert_eq!(keys.check(&p256().token(Some("a"))), SignatureCheck::Forged);
}

/// An RSA public key of `bits`, without a private key.
fn rsa(bits: usize) -> Value {
    let mut modulus = vec![0xff; bits.div_ceil(8)];
    modulus[0] = 0xff >> (modulus.len() * 8 - bits);
    json!({"kty": "RSA", "n": base64url(modulus), "e": "AQAB"})
}

#[test]
fn a_set_without_a_usable_key_is_an_error() {
    let good = p256().jwk(json!({}));
    let cases = [
        (json!({"keys": [rsa(2048)]}), Ok(())),
        (json!({"keys": [rsa(8192)]}), Ok(())),
        (json!({"keys": [rsa(2047)]}), Err("no key for signatures")),
        (json!({"keys": [rsa(8193)]}), Err("no key for signatures")),
        (
            json!({"keys": [{"kty": "RSA", "n": "", "e": "AQAB"}]}),
            Err("no key for signatures"),
        ),
        (json!({"keys": [{"kty": "new"}, 1, good]}), Ok(())),
        (json!({"keys": []}), Err("no key for signatures")),
        (json!({"keys": {}}), Err("not a JWK set")),
        (json!({}), Err("not a JWK set")),
        (json!({"keys": vec![good.clone(); 64]}), Ok(())),
        (
            json!({"keys": vec![good.clone(); 65]}),
            Err("65 keys, at most 64"),
        ),
    ];
    for (at, (document, expected)) in cases.into_iter().enumerate() {
        let found = KeySet::parse(document.to_string().as_bytes()).map(drop);
        match (&found, expected) {
            (Ok(()), Ok(())) => {}
            (Err(why), Err(part)) if why.contains(part) => {}
            _ => panic!("case {at}: {found:?}, expected {expected:?}"),
        }
    }
}
