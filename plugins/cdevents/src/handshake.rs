//! The validation request that senders of webhooks with CloudEvents make before they deliver ("HTTP
//! 1.1 Web Hooks for Event Delivery" 1.0.2, section 4).

use bellpull_sdk::{Refusal, Response};

/// The method of the request (section 4.1).
pub(crate) const METHOD: &str = "OPTIONS";
/// The header with the name of the system that wants to deliver.
pub(crate) const ORIGIN: &str = "webhook-request-origin";
/// The header with the rate of requests a minute that it asks for.
pub(crate) const RATE: &str = "webhook-request-rate";

/// Allows the origin to deliver, at any rate: every delivery must authenticate by itself. A
/// callback that the request asks for is not called, because a stranger could choose its address.
///
/// # Errors
/// `malformed` when the origin is not a name.
pub(crate) fn answer(origin: &str, asks_for_rate: bool) -> Result<Response, Refusal> {
    if !origin.is_ascii() {
        return Err(Refusal::Malformed([ORIGIN, " is no name"].concat()));
    }
    let answer = Response::ok(Vec::new())
        .header("allow", "POST, OPTIONS")
        .header("webhook-allowed-origin", origin);
    Ok(if asks_for_rate {
        answer.header("webhook-allowed-rate", "*")
    } else {
        answer
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_origin_may_deliver() {
        let allow = ("allow", "POST, OPTIONS");
        let origin = ("webhook-allowed-origin", "ci.example.com");
        let rate = ("webhook-allowed-rate", "*");
        for (asks_for_rate, expected) in [
            (false, vec![allow, origin]),
            (true, vec![allow, origin, rate]),
        ] {
            let answer = answer("ci.example.com", asks_for_rate).unwrap();
            let headers = answer.headers.iter();
            let headers: Vec<_> = headers.map(|(a, b)| (a.as_str(), b.as_str())).collect();
            assert_eq!((answer.status, headers), (200, expected));
        }
        assert!(answer("ci.ex\u{e4}mple.com", true).is_err());
    }
}
