use serde_json::json;

use super::{base64url, token};
use bellpull_core::TokenError;

use crate::token::Token;

fn refusal(token: &str) -> String {
    match Token::parse(token) {
        Err(TokenError::Unauthenticated(why)) => why,
        Err(other) => panic!("{other:?}"),
        Ok(_) => "taken".to_owned(),
    }
}

#[test]
fn a_header_decides_little() {
    let cases = [
        (json!({"alg": "RS256"}), "taken"),
        (
            json!({"alg": "ES256", "kid": "a", "typ": "anything"}),
            "taken",
        ),
        (
            json!({"alg": "EdDSA", "jku": "http://169.254.169.254/", "x5u": "http://evil.example/",
                   "jwk": {"kty": "oct", "k": ""}, "x5c": ["MII"]}),
            "taken",
        ),
        (json!({"alg": "none"}), "algorithm is \"none\""),
        (json!({"alg": "None"}), "algorithm is \"None\""),
        (json!({"alg": "HS256"}), "algorithm is \"HS256\""),
        (json!({"alg": "RS1"}), "algorithm is \"RS1\""),
        (json!({"alg": "rs256"}), "algorithm is \"rs256\""),
        (json!({"alg": ["RS256"]}), "no 'alg'"),
        (json!({}), "no 'alg'"),
        (
            json!({"alg": "RS256", "crit": ["b64"], "b64": false}),
            "'crit'",
        ),
        (json!({"alg": "RS256", "crit": []}), "'crit'"),
        (
            json!({"alg": "RS256", "kid": 1}),
            "'kid' that is not a string",
        ),
        (json!(["RS256"]), "header is not a JSON object"),
    ];
    for (header, expected) in cases {
        let found = refusal(&token(&header, &json!({})));
        assert!(
            found.contains(expected),
            "{header}: {found}, expected {expected}"
        );
    }
}

#[test]
fn a_token_has_one_form() {
    let [header, claims] = [json!({"alg": "RS256"}), json!({})].map(|part| part.to_string());
    let [header, claims] = [base64url(header), base64url(claims)];
    let cases = [
        (format!("{header}.{claims}.AA"), "taken"),
        (String::new(), "three parts"),
        (format!("{header}.{claims}"), "three parts"),
        (format!("{header}.{claims}.AA.AA"), "three parts"),
        (
            format!("{header}.{claims}.AA=="),
            "signature is not base64url",
        ),
        // The same byte, with other unused bits.
        (
            format!("{header}.{claims}.AB"),
            "signature is not base64url",
        ),
        (
            format!("{header}.{claims}.A/"),
            "signature is not base64url",
        ),
        (format!("{header} .{claims}.AA"), "header is not base64url"),
        (
            format!("{header}.{}.AA", base64url("[]")),
            "payload is not a JSON object",
        ),
        (
            format!("{header}.{}.AA", base64url("{} {}")),
            "payload is not a JSON object",
        ),
        (format!("{header}..AA"), "payload is not a JSON object"),
        (
            format!("{header}.{}.AA", base64url("[".repeat(6000))),
            "payload is not a JSON object",
        ),
        (
            format!("{header}.{}.AA", "A".repeat(64 << 10)),
            "at most 16384 are read",
        ),
    ];
    for (token, expected) in cases {
        let found = refusal(&token);
        let shown = token.get(..60).unwrap_or(&token);
        assert!(
            found.contains(expected),
            "{shown}: {found}, expected {expected}"
        );
    }
}

#[test]
fn what_a_message_quotes_is_escaped_and_cut() {
    let header = json!({"alg": format!("\u{1b}[2J{}", "A".repeat(1000))});
    let found = refusal(&token(&header, &json!({})));
    assert!(!found.contains('\u{1b}') && found.len() < 300, "{found}");
}
