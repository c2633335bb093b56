use bellpull_core::{DeliveryId, Outcome};
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, ALLOW, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, Response, StatusCode, Version};
use http_body_util::Full;
use serde::Serialize;

use crate::http_ending::HttpEnding;

const DELIVERY: HeaderName = HeaderName::from_static("bellpull-delivery");

#[derive(Serialize)]
struct AnswerBody<'a> {
    outcome: &'static str,
    delivery: &'a str,
    message: &'a str,
}

/// The status code of an outcome: Flux's code if `flux` is set.
pub(crate) fn status(outcome: &Outcome, flux: bool) -> StatusCode {
    let code = if flux {
        outcome.flux_status()
    } else {
        outcome.status()
    };
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The answer to the sender.
pub(crate) fn answer(
    ended: &HttpEnding,
    id: &DeliveryId,
    version: Version,
    flux: bool,
) -> Response<Full<Bytes>> {
    let outcome = &ended.ending.outcome;
    let mut response = Response::new(body(outcome, id, flux));
    *response.status_mut() = status(outcome, flux);
    let headers = response.headers_mut();
    match outcome {
        Outcome::Replied(reply) => copy_headers(&reply.headers, headers),
        _ if flux => {}
        _ => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
    }
    if let Some(seconds) = outcome.retry_after() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Outcome::WrongMethod { allow } = outcome
        && let Ok(allow) = HeaderValue::from_str(allow)
    {
        headers.insert(ALLOW, allow);
    }
    if let Outcome::EncodedBody { .. } = outcome {
        // Says which codings would do (RFC 9110, section 12.5.3).
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert(DELIVERY, id);
    }
    if ended.close {
        close(&mut response, version);
    }
    response
}

/// Says that the connection ends with this answer.
pub(crate) fn close(response: &mut Response<Full<Bytes>>, version: Version) {
    // HTTP/2 has no such header (RFC 9113, section 8.2.2): only the stream ends.
    if version < Version::HTTP_2 {
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
}

fn body(outcome: &Outcome, id: &DeliveryId, flux: bool) -> Full<Bytes> {
    if let Outcome::Replied(reply) = outcome {
        return Full::new(reply.body.clone());
    }
    if flux {
        return Full::default();
    }
    let body = AnswerBody {
        outcome: outcome.kind().as_str(),
        delivery: id.as_str(),
        message: &outcome.message(),
    };
    // Serialising three strings cannot fail.
    Full::from(serde_json::to_vec(&body).unwrap_or_default())
}

/// The sandbox has removed the headers that may not be sent. A name or value that is not valid in a
/// header is dropped.
fn copy_headers(reply: &[(String, String)], headers: &mut HeaderMap) {
    for (name, value) in reply {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            headers.append(name, value);
        }
    }
}
