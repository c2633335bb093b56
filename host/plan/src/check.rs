use std::sync::{Arc, LazyLock};

use crate::SecretState;
use crate::oidc::takes_tokens;
use crate::path::TOKEN;
use crate::reason::{Reason, Unready};
use bellpull_core::Extensions;
use bellpull_core::names::is_subdomain;
use bellpull_core::{
    ReceiverObject, SecretBytes, SecretData, SecretObject, limits, never_readable,
};
use bellpull_proof::Redaction;
use bellpull_proof::credentials::{CredentialError, check_usable, required};

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
    // A Receiver that takes tokens needs no Secret.
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

/// Checks that the Secret has a token: every path is made of it, whatever the provider needs.
pub(super) fn token(object: &ReceiverObject, secret: &SecretObject) -> Result<(), Unready> {
    if takes_tokens(object) {
        return Ok(());
    }
    match required(&secret.data, TOKEN) {
        Ok(_) => Ok(()),
        Err(error) => Err(secret_data(secret, &[error])),
    }
}

/// Checks that deliveries can be searched for the values of a Secret.
///
/// # Errors
/// When there are too many values, or one is too short and the operator does not allow that.
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
    let short: Vec<&str> = redaction.short_keys().collect();
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

/// The state of a Receiver whose Secret has unusable values.
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

/// The non-secret values that the component may read. An empty value is passed on: the component
/// decides what it means.
///
/// # Errors
/// When a value is blank or still encrypted.
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
            && let Err(error) = check_usable(value, key)
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
