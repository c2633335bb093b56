use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::StatusCode;
use url::Url;

use super::address_scope::AddressScope;
use super::error::GetError;
use super::response::{GetResponse, check_status, too_long};

/// Recorded responses by URL. They replace the network when a recorded delivery is replayed. A
/// request for any other URL fails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording(Arc<HashMap<String, (u16, Bytes)>>);

impl Recording {
    /// A recording of the status and the body for each URL.
    #[must_use]
    pub fn new(responses: impl IntoIterator<Item = (String, (u16, Bytes))>) -> Self {
        Self(Arc::new(responses.into_iter().collect()))
    }

    pub(super) fn get(&self, url: &Url, limit: usize) -> Result<GetResponse, GetError> {
        let recorded = self.0.get(url.as_str()).cloned();
        let (status, body) =
            recorded.ok_or_else(|| GetError::Failed("no response is recorded".to_owned()))?;
        let status = StatusCode::from_u16(status);
        check_status(status.map_err(|error| GetError::Failed(error.to_string()))?)?;
        if body.len() > limit {
            return Err(too_long(limit));
        }
        Ok(GetResponse {
            body,
            fresh_for: None,
            // A recording connects to nothing, so it restricts no further request.
            from: AddressScope::Loopback,
        })
    }
}
