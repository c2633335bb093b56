//! What a registry answers when it does not do as it was asked.

use std::time::Duration;

use bellpull_core::text::printable;
use bellpull_egress::RegistryResponse;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::error::RegistryError;
use crate::reference::ArtefactReference;

/// Most of an error's answer that is read, bytes.
const MAX_COMPLAINT: usize = 8 << 10;
/// Longest part of it that is told.
const MAX_TOLD: usize = 512;

/// A response that says that the request was done.
pub(crate) async fn accepted(
    reference: &ArtefactReference,
    action: &'static str,
    response: RegistryResponse,
) -> Result<RegistryResponse, RegistryError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let host = reference.host().to_owned();
    if status == StatusCode::NOT_FOUND {
        return Err(RegistryError::NotFound(reference.to_string()));
    }
    let retry_after = retry_after(response.headers());
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

/// What `Retry-After` says, in seconds (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}
