use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;

use super::address_scope::AddressScope;
use super::error::GetError;

/// A complete response with status 200.
#[derive(Debug)]
pub(crate) struct GetResponse {
    pub(crate) body: Bytes,
    /// How long the server says that the response is fresh.
    pub(crate) fresh_for: Option<Duration>,
    /// The address that the response came from.
    pub(crate) from: AddressScope,
}

pub(super) fn check_status(status: StatusCode) -> Result<(), GetError> {
    match status {
        StatusCode::OK => Ok(()),
        status if status.is_redirection() => Err(GetError::Failed(format!(
            "answered {status}: redirections are not followed"
        ))),
        status => Err(GetError::Failed(format!("answered {status}"))),
    }
}

pub(super) fn too_long(limit: usize) -> GetError {
    GetError::Failed(format!("the answer is longer than {limit} bytes"))
}
