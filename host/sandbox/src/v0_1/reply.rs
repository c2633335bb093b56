use bellpull_core::{BoundReceiver, Bytes, Response, http, limits, text};

use super::bindings::bellpull::provider::types as wit;
use crate::stop::Stop;

/// The answer of a component, as far as it may leave.
pub(super) fn response(from: wit::Response, receiver: &BoundReceiver) -> Result<Response, Stop> {
    if !(200..300).contains(&from.status) {
        return Err(Stop::contract("reply status outside 200..299"));
    }
    let mut body = Vec::new();
    for part in from.body {
        let wit::ReplyPart::Bytes(bytes) = part else {
            return Err(Stop::contract("a MAC in a reply, which is not computed"));
        };
        if bytes.len() > limits::REPLY_BODY - body.len() {
            return Err(Stop::contract("reply body over 4 KiB"));
        }
        body.extend(bytes);
    }
    if from.headers.len() > limits::REPLY_HEADERS {
        return Err(Stop::contract("more than 8 reply headers"));
    }
    for (name, value) in &from.headers {
        if !may_be_set(name) {
            let name = text::printable(name, 64);
            return Err(Stop::contract(format!(
                "reply header {name:?} may not be set: those that may are {} and names that begin \
                 with x-, except {}",
                limits::REPLY_HEADER_NAMES.join(", "),
                limits::REPLY_HEADERS_OF_PROXIES.join(", ")
            )));
        }
        if http::HeaderValue::from_str(value).is_err() {
            return Err(Stop::contract(format!(
                "reply header {name:?} has a value that no header has"
            )));
        }
    }
    let scrub = |value: &str| text::scrub(value, receiver.secrets());
    let headers = from
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), scrub(value)))
        .collect();
    let body = match std::str::from_utf8(&body) {
        Ok(body) => Bytes::from(scrub(body)),
        Err(_) => return Err(Stop::contract("reply body is not UTF-8")),
    };
    Ok(Response {
        status: from.status,
        headers,
        body,
    })
}

fn may_be_set(name: &str) -> bool {
    let Ok(name) = http::HeaderName::from_bytes(name.as_bytes()) else {
        return false;
    };
    let name = name.as_str();
    let begins = |start: &&str| name.starts_with(*start);
    limits::REPLY_HEADER_NAMES.contains(&name)
        || name.starts_with("x-") && !limits::REPLY_HEADERS_OF_PROXIES.iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_a_proxy_acts_upon_are_not_set() {
        for (name, expected) in [
            ("content-type", true),
            ("Allow", true),
            ("WebHook-Allowed-Origin", true),
            ("WebHook-Allowed-Rate", true),
            ("X-Hook-Secret", true),
            ("x-told", true),
            ("x-", true),
            ("X-Accel-Redirect", false),
            ("X-Accel-Buffering", false),
            ("X-Sendfile", false),
            ("x-sendfile2", false),
            ("X-LIGHTTPD-send-file", false),
            ("X-Reproxy-URL", false),
            ("x-litespeed-location", false),
            ("x-envoy-immediate-health-check-fail", false),
            ("smartsheet-hook-response", false),
            ("set-cookie", false),
            ("location", false),
            ("x-a b", false),
            ("x-a\r\nx-accel-redirect", false),
            ("", false),
        ] {
            assert_eq!(may_be_set(name), expected, "{name:?}");
        }
    }
}
