use std::sync::{Arc, LazyLock};

use super::oidc::takes_tokens;
use super::{Extensions, SecretState};
use crate::credentials::{CredentialError, required, usable};
use crate::description::never_readable;
use crate::names::is_subdomain;
use crate::plan::path::TOKEN;
use crate::{ReceiverObject, Redaction, SecretBytes, SecretData, SecretObject, limits};

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
    pub(super) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
        }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Reason::ValidationFailed, message)
    }
}

static NO_SECRET: LazyLock<Arc<SecretObject>> = LazyLock::new(|| {
    Arc::new(SecretObject {
        namespace: String::new(),
        name: String::new(),
        data: SecretData::new(),
    })
});
/// The `spec.type` that Flux's own controller verifies by the Secret's token.
const STRONG_CARRIER: &str = "generic-hmac";

pub(super) fn spec(
    object: &ReceiverObject,
    extensions: Extensions,
    allow_weak_carrier: bool,
) -> Result<(), Unready> {
    if object.spec.suspend {
        return Err(Unready::new(Reason::Suspended, "spec.suspend is true"));
    }
    if let Some(error) = &object.annotation_error {
        return Err(Unready::invalid(error.clone()));
    }
    carrier(object, allow_weak_carrier)?;
    let pruned = extensions.missing_from(Extensions::of(&object.spec));
    if !pruned.is_empty() {
        return Err(Unready::new(
            Reason::FieldsPruned,
            format!(
                "{} was dropped by a CRD that does not know it: apply the CRD of `bellpull crds` \
                 and this Receiver again, or change its spec to do without",
                pruned.join(" and ")
            ),
        ));
    }
    Ok(())
}

fn carrier(object: &ReceiverObject, allow_weak_carrier: bool) -> Result<(), Unready> {
    match &object.carrier {
        Some(carrier) if carrier != STRONG_CARRIER && !allow_weak_carrier => Err(Unready::new(
            Reason::WeakCarrier,
            format!(
                "spec.type {carrier:?} beside the annotation bellpull.dev/type would be served by \
                 Flux's own controller without this provider's verification: set it to \
                 {STRONG_CARRIER:?}, or allow it with --allow-weak-carrier"
            ),
        )),
        _ => Ok(()),
    }
}

pub(super) fn secret<'a>(
    object: &ReceiverObject,
    state: Option<&'a SecretState>,
) -> Result<&'a Arc<SecretObject>, Unready> {
    // What takes tokens has none, and what it needs of one is nothing.
    if takes_tokens(object) {
        return Ok(&NO_SECRET);
    }
    let Some(reference) = &object.spec.secret_ref else {
        return Err(Unready::invalid(
            "secretRef is required when type is not generic-oidc",
        ));
    };
    if !is_subdomain(&reference.name) {
        return Err(Unready::invalid(format!(
            "secretRef.name {:?} is no name of a Secret",
            reference.name
        )));
    }
    let error = match state {
        Some(SecretState::Present(secret)) => return Ok(secret),
        Some(SecretState::Unavailable(error)) => error,
        None => "it has been asked for",
    };
    Err(Unready::new(
        Reason::TokenNotFound,
        format!(
            "unable to read token from secret '{}/{}' error: {error}",
            object.id.namespace, reference.name
        ),
    ))
}

/// Every path is made of the token, whatever else the Secret holds.
pub(super) fn token(object: &ReceiverObject, secret: &SecretObject) -> Result<(), Unready> {
    if takes_tokens(object) {
        return Ok(());
    }
    match required(&secret.data, TOKEN) {
        Ok(_) => Ok(()),
        Err(error) => Err(secret_data(secret, &[error])),
    }
}

/// Whether deliveries can be searched for the values of a Secret.
///
/// # Errors
/// When they are too many, or one is too short and none may be.
pub(super) fn searched(
    secret: &SecretObject,
    redaction: &Redaction,
    requires_long: bool,
) -> Result<(), Unready> {
    let SecretObject {
        namespace, name, ..
    } = secret;
    let values = redaction.values().count();
    if values > limits::SEARCHED_VALUES {
        return Err(Unready::invalid(format!(
            "secret '{namespace}/{name}': it has {values} values, those of previous ones with them, \
             and deliveries are searched for {} at most: keep in it what this Receiver needs",
            limits::SEARCHED_VALUES
        )));
    }
    let short: Vec<&str> = redaction.short().collect();
    if !requires_long || short.is_empty() {
        return Ok(());
    }
    Err(Unready::new(
        Reason::ShortCredential,
        format!(
            "secret '{namespace}/{name}': what is in '{}' has fewer than {} bytes and cannot be \
             hidden wherever a delivery has it: make it longer, or remove it from the Secret",
            short.join("', '"),
            limits::SHORTEST_SEARCHED
        ),
    ))
}

/// What is said of a Secret whose values cannot be what they should be.
pub(super) fn secret_data(secret: &SecretObject, errors: &[CredentialError]) -> Unready {
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let SecretObject {
        namespace, name, ..
    } = secret;
    Unready::new(
        Reason::TokenNotFound,
        format!(
            "invalid '{namespace}/{name}' secret data: {}",
            errors.join(", ")
        ),
    )
}

/// The non-secret values that the component may read. An empty one is the component's to judge.
///
/// # Errors
/// When one of them is blank or still encrypted.
pub(super) fn settings(
    secret: &SecretObject,
    granted: &[String],
) -> Result<Vec<(String, String)>, Unready> {
    let mut settings = Vec::with_capacity(granted.len());
    let mut errors = Vec::new();
    for key in granted.iter().filter(|key| !never_readable(key)) {
        let Some(value) = secret.data.get(key).map(SecretBytes::expose) else {
            continue;
        };
        if !value.is_empty()
            && let Err(error) = usable(value, key)
        {
            errors.push(error);
        } else if let Ok(text) = std::str::from_utf8(value) {
            settings.push((key.clone(), text.to_owned()));
        }
    }
    if errors.is_empty() {
        Ok(settings)
    } else {
        Err(secret_data(secret, &errors))
    }
}
