//! What a hostile guest may try to make the host do.

use bellpull_sdk::host::{clock, credentials, delivery, document, log};
use bellpull_sdk::{Part, Refusal, Verdict};

use crate::deliver::{mac, number};

/// Calls without end are stopped by the host; this many are "without end".
const ENDLESS: usize = 1_000_000;

/// Does what `wanted` names, `None` when it is no abuse.
pub(crate) fn of_the_host(wanted: &str) -> Option<Result<Verdict, Refusal>> {
    match wanted {
        "loop" => loop {
            std::hint::black_box(());
        },
        "panic" => std::process::abort(),
        "check-often" => {
            for _ in 0..number() {
                credentials::verify_hmac("token", "sha256", &[Part::Body], &mac());
            }
        }
        "hash-much" => {
            let message = vec![Part::Body; number()];
            credentials::verify_hmac("token", "sha256", &message, &mac());
        }
        "call-often" => repeat(|| drop(clock::now())),
        "read-often" => repeat(|| drop(delivery::body(0, u32::MAX))),
        "parse-often" => {
            let Ok(document) = document::from_body() else {
                return Some(Err(Refusal::Malformed("no document".into())));
            };
            repeat(|| drop(document.select(&["/a".to_owned()])));
        }
        "leak-handles" => repeat(|| std::mem::forget(document::from_config())),
        "decode-much" => drop(document::from_bytes(&vec![b' '; number()])),
        "log-often" => {
            for line in 0..number() {
                log::write(log::Level::Info, &format!("line {line}"));
            }
        }
        "log-long" => log::write(log::Level::Warn, &"x".repeat(number())),
        _ => return None,
    }
    Some(Err(Refusal::Malformed("done".into())))
}

fn repeat(call: impl Fn()) {
    for _ in 0..ENDLESS {
        call();
    }
}
