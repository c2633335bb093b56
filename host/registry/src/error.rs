use bellpull_core::text::scrub;
use bellpull_egress::RegistryHttpError;

use crate::layout::LayoutError;

/// Why a registry did not do what it was asked for.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RegistryError {
    /// The request could not be made, or had no response.
    #[error(transparent)]
    Http(#[from] RegistryHttpError),
    /// The registry has no such artefact.
    #[error("{0} is not in the registry, or may not be seen by this user")]
    NotFound(String),
    /// Neither the credentials nor nobody's are enough.
    #[error("{host} refuses {action}: {reason}")]
    Unauthorized {
        host: String,
        /// `pull` or `push`.
        action: &'static str,
        reason: String,
    },
    /// Credentials for the registry cannot be read.
    #[error("credentials for {host}: {reason}")]
    Credentials { host: String, reason: String },
    /// A response that says that something went wrong.
    #[error("{host} answered {status}: {reason}")]
    Answered {
        host: String,
        status: u16,
        reason: String,
        /// How long the registry asks to wait before the next request.
        retry_after: Option<std::time::Duration>,
    },
    /// A response that the specification does not allow.
    #[error("{host} does not answer as a registry does: {reason}")]
    Unexpected { host: String, reason: String },
    /// Content that is not what its digest or size says.
    #[error("{what} is not what was asked for: {reason}")]
    Mismatch { what: String, reason: String },
    /// An artefact that is no component.
    #[error("{reference} is no component: {reason}")]
    Layout {
        reference: String,
        reason: LayoutError,
    },
}

impl RegistryError {
    /// The same error without these secrets: a server may repeat what it was sent.
    pub(crate) fn without(mut self, secrets: &[Vec<u8>]) -> Self {
        if let Self::Unauthorized { reason, .. }
        | Self::Answered { reason, .. }
        | Self::Unexpected { reason, .. } = &mut self
        {
            *reason = scrub(reason, secrets.iter().map(Vec::as_slice));
        }
        self
    }

    /// Whether the same request may succeed later.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Http(error) => matches!(error, RegistryHttpError::Failed { .. }),
            Self::Answered { status, .. } => *status == 429 || *status >= 500,
            _ => false,
        }
    }
}
