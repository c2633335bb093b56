//! Tokens of issuers (RFC 7515, RFC 7519) and the keys that issuers publish (RFC 7517).

use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bellpull_core::{Claims, Timestamp, TokenError, TokenExpectation};
use bellpull_egress::token::{KeySet, SignatureCheck, Token, check_claims};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::Value;

use crate::FuzzTarget;
use crate::input::{is_readable, line};

pub(crate) const TARGETS: &[FuzzTarget] = &[COMPACT, SIGNED];

/// A token in its compact form.
const COMPACT: FuzzTarget = FuzzTarget {
    name: "jws",
    run: run_compact,
};

/// The header of a token in the first line, its claims in the second, which are signed by the key of the
/// issuer, and a JWK set in the rest.
const SIGNED: FuzzTarget = FuzzTarget {
    name: "jwks",
    run: run_signed,
};

/// Longest token that is read, bytes.
const LONGEST: usize = 16 << 10;
const NOW: i64 = 1_800_000_000;
const SKEW: f64 = 60.0;

struct TestIssuer {
    pair: Ed25519KeyPair,
    keys: KeySet,
    expected: TokenExpectation,
    now: Timestamp,
}

static ISSUER: LazyLock<TestIssuer> = LazyLock::new(|| {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
    let public = BASE64_URL_SAFE_NO_PAD.encode(pair.public_key());
    let set = serde_json::json!({"keys": [
        {"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": public},
    ]});
    TestIssuer {
        keys: KeySet::parse(set.to_string().as_bytes()).expect("a set"),
        pair,
        expected: TokenExpectation {
            issuers: vec![
                "https://issuer.example".to_owned(),
                "accounts.google.com".to_owned(),
            ],
            audiences: vec!["bellpull".to_owned(), String::new()],
        },
        now: Timestamp::from_second(NOW).expect("a time"),
    }
});

fn run_compact(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let issuer = &*ISSUER;
    let token = match Token::parse(text) {
        Ok(token) => token,
        Err(error) => return is_readable(&error.to_string()),
    };
    assert!(text.len() <= LONGEST);
    let parts: Vec<&str> = text.split('.').collect();
    assert_eq!(parts.len(), 3);
    let decoded: Vec<Vec<u8>> = parts
        .iter()
        .map(|part| {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64url");
            assert_eq!(
                BASE64_URL_SAFE_NO_PAD.encode(&bytes),
                **part,
                "its one form"
            );
            bytes
        })
        .collect();
    let claims: Claims = serde_json::from_slice(&decoded[1]).expect("claims");
    assert_eq!(*token.claims(), claims);
    let header: Claims = serde_json::from_slice(&decoded[0]).expect("a header");
    assert!(
        !header.contains_key("crit"),
        "an extension that is critical"
    );
    assert!(
        ["HS256", "none"]
            .iter()
            .all(|name| header.get("alg") != Some(&Value::from(*name)))
    );
    checks_claims(token.claims());
    let signed = [parts[0], ".", parts[1]].concat();
    let is_genuine = decoded[2] == issuer.pair.sign(signed.as_bytes()).as_ref();
    let found = issuer.keys.check(&token);
    assert!(
        is_genuine || found != SignatureCheck::Signed,
        "a forgery counts"
    );
}

fn run_signed(input: &[u8]) {
    let (header, rest) = line(input);
    let (claims, set) = line(rest);
    let issuer = &*ISSUER;
    let own = KeySet::parse(set);
    if let Err(error) = &own {
        is_readable(error);
    }
    let [header_part, claims_part] =
        [header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
    let signed = [header_part.as_str(), ".", &claims_part].concat();
    let signature = BASE64_URL_SAFE_NO_PAD.encode(issuer.pair.sign(signed.as_bytes()));
    let Ok(token) = Token::parse(&[&signed, ".", &signature].concat()) else {
        return;
    };
    if let Ok(own) = &own {
        // The sender's set may have the issuer's key, and then it counts.
        let _ = own.check(&token);
    }
    let header: Claims = serde_json::from_slice(header).expect("a header");
    let expected = match (header.get("alg"), header.get("kid")) {
        (Some(alg), None) if alg == "EdDSA" => SignatureCheck::Signed,
        (_, None) => SignatureCheck::Unknown,
        (Some(alg), Some(kid)) if kid == "one" && alg == "EdDSA" => SignatureCheck::Signed,
        (_, Some(kid)) if kid == "one" => SignatureCheck::Unfit,
        _ => SignatureCheck::Unknown,
    };
    assert_eq!(issuer.keys.check(&token), expected, "{header:?}");
    checks_claims(token.claims());
}

/// Claims count exactly if the issuer, an audience and the times are as expected.
fn checks_claims(claims: &Claims) {
    let issuer = &*ISSUER;
    let checked = check_claims(claims, &issuer.expected, issuer.now);
    if let Err(error) = &checked {
        assert!(matches!(error, TokenError::Unauthenticated(_)));
        is_readable(&error.to_string());
    }
    let from = claims.get("iss").and_then(Value::as_str);
    let from = from.filter(|from| issuer.expected.issuers.iter().any(|known| known == from));
    let audience = match claims.get("aud") {
        Some(Value::String(one)) => one == "bellpull",
        Some(Value::Array(all)) => {
            all.iter().all(Value::is_string) && all.iter().any(|one| one == "bellpull")
        }
        _ => false,
    };
    let now = NOW as f64;
    let expires = claims.get("exp").and_then(Value::as_f64);
    let begins = |name: &str| match claims.get(name) {
        None => true,
        Some(value) => value.as_f64().is_some_and(|from| now + SKEW >= from),
    };
    let holds = expires.is_some_and(|until| now < until + SKEW) && begins("nbf") && begins("iat");
    let expected = from.filter(|_| audience && holds);
    assert_eq!(checked.ok(), expected, "{claims:?}");
}
