//! Why a Receiver is ready or not.

/// The reason of a Receiver's Ready condition, in Flux's words where Flux has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The Receiver serves.
    Succeeded,
    /// `spec.suspend` is true.
    Suspended,
    /// A filter does not compile or is not boolean.
    InvalidExpression,
    /// Its compiled expressions need more memory than its namespace has left.
    NoRoomForExpressions,
    /// Its spec is invalid.
    ValidationFailed,
    /// Its Secret is missing or lacks a needed value.
    TokenNotFound,
    /// No loaded component provides its type.
    ProviderNotLoaded,
    /// The component that provides its type is not for its namespace.
    ProviderNotAllowed,
    /// The component failed to configure it.
    ProviderFaulted,
    /// It would authenticate more weakly than it demands, or than with the previous component.
    WeakAuthentication,
    /// A value of its Secret is too short to be hidden in deliveries.
    ShortCredential,
    /// Planning it takes too long.
    NotPlanned,
    /// Another Receiver owns its path.
    PathCollision,
    /// Its manifest or its spec cannot be read.
    Unreadable,
    /// Flux's own controller would serve it without its provider's verification.
    WeakCarrier,
    /// Flux's CRD has dropped a field of its spec.
    FieldsPruned,
}

/// What a reason means for the next reconciliation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonKind {
    Ready,
    /// The Receiver is suspended, and its conditions stay.
    Resting,
    /// The Receiver is tried again by itself.
    Retried,
    /// Nothing changes until a user changes something. Flux calls it terminal.
    Terminal,
}

impl Reason {
    /// The word that conditions use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "Succeeded",
            Self::Suspended => "Suspended",
            Self::InvalidExpression => "InvalidCELExpression",
            Self::NoRoomForExpressions => "NoRoomForExpressions",
            Self::ValidationFailed => "ValidationFailed",
            Self::TokenNotFound => "TokenNotFound",
            Self::ProviderNotLoaded => "ProviderNotLoaded",
            Self::ProviderNotAllowed => "ProviderNotAllowed",
            Self::ProviderFaulted => "ProviderFaulted",
            Self::WeakAuthentication => "WeakAuthentication",
            Self::ShortCredential => "ShortCredential",
            Self::NotPlanned => "NotPlanned",
            Self::PathCollision => "PathCollision",
            Self::Unreadable => "ManifestUnreadable",
            Self::WeakCarrier => "WeakCarrier",
            Self::FieldsPruned => "FieldsPruned",
        }
    }

    /// Whether it may pass with time, so that the Receiver is planned again without a change.
    #[must_use]
    pub fn may_pass(self) -> bool {
        matches!(self, Self::ProviderFaulted | Self::NoRoomForExpressions)
    }

    #[must_use]
    pub fn kind(self) -> ReasonKind {
        match self {
            Self::Succeeded => ReasonKind::Ready,
            Self::Suspended => ReasonKind::Resting,
            Self::TokenNotFound
            | Self::ProviderFaulted
            | Self::NoRoomForExpressions
            | Self::NotPlanned => ReasonKind::Retried,
            Self::InvalidExpression
            | Self::ValidationFailed
            | Self::ProviderNotLoaded
            | Self::ProviderNotAllowed
            | Self::WeakAuthentication
            | Self::ShortCredential
            | Self::PathCollision
            | Self::Unreadable
            | Self::WeakCarrier
            | Self::FieldsPruned => ReasonKind::Terminal,
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a Receiver does not serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unready {
    pub reason: Reason,
    pub message: String,
}

impl Unready {
    pub(crate) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
        }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Reason::ValidationFailed, message)
    }
}
