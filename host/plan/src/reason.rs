//! Why a Receiver does not serve.

/// Why a Receiver's Ready condition is what it is. Flux's words where Flux has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It serves.
    Succeeded,
    /// `spec.suspend`.
    Suspended,
    /// A filter does not compile, or is not boolean.
    InvalidExpression,
    /// Compiled expressions take what is left for its namespace.
    NoRoomForExpressions,
    /// Its spec is wrong.
    ValidationFailed,
    /// Its Secret is missing or lacks what is needed.
    TokenNotFound,
    /// No component has its provider's name.
    ProviderNotLoaded,
    /// The component failed when asked.
    ProviderFaulted,
    /// It would authenticate more weakly than it demands, or than before.
    WeakAuthentication,
    /// A value of its Secret is too short to be hidden wherever a delivery has it.
    ShortCredential,
    /// Finding out how it is to be served takes long.
    NotPlanned,
    /// An older Receiver has the same path.
    PathCollision,
    /// Its manifest or its spec cannot be read.
    Unreadable,
    /// Flux's own controller would serve it without verification.
    WeakCarrier,
    /// Flux's CRD has dropped a field that it had.
    FieldsPruned,
}

/// What follows from a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonKind {
    /// It serves.
    Ready,
    /// It rests, and nothing is said.
    Resting,
    /// It is tried again without anyone's doing.
    Retried,
    /// It stays so until someone changes something: Flux calls it terminal.
    Terminal,
}

impl Reason {
    /// As conditions say it.
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

    /// Whether time alone may change it, so that it is planned again without any change.
    #[must_use]
    pub fn may_pass(self) -> bool {
        matches!(self, Self::ProviderFaulted | Self::NoRoomForExpressions)
    }

    /// What follows from it.
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
    /// Reason of the condition.
    pub reason: Reason,
    /// Message of the condition.
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
