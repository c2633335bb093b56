use std::fmt;

/// The reason of a ReceiverPlugin's Ready condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PluginReason {
    /// The wanted version serves.
    Succeeded,
    /// `spec.suspend` is true.
    Suspended,
    /// The wanted version is being fetched for the first time.
    Progressing,
    /// Its spec is invalid, or cannot be read.
    ValidationFailed,
    /// The operator's policy does not allow it.
    PolicyDenied,
    /// A Secret or a ConfigMap that it names is missing, or lacks what it should hold.
    ReferenceNotFound,
    /// The registry did not give the artefact.
    PullFailed,
    /// The artefact is not signed as wanted, or is another one.
    VerificationFailed,
    /// The component does not compile, or breaks the contract.
    ComponentInvalid,
    /// The component claims provider names that it may not have.
    ProvidersNotAllowed,
    /// The component needs what it is not granted.
    CapabilityNotGranted,
    /// The component fails the cases that its author has attached.
    SelfTestFailed,
    /// The component fails to configure every Receiver that it would serve.
    ConfigureFailed,
    /// The version is below the one that serves.
    VersionLowered,
    /// Another component serves a name that it claims.
    NamesNotServed,
}

/// What a reason means for the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PluginReasonKind {
    Ready,
    Resting,
    /// It is tried again by itself.
    Retried,
    /// Nothing changes until a user changes the object, or what it names.
    Terminal,
}

impl PluginReason {
    /// The word that conditions use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "Succeeded",
            Self::Suspended => "Suspended",
            Self::Progressing => "Progressing",
            Self::ValidationFailed => "ValidationFailed",
            Self::PolicyDenied => "PolicyDenied",
            Self::ReferenceNotFound => "ReferenceNotFound",
            Self::PullFailed => "PullFailed",
            Self::VerificationFailed => "VerificationFailed",
            Self::ComponentInvalid => "ComponentInvalid",
            Self::ProvidersNotAllowed => "ProvidersNotAllowed",
            Self::CapabilityNotGranted => "CapabilityNotGranted",
            Self::SelfTestFailed => "SelfTestFailed",
            Self::ConfigureFailed => "ConfigureFailed",
            Self::VersionLowered => "VersionLowered",
            Self::NamesNotServed => "NamesNotServed",
        }
    }

    pub(crate) fn kind(self) -> PluginReasonKind {
        match self {
            Self::Succeeded => PluginReasonKind::Ready,
            Self::Suspended => PluginReasonKind::Resting,
            // A registry may hold another artefact, or another signature, at the next attempt.
            Self::Progressing
            | Self::ReferenceNotFound
            | Self::PullFailed
            | Self::VerificationFailed
            | Self::ComponentInvalid
            | Self::ProvidersNotAllowed
            | Self::CapabilityNotGranted
            | Self::SelfTestFailed
            | Self::ConfigureFailed
            | Self::VersionLowered
            | Self::NamesNotServed => PluginReasonKind::Retried,
            Self::ValidationFailed | Self::PolicyDenied => PluginReasonKind::Terminal,
        }
    }
}

impl fmt::Display for PluginReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a version does not serve.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PluginProblem {
    pub reason: PluginReason,
    pub message: String,
}

impl PluginProblem {
    /// A problem with its message.
    pub fn new(reason: PluginReason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
        }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(PluginReason::ValidationFailed, message)
    }

    pub(crate) fn denied(message: impl fmt::Display) -> Self {
        Self::new(
            PluginReason::PolicyDenied,
            format!("--plugin-policy does not allow it: {message}"),
        )
    }
}
