use serde_json::{Map, Value};

/// The claims of a token.
pub type Claims = Map<String, Value>;

/// What a token must contain to be accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenExpectation {
    /// Accepted issuers: one must equal its `iss`.
    pub issuers: Vec<String>,
    /// Accepted audiences: one must be among its `aud`. Without audiences, no token is accepted.
    pub audiences: Vec<String>,
}

/// Why a token is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The token is invalid.
    #[error("{0}")]
    Unauthenticated(String),
    /// The issuer's keys could not be fetched. A retry may help.
    #[error("{0}")]
    Unavailable(String),
}
