//! What the guest sees, told as the reason of a refusal: a refusal needs no proof.

use std::sync::atomic::{AtomicU32, Ordering};

use bellpull_sdk::host::document::{self, Json, Value};
use bellpull_sdk::host::{clock, credentials, delivery};
use bellpull_sdk::{Part, Receiver, Refusal, Verdict};

use crate::bind::config;
use crate::deliver::{argument, mac, source};

static CALLS: AtomicU32 = AtomicU32::new(0);

/// Tells of what `wanted` names, `None` when it is not something to see.
pub(crate) fn about(wanted: &str, receiver: &Receiver) -> Option<Result<Verdict, Refusal>> {
    let seen = match wanted {
        "tell-header" => lossy(&delivery::header(&argument())),
        "tell-query" => delivery::query(&argument()).join("|"),
        "tell-method" => delivery::method(),
        "tell-length" => delivery::body_length().to_string(),
        "tell-body" => match delivery::body(0, u32::MAX) {
            Ok(body) => lossy(&[body]),
            Err(error) => format!("error: {error}"),
        },
        "tell-body-end" => match delivery::body(u64::MAX, u32::MAX) {
            Ok(body) => body.len().to_string(),
            Err(error) => format!("error: {error}"),
        },
        "tell-json" => select(document::from_body()),
        "tell-form" => match document::from_form(&argument()) {
            Ok(_) => "a document".into(),
            Err(error) => format!("error: {error}"),
        },
        "tell-config" => config(&argument()),
        "tell-receiver" => format!("{receiver:?}"),
        "tell-now" => clock::now().to_string(),
        "tell-calls" => (CALLS.fetch_add(1, Ordering::Relaxed) + 1).to_string(),
        "tell-hmac" => {
            let message = [Part::Body];
            credentials::verify_hmac("token", &argument(), &message, &mac()).to_string()
        }
        "tell-match" => credentials::matches("token", &source(&argument())).to_string(),
        "tell-match-undeclared" => credentials::matches("other", &source("header")).to_string(),
        "tell-hmac-undeclared" => {
            credentials::verify_hmac("other", "sha256", &[Part::Body], &mac()).to_string()
        }
        _ => return None,
    };
    Some(Err(Refusal::Malformed(seen)))
}

fn select(document: Result<Json, String>) -> String {
    match document.and_then(|document| document.select(&[argument()])) {
        Ok(lists) => lists
            .iter()
            .flatten()
            .map(shown)
            .collect::<Vec<_>>()
            .join("|"),
        Err(error) => format!("error: {error}"),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Missing => "missing".into(),
        Value::Null => "null".into(),
        Value::Boolean(value) => value.to_string(),
        Value::Number(text) => format!("number {text}"),
        Value::Text(text) => format!("text {text}"),
        Value::Json(text) => format!("json {text}"),
    }
}

fn lossy(values: &[Vec<u8>]) -> String {
    let values: Vec<_> = values
        .iter()
        .map(|value| String::from_utf8_lossy(value))
        .collect();
    values.join("|")
}
