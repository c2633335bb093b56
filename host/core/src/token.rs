use serde_json::{Map, Value};

/// What a token says of whom it was given to.
pub type Claims = Map<String, Value>;

/// What a token must say to be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenExpectation {
    /// Who may have signed it: its `iss`, exactly.
    pub issuers: Vec<String>,
    /// Whom it must be for: one of its `aud`. None at all means that no token is taken.
    pub audiences: Vec<String>,
}

/// Why a token is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It proves nothing.
    #[error("{0}")]
    Unauthenticated(String),
    /// The issuer's keys could not be had; worth sending again.
    #[error("{0}")]
    Unavailable(String),
}
