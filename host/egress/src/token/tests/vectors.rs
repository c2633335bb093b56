//! Tokens that other implementations have signed.

use bellpull_core::{Timestamp, TokenExpectation};
use serde_json::{Value, json};

use crate::token::{KeySet, SignatureCheck, Token, check_claims};

/// RFC 7515, appendix A.3.
const ES256: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA\
                     6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4Ga\
                     wxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

/// A token as in a push of Google's Pub/Sub, signed by a key made for this test.
const RS256: &str = include_str!("vectors/pubsub.jwt");

fn es256_key() -> Value {
    json!({"keys": [{
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }]})
}

fn rs256_key() -> Value {
    serde_json::from_str(include_str!("vectors/pubsub.jwks.json")).expect("JSON")
}

fn set(keys: &Value) -> KeySet {
    KeySet::parse(keys.to_string().as_bytes()).expect("a set")
}

#[test]
fn a_signature_verifies_until_a_bit_is_flipped() {
    for (token, keys) in [(ES256, es256_key()), (RS256.trim(), rs256_key())] {
        let keys = set(&keys);
        let right = Token::parse(token).expect("a token");
        assert_eq!(keys.check(&right), SignatureCheck::Signed, "{token}");
        let signature = token.rfind('.').expect("a dot") + 1;
        let flipped = if token[signature..].starts_with('A') {
            "B"
        } else {
            "A"
        };
        let wrong = format!(
            "{}{flipped}{}",
            &token[..signature],
            &token[signature + 1..]
        );
        let wrong = Token::parse(&wrong).expect("a token");
        assert_ne!(keys.check(&wrong), SignatureCheck::Signed, "{token}");
    }
}

#[test]
fn a_token_of_pub_sub_is_valid_for_its_hour() {
    let token = Token::parse(RS256.trim()).expect("a token");
    let expected = TokenExpectation {
        issuers: vec![
            "accounts.google.com".to_owned(),
            "https://accounts.google.com".to_owned(),
        ],
        audiences: vec!["https://example.com/hook/gar".to_owned()],
    };
    let expires = 1_550_185_935;
    for (now, right) in [(expires - 60, true), (expires + 60, false)] {
        let now = Timestamp::from_second(now).expect("a time");
        let found = check_claims(token.claims(), &expected, now);
        assert_eq!(found.is_ok(), right, "{now}: {found:?}");
    }
}
