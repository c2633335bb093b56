//! What a registry answers when it does not do as it was asked.

use std::fmt::Display;
use std::time::{Duration, SystemTime};

use bellpull_core::text::printable;
use bellpull_egress::RegistryResponse;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::error::RegistryError;

/// Most of an error's answer that is read, bytes.
const MAX_COMPLAINT: usize = 8 << 10;
/// Longest part of it that is told.
const MAX_TOLD: usize = 512;

/// A response that says that the request was done.
pub(crate) async fn accepted(
    host: &str,
    asked: &(dyn Display + Sync),
    action: &'static str,
    response: RegistryResponse,
) -> Result<RegistryResponse, RegistryError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    if status == StatusCode::NOT_FOUND {
        return Err(RegistryError::NotFound(asked.to_string()));
    }
    let host = host.to_owned();
    let retry_after = retry_after(response.headers(), SystemTime::now());
    let reason = complaint(response).await;
    Err(match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => RegistryError::Unauthorized {
            host,
            action,
            reason,
        },
        _ => RegistryError::Answered {
            host,
            status: status.as_u16(),
            reason,
            retry_after,
        },
    })
}

/// Errors as registries tell them (OCI distribution-spec, "Error codes").
#[derive(Deserialize)]
struct Complaints {
    errors: Vec<Complaint>,
}

#[derive(Deserialize)]
struct Complaint {
    code: String,
    #[serde(default)]
    message: String,
}

async fn complaint(response: RegistryResponse) -> String {
    let body = response.body(MAX_COMPLAINT).await.unwrap_or_default();
    let complaints: Option<Complaints> = serde_json::from_slice(&body).ok();
    let told: Vec<String> = complaints
        .map(|complaints| complaints.errors)
        .unwrap_or_default()
        .into_iter()
        .map(|Complaint { code, message }| format!("{code} {message}").trim().to_owned())
        .collect();
    match told.is_empty() {
        true => "it does not say why".to_owned(),
        false => printable(&told.join("; "), MAX_TOLD),
    }
}

/// What `Retry-After` says, in seconds or as a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers
        .get(http::header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use http::header::{HeaderValue, RETRY_AFTER};

    use super::*;

    #[test]
    fn a_pause_is_in_seconds_or_until_a_date() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        for (value, expected) in [
            ("7", Some(7)),
            ("Sun, 06 Nov 1994 08:49:41 GMT", Some(4)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]);
            let got = retry_after(&headers, now).map(|pause| pause.as_secs());
            assert_eq!(got, expected, "{value}");
        }
    }
}
