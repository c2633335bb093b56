use bellpull_core::{BoundReceiver, Bytes, Response, http, limits, text};

use super::bindings::bellpull::provider::types as wit;
use crate::stop::Stop;

/// The answer of a component, as far as it may leave.
pub(super) fn response(from: wit::Response, receiver: &BoundReceiver) -> Result<Response, Stop> {
    if !(200..300).contains(&from.status) {
        return Err(Stop::contract("reply status outside 200..299"));
    }
    if from.body.len() > limits::REPLY_BODY {
        return Err(Stop::contract("reply body over 4 KiB"));
    }
    if from.headers.len() > limits::REPLY_HEADERS {
        return Err(Stop::contract("more than 8 reply headers"));
    }
    for (name, value) in &from.headers {
        if !may_be_set(name, value) {
            return Err(Stop::contract("a reply header that may not be set"));
        }
    }
    let scrub = |value: &str| text::scrub(value, receiver.secrets());
    let headers = from
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), scrub(value)))
        .collect();
    let body = match std::str::from_utf8(&from.body) {
        Ok(body) => Bytes::from(scrub(body)),
        Err(_) => return Err(Stop::contract("reply body is not UTF-8")),
    };
    Ok(Response {
        status: from.status,
        headers,
        body,
    })
}

fn may_be_set(name: &str, value: &str) -> bool {
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    limits::REPLY_HEADER_NAMES.iter().any(|known| is(known))
        && http::HeaderValue::from_str(value).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_a_proxy_acts_upon_are_not_set() {
        for (name, value, expected) in [
            ("content-type", "text/plain", true),
            ("WebHook-Allowed-Origin", "eventemitter.example.com", true),
            ("WebHook-Allowed-Rate", "*", true),
            ("X-Hook-Secret", "b537207f20cbfa02357cf448134da559", true),
            ("x-hook-secret", "a\r\nx-accel-redirect: /b", false),
            ("X-Accel-Redirect", "/protected/secret", false),
            ("X-Accel-Buffering", "no", false),
            ("X-Sendfile", "/etc/passwd", false),
            ("X-LIGHTTPD-send-file", "/etc/passwd", false),
            ("X-Reproxy-URL", "http://10.0.0.1/", false),
            ("x-litespeed-location", "/protected", false),
            ("x-told", "anything", false),
            ("set-cookie", "a=b", false),
            ("location", "/", false),
            ("", "", false),
        ] {
            assert_eq!(may_be_set(name, value), expected, "{name}: {value:?}");
        }
    }
}
