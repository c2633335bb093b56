use bellpull_core::{Bytes, Refusal, Response, http, limits, text};
use bellpull_proof::{
    HmacAlgorithm, MacEncoding, Part, is_challenge, is_single_value, message_parts,
};

use super::bindings::bellpull::provider::types as wit;
use super::convert;
use super::cost::hashed_length;
use crate::call_budget::CallBudget;
use crate::receive_call::ReceiveCall;
use crate::violation::Violation;

/// Why a reply is not given.
enum ReplyError {
    Violation(Violation),
    /// The delivery lacks what the reply is made of, which is the fault of its sender.
    Malformed(&'static str),
}

impl From<Violation> for ReplyError {
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}

/// A reply that may leave the host: without secrets, and with the MACs that it asks for.
///
/// # Errors
/// When it breaks the contract.
pub(super) fn response(
    from: wit::Response,
    call: &ReceiveCall,
    budget: &mut CallBudget,
) -> Result<Result<Response, Refusal>, Violation> {
    if !(200..300).contains(&from.status) {
        return Err(Violation::contract("reply status outside 200..299"));
    }
    let headers = headers(from.headers, call)?;
    match body(from.body, call, budget) {
        Ok(body) => Ok(Ok(Response {
            status: from.status,
            headers,
            body,
        })),
        Err(ReplyError::Malformed(why)) => Ok(Err(Refusal::Malformed(why.to_owned()))),
        Err(ReplyError::Violation(violation)) => Err(violation),
    }
}

fn headers(
    from: Vec<(String, String)>,
    call: &ReceiveCall,
) -> Result<Vec<(String, String)>, Violation> {
    if from.len() > limits::REPLY_HEADERS {
        return Err(Violation::contract("more than 8 reply headers"));
    }
    for (name, value) in &from {
        if !may_be_set(name) {
            let name = text::printable(name, 64);
            return Err(Violation::contract(format!(
                "reply header {name:?} may not be set: those that may are {} and names that begin \
                 with x-, except {}",
                limits::REPLY_HEADER_NAMES.join(", "),
                limits::REPLY_HEADERS_OF_PROXIES.join(", ")
            )));
        }
        if http::HeaderValue::from_str(value).is_err() {
            return Err(Violation::contract(format!(
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

/// Scrubs literal bytes of secrets; bytes that follow one another are one text. A MAC is not a secret
/// and stays as it is.
fn body(
    from: Vec<wit::ReplyPart>,
    call: &ReceiveCall,
    budget: &mut CallBudget,
) -> Result<Bytes, ReplyError> {
    let mut reply = ReplyBody::default();
    for part in from {
        match part {
            wit::ReplyPart::Bytes(bytes) => reply.literal.extend(bytes),
            wit::ReplyPart::Mac(from) => {
                let mac = mac(from, call, budget)?;
                reply.close(call)?;
                reply.body.push_str(&mac);
            }
        }
        if reply.body.len() + reply.literal.len() > limits::REPLY_BODY {
            return Err(Violation::contract("reply body over 4 KiB").into());
        }
    }
    reply.close(call)?;
    Ok(Bytes::from(reply.body))
}

#[derive(Default)]
struct ReplyBody {
    body: String,
    /// The bytes since the last MAC.
    literal: Vec<u8>,
}

impl ReplyBody {
    /// Appends the bytes since the last MAC to the body.
    fn close(&mut self, call: &ReceiveCall) -> Result<(), Violation> {
        let literal = String::from_utf8(std::mem::take(&mut self.literal))
            .map_err(|_| Violation::contract("reply body is not UTF-8"))?;
        let literal = text::scrub(&literal, call.receiver.secrets());
        self.body.push_str(&literal);
        Ok(())
    }
}

/// A MAC in the encoding that the reply asks for.
fn mac(
    from: wit::ReplyMac,
    call: &ReceiveCall,
    budget: &mut CallBudget,
) -> Result<String, ReplyError> {
    if !call.receiver.binding.reply_macs {
        let why = "a MAC in a reply, and the binding has no extension reply-macs";
        return Err(Violation::contract(why).into());
    }
    let algorithm = HmacAlgorithm::parse(&from.algorithm).ok_or_else(|| {
        let known = ["sha1", "sha256", "sha384", "sha512"];
        Violation::contract(convert::unknown("HMAC algorithm", &from.algorithm, &known))
    })?;
    let encoding = MacEncoding::parse(&from.encoding).ok_or_else(|| {
        let known = ["hex", "base64"];
        Violation::contract(convert::unknown(
            "encoding of a MAC",
            &from.encoding,
            &known,
        ))
    })?;
    let message = from.message.into_iter().map(convert::part);
    let message: Vec<Part> = message.collect::<Result<_, _>>()?;
    let is_known = call.knows_sender();
    if !is_known && !is_single_value(&message) {
        let why = "before the bound checks a MAC in a reply is of one query parameter, header, form \
                   field or member of the delivery, and of nothing else";
        return Err(Violation::contract(why).into());
    }
    budget.check(hashed_length(call, &message))?;
    let Some(parts) = message_parts(&call.delivery, &message) else {
        let why = "what the reply is to sign is not there, or is there twice";
        return Err(ReplyError::Malformed(why));
    };
    if !is_known && !is_challenge(&parts) {
        let why = "the challenge is not 1 to 128 bytes of [A-Za-z0-9_-]";
        return Err(ReplyError::Malformed(why));
    }
    let parts: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
    let mac = call.receiver.credentials.mac(&from.key, algorithm, &parts);
    let mac = mac.ok_or_else(|| {
        let key = text::printable(&from.key, 64);
        Violation::contract(format!(
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
    fn headers_that_a_proxy_acts_on_are_refused() {
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
