use bellpull_core::{DeliveryId, Outcome, OutcomeKind, Response as Reply};
use bytes::Bytes;
use http::header::{
    ALLOW, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, Response, StatusCode, Version};
use http_body_util::Full;
use serde::Serialize;

/// Carries Bellpull's id of the delivery.
const DELIVERY: HeaderName = HeaderName::from_static("bellpull-delivery");

/// The body of an answer.
#[derive(Serialize)]
struct Told<'a> {
    outcome: OutcomeKind,
    delivery: &'a DeliveryId,
    message: &'a str,
}

/// How answers are given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answering {
    /// Flux's codes and empty bodies.
    pub(crate) as_flux: bool,
}

impl Answering {
    pub(crate) fn status(self, outcome: &Outcome) -> u16 {
        if self.as_flux { outcome.flux_status() } else { outcome.status() }
    }

    /// The answer; `close` when what is left of the request is not read.
    pub(crate) fn answer(
        self,
        outcome: &Outcome,
        delivery: &DeliveryId,
        version: Version,
        close: bool,
    ) -> Response<Full<Bytes>> {
        let body = match outcome {
            Outcome::Replied(reply) => reply.body.clone(),
            _ if self.as_flux => Bytes::new(),
            _ => told(outcome, delivery),
        };
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = StatusCode::from_u16(self.status(outcome))
            .unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        let headers = response.headers_mut();
        match outcome {
            Outcome::Replied(reply) => copy_headers(reply, headers),
            Outcome::WrongMethod { allow } => {
                if let Ok(allow) = HeaderValue::from_str(allow) {
                    headers.insert(ALLOW, allow);
                }
            }
            _ => {}
        }
        if !matches!(outcome, Outcome::Replied(_)) && !self.as_flux {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Ok(id) = HeaderValue::from_str(delivery.as_str()) {
            headers.insert(DELIVERY, id);
        }
        if let Some(seconds) = outcome.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        // HTTP/2 has no such header (RFC 9113, section 8.2.2).
        if close && version < Version::HTTP_2 {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

fn told(outcome: &Outcome, delivery: &DeliveryId) -> Bytes {
    let message = outcome.message();
    let told = Told { outcome: outcome.kind(), delivery, message: &message };
    // Three strings serialise; an empty body is the honest rest.
    serde_json::to_vec(&told).unwrap_or_default().into()
}

fn copy_headers(reply: &Reply, headers: &mut HeaderMap) {
    for (name, value) in &reply.headers {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
        {
            headers.append(name, value);
        }
    }
}
