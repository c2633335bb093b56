use bellpull_core::{Timestamp, TokenError, TokenExpectation};
use serde_json::{Value, json};

use crate::token::check_claims;

const NOW: i64 = 1_700_000_000;

fn expected() -> TokenExpectation {
    TokenExpectation {
        issuers: vec![
            "https://issuer.example".to_owned(),
            "https://other.example/".to_owned(),
        ],
        audiences: vec!["bellpull".to_owned(), String::new()],
    }
}

/// Valid claims with some replaced. Null removes a claim.
fn claims(replaced: Value) -> serde_json::Map<String, Value> {
    let mut claims = json!({"iss": "https://issuer.example", "aud": "bellpull", "exp": NOW + 300});
    for (name, value) in replaced.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    let mut claims = claims.as_object().expect("an object").clone();
    claims.retain(|_, value| !value.is_null());
    claims
}

/// The replaced claims, and the issuer or a part of the error.
type ClaimsCase = (Value, Result<&'static str, &'static str>);

fn issuers_and_audiences() -> Vec<ClaimsCase> {
    vec![
        (json!({}), Ok("https://issuer.example")),
        (
            json!({"iss": "https://other.example/"}),
            Ok("https://other.example/"),
        ),
        (
            json!({"iss": "https://issuer.example/"}),
            Err("issuer is [\"https://issuer.example/\"]"),
        ),
        (json!({"iss": "https://other.example"}), Err("issuer is")),
        (json!({"iss": "HTTPS://issuer.example"}), Err("issuer is")),
        (json!({"iss": ""}), Err("issuer is")),
        (json!({"iss": null}), Err("no 'iss'")),
        (json!({"iss": ["https://issuer.example"]}), Err("no 'iss'")),
        (
            json!({"aud": ["a", "bellpull"]}),
            Ok("https://issuer.example"),
        ),
        (
            json!({"aud": ["a", "b"]}),
            Err("audience is [\"a\", \"b\"]"),
        ),
        (json!({"aud": "Bellpull"}), Err("audience is")),
        (json!({"aud": ""}), Err("audience is")),
        (json!({"aud": []}), Err("audience is")),
        (json!({"aud": ["bellpull", 1]}), Err("more than strings")),
        (
            json!({"aud": {"bellpull": true}}),
            Err("neither a string nor a list"),
        ),
        (json!({"aud": null}), Err("no 'aud'")),
    ]
}

fn times() -> Vec<ClaimsCase> {
    vec![
        (json!({"exp": null}), Err("no 'exp'")),
        (
            json!({"exp": (NOW + 300).to_string()}),
            Err("'exp' is not a number"),
        ),
        (json!({"exp": NOW - 59}), Ok("https://issuer.example")),
        (
            json!({"exp": NOW as f64 - 59.5}),
            Ok("https://issuer.example"),
        ),
        (json!({"exp": NOW - 60}), Err("expired 60 s ago")),
        (json!({"exp": -1}), Err("expired")),
        (
            json!({"nbf": NOW + 60, "iat": NOW + 60}),
            Ok("https://issuer.example"),
        ),
        (json!({"nbf": NOW + 61}), Err("'nbf' is 61 s ahead")),
        (json!({"iat": NOW + 61}), Err("'iat' is 61 s ahead")),
        (json!({"nbf": "now"}), Err("'nbf' is not a number")),
        (json!({"iat": 1e300}), Err("ahead")),
    ]
}

#[test]
fn claims_must_be_as_expected() {
    let now = Timestamp::from_second(NOW).expect("a time");
    let expectation = expected();
    for (replaced, expected) in issuers_and_audiences().into_iter().chain(times()) {
        let found = check_claims(&claims(replaced.clone()), &expectation, now);
        match (&found, expected) {
            (Ok(issuer), Ok(expected)) => assert_eq!(*issuer, expected, "{replaced}"),
            (Err(TokenError::Unauthenticated(why)), Err(part)) if why.contains(part) => {}
            _ => panic!("{replaced}: {found:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn nothing_is_expected_where_nothing_is_said() {
    let now = Timestamp::from_second(NOW).expect("a time");
    for expectation in [
        TokenExpectation::default(),
        TokenExpectation {
            audiences: Vec::new(),
            ..expected()
        },
        TokenExpectation {
            issuers: Vec::new(),
            ..expected()
        },
    ] {
        let found = check_claims(&claims(json!({})), &expectation, now);
        assert!(
            matches!(found, Err(TokenError::Unauthenticated(_))),
            "{expectation:?}: {found:?}"
        );
    }
}
