use std::collections::BTreeMap;

use bellpull_api::ResourceReference;

use crate::{ReceiverId, Target, TargetError, default_api_version};

/// What a reference asks for, with every default filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// One object.
    Named(Target),
    /// Those that carry all labels.
    Selected {
        /// `group/version`.
        api_version: String,
        /// Kind.
        kind: String,
        /// Namespace.
        namespace: String,
        /// Labels, at least one.
        labels: BTreeMap<String, String>,
    },
}

/// Reads a reference as Flux does (fluxcd/notification-controller v1.9.3,
/// `internal/server/receiver_handlers.go`).
///
/// # Errors
/// What is wrong with it; always [`TargetError::Invalid`].
pub fn wanted(
    receiver: &ReceiverId,
    reference: &ResourceReference,
    cross_namespace: bool,
) -> Result<Wanted, TargetError> {
    let kind = &reference.kind;
    let namespace = reference
        .namespace
        .as_ref()
        .unwrap_or(&receiver.namespace)
        .clone();
    if !cross_namespace && namespace != receiver.namespace {
        return Err(TargetError::Invalid(format!(
            "{kind} {namespace}/{}: references to other namespaces are not allowed",
            reference.name
        )));
    }
    let api_version = match &reference.api_version {
        Some(version) => version.clone(),
        None => default_api_version(kind)
            .ok_or_else(|| {
                TargetError::Invalid(format!("{kind} {}: apiVersion is required", reference.name))
            })?
            .to_owned(),
    };
    if reference.name != "*" {
        let name = reference.name.clone();
        return Ok(Wanted::Named(Target {
            api_version,
            kind: kind.clone(),
            namespace,
            name,
        }));
    }
    if reference.match_labels.is_empty() {
        return Err(TargetError::Invalid(format!(
            "{kind} *: matchLabels is required"
        )));
    }
    let labels = reference.match_labels.clone();
    Ok(Wanted::Selected {
        api_version,
        kind: kind.clone(),
        namespace,
        labels,
    })
}
