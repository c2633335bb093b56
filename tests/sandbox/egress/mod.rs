//! Requests of the egress to real servers.

mod attacks;
mod discovery;
mod fetch;
mod keys;

use bellpull_core::{Timestamp, TokenError, TokenExpectation};
use bellpull_egress::{EgressMetrics, EgressSettings, Issuers};
use bellpull_tests::https::Authority;
use bellpull_tests::issuer::Issuer;
use serde_json::{Map, Value, json};

const AUDIENCE: &str = "bellpull";

fn trusting(authority: &Authority) -> EgressSettings {
    EgressSettings {
        trusted_authorities: vec![authority.pem().to_owned()],
        ..EgressSettings::default()
    }
}

fn issuers(settings: &EgressSettings) -> Issuers {
    Issuers::new(settings, EgressMetrics::default()).expect("issuers")
}

fn expecting(issuer: &str) -> TokenExpectation {
    TokenExpectation {
        issuers: vec![issuer.to_owned()],
        audiences: vec![AUDIENCE.to_owned()],
    }
}

/// A right token that is valid longer than keys are kept.
fn lasting(issuer: &Issuer) -> String {
    let exp = after(10 * 24 * 3600).as_second();
    issuer.token(json!({"aud": AUDIENCE, "exp": exp}))
}

fn after(seconds: i64) -> Timestamp {
    let now = Timestamp::now().as_second();
    Timestamp::from_second(now + seconds).expect("a time")
}

/// The result as a word and a reason, for tables.
fn outcome(result: &Result<Map<String, Value>, TokenError>) -> (&'static str, &str) {
    match result {
        Ok(_) => ("verified", ""),
        Err(TokenError::Unauthenticated(why)) => ("unauthenticated", why),
        Err(TokenError::Unavailable(why)) => ("unavailable", why),
    }
}

#[track_caller]
fn assert_outcome(
    result: &Result<Map<String, Value>, TokenError>,
    expected: &str,
    part: &str,
    case: &str,
) {
    let (found, why) = outcome(result);
    assert!(
        found == expected && why.contains(part),
        "{case}: {found}: {why}; expected {expected}: {part}"
    );
}
