use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bellpull_egress::AuthorityHttp;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};

/// The longest pause that an authority may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// The library's requests, over the host's outbound HTTP.
#[derive(Clone)]
pub(crate) struct AcmeClient {
    http: AuthorityHttp,
    asked_pause: Arc<Mutex<Duration>>,
}

#[derive(Debug, thiserror::Error)]
#[error("{url} answered {status}, and does not say why")]
struct Unexplained {
    url: String,
    status: http::StatusCode,
}

impl AcmeClient {
    pub(crate) fn new(http: AuthorityHttp) -> Self {
        Self {
            http,
            asked_pause: Arc::default(),
        }
    }

    /// The pause that the authority has asked for since the last call, at most a day.
    pub(crate) fn take_asked_pause(&self) -> Duration {
        std::mem::take(&mut self.locked())
    }

    fn ask_pause(&self, pause: Duration) {
        *self.locked() = pause.min(LONGEST_PAUSE);
    }

    fn locked(&self) -> MutexGuard<'_, Duration> {
        let asked = self.asked_pause.lock();
        asked.unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(&self, request: Request<BodyWrapper<Bytes>>) -> Result<BytesResponse, Error> {
        let (head, body) = request.into_parts();
        let Ok(body) = body.collect().await;
        let url = head.uri.to_string();
        let request = Request::from_parts(head, body.to_bytes());
        let response = self.http.send(request).await;
        let response = response.map_err(|error| Error::Other(error.into()))?;
        let (parts, body) = response.into_parts();
        let (status, headers) = (parts.status, &parts.headers);
        if !status.is_success() {
            if let Some(pause) = asked_pause(headers, SystemTime::now()) {
                self.ask_pause(pause);
            }
            if !is_problem(headers) {
                return Err(Error::Other(Unexplained { url, status }.into()));
            }
        }
        Ok(BytesResponse {
            parts,
            body: Box::new(body),
        })
    }
}

impl HttpClient for AcmeClient {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let client = self.clone();
        Box::pin(async move { client.send(request).await })
    }
}

/// Whether the body is a problem document (RFC 9457).
fn is_problem(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(|kind| kind.as_bytes());
    kind.is_some_and(|kind| kind.starts_with(b"application/problem+json"))
}

/// `Retry-After` (RFC 9110, section 10.2.3): seconds or a date.
fn asked_pause(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = text.parse().ok().map(Duration::from_secs);
    seconds.or_else(|| {
        let date = httpdate::parse_http_date(text).ok()?;
        Some(date.duration_since(now).unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_pause_is_asked_in_seconds_or_as_a_date() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, expected) in [
            (Some("120"), Some(120)),
            (Some("Sun, 06 Nov 1994 08:49:47 GMT"), Some(10)),
            (Some("Sun, 06 Nov 1994 08:49:27 GMT"), Some(0)),
            (Some("soon"), None),
            (None, None),
        ] {
            let value = value.map(|value| (RETRY_AFTER, HeaderValue::from_static(value)));
            let headers = HeaderMap::from_iter(value.clone());
            let expected = expected.map(Duration::from_secs);
            assert_eq!(asked_pause(&headers, now), expected, "{value:?}");
        }
    }
}
