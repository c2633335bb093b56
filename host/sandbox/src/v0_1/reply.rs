use bellpull_core::{Bytes, Refusal, Response, http, limits, text};
use bellpull_proof::{
    HmacAlgorithm, MacEncoding, Part, is_challenge, is_of_one_piece, message_parts,
};

use super::bindings::bellpull::provider::types as wit;
use super::convert;
use super::imports::hashed_length;
use crate::budget::Budget;
use crate::state::Call;
use crate::stop::Stop;

/// Why a reply is not given.
enum Unanswered {
    /// It is against the contract.
    Stop(Stop),
    /// The delivery does not have what it is made of: its sender's fault.
    Malformed(&'static str),
}

impl From<Stop> for Unanswered {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

/// The answer of a component, as far as it may leave.
///
/// # Errors
/// What of it is against the contract.
pub(super) fn response(
    from: wit::Response,
    call: &Call,
    budget: &mut Budget,
) -> Result<Result<Response, Refusal>, Stop> {
    if !(200..300).contains(&from.status) {
        return Err(Stop::contract("reply status outside 200..299"));
    }
    let headers = headers(from.headers, call)?;
    match body(from.body, call, budget) {
        Ok(body) => Ok(Ok(Response {
            status: from.status,
            headers,
            body,
        })),
        Err(Unanswered::Malformed(why)) => Ok(Err(Refusal::Malformed(why.to_owned()))),
        Err(Unanswered::Stop(stop)) => Err(stop),
    }
}

fn headers(from: Vec<(String, String)>, call: &Call) -> Result<Vec<(String, String)>, Stop> {
    if from.len() > limits::REPLY_HEADERS {
        return Err(Stop::contract("more than 8 reply headers"));
    }
    for (name, value) in &from {
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
    let scrubbed = |value: String| text::scrub(&value, call.receiver.secrets());
    Ok(from
        .into_iter()
        .map(|(name, value)| (name, scrubbed(value)))
        .collect())
}

/// Literal bytes are scrubbed of secrets, those that follow one another as one text. A MAC is no
/// secret, and is left as it is.
fn body(from: Vec<wit::ReplyPart>, call: &Call, budget: &mut Budget) -> Result<Bytes, Unanswered> {
    let mut written = Written::default();
    for part in from {
        match part {
            wit::ReplyPart::Bytes(bytes) => written.literal.extend(bytes),
            wit::ReplyPart::Mac(from) => {
                let mac = mac(from, call, budget)?;
                written.close(call)?;
                written.body.push_str(&mac);
            }
        }
        if written.body.len() + written.literal.len() > limits::REPLY_BODY {
            return Err(Stop::contract("reply body over 4 KiB").into());
        }
    }
    written.close(call)?;
    Ok(Bytes::from(written.body))
}

/// A body as far as it is written.
#[derive(Default)]
struct Written {
    body: String,
    /// What of it no MAC has followed yet.
    literal: Vec<u8>,
}

impl Written {
    fn close(&mut self, call: &Call) -> Result<(), Stop> {
        let literal = String::from_utf8(std::mem::take(&mut self.literal))
            .map_err(|_| Stop::contract("reply body is not UTF-8"))?;
        let literal = text::scrub(&literal, call.receiver.secrets());
        self.body.push_str(&literal);
        Ok(())
    }
}

/// A MAC in the text that it is asked for.
fn mac(from: wit::ReplyMac, call: &Call, budget: &mut Budget) -> Result<String, Unanswered> {
    if !call.receiver.binding.reply_macs {
        let why = "a MAC in a reply, and the binding has no extension reply-macs";
        return Err(Stop::contract(why).into());
    }
    let algorithm = HmacAlgorithm::parse(&from.algorithm).ok_or_else(|| {
        let known = ["sha1", "sha256", "sha384", "sha512"];
        Stop::contract(convert::unknown("HMAC algorithm", &from.algorithm, &known))
    })?;
    let encoding = MacEncoding::parse(&from.encoding).ok_or_else(|| {
        let known = ["hex", "base64"];
        Stop::contract(convert::unknown(
            "encoding of a MAC",
            &from.encoding,
            &known,
        ))
    })?;
    let message = from.message.into_iter().map(convert::part);
    let message: Vec<Part> = message.collect::<Result<_, _>>()?;
    let is_known = call.knows_sender();
    if !is_known && !is_of_one_piece(&message) {
        let why = "before the bound checks a MAC in a reply is of one query parameter, header, form \
                   field or member of the delivery, and of nothing else";
        return Err(Stop::contract(why).into());
    }
    budget.check(hashed_length(call, &message))?;
    let Some(parts) = message_parts(&call.delivery, &message) else {
        let why = "what the reply is to sign is not there, or is there twice";
        return Err(Unanswered::Malformed(why));
    };
    if !is_known && !is_challenge(&parts) {
        let why = "the challenge is not 1 to 128 bytes of [A-Za-z0-9_-]";
        return Err(Unanswered::Malformed(why));
    }
    let parts: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
    let mac = call.receiver.credentials.mac(&from.key, algorithm, &parts);
    let mac = mac.ok_or_else(|| {
        let key = text::printable(&from.key, 64);
        Stop::contract(format!(
            "a MAC in a reply by the key {key:?}, which is not bound"
        ))
    })?;
    Ok(encoding.of(&mac))
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
