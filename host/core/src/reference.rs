use std::collections::BTreeMap;

use bellpull_api::{ReceiverSpec, ResourceReference};

use crate::names::{is_api_version, is_kind, is_label, is_subdomain};
use crate::{Detail, ReceiverId, Target, TargetError, default_api_version, has_no_namespace};

/// The objects that a reference selects, with every default filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolvedReference {
    /// One object.
    Named(Target),
    /// Every object that carries all labels.
    Selected {
        /// `group/version`.
        api_version: String,
        kind: String,
        namespace: String,
        /// Without labels, every object of the kind is selected.
        labels: BTreeMap<String, String>,
    },
}

/// A kind, in one namespace or in all.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindKey {
    /// `group/version`.
    pub api_version: String,
    pub kind: String,
    /// `None`: all namespaces.
    pub namespace: Option<String>,
}

impl KindKey {
    /// Whether its parts are valid names, so that they can be part of a request's path.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        is_api_version(&self.api_version)
            && is_kind(&self.kind)
            && self.namespace.as_deref().is_none_or(is_label)
    }

    /// The same kind in every namespace.
    #[must_use]
    pub fn in_all_namespaces(&self) -> Self {
        Self {
            namespace: None,
            ..self.clone()
        }
    }
}

/// The kind that a reference of `receiver` names, in one namespace. `None` if the reference names
/// no version and the kind has no default.
#[must_use]
pub fn kind_of(receiver: &ReceiverId, reference: &ResourceReference) -> Option<KindKey> {
    let version = api_version_of(reference)?;
    let namespace = reference.namespace.as_ref().unwrap_or(&receiver.namespace);
    Some(KindKey {
        api_version: version.to_owned(),
        kind: reference.kind.clone(),
        namespace: (!has_no_namespace(version, &reference.kind)).then(|| namespace.clone()),
    })
}

/// How much must be known of the objects that `reference` selects.
#[must_use]
pub fn detail_of(spec: &ReceiverSpec, reference: &ResourceReference) -> Detail {
    if reference.match_event {
        Detail::Spec
    } else if is_filter(spec.resource_filter.as_ref()) || is_filter(reference.filter.as_ref()) {
        Detail::Metadata
    } else {
        Detail::Name
    }
}

/// Whether there is a filter. An empty one counts as absent, as in Flux.
#[must_use]
pub fn is_filter(filter: Option<&String>) -> bool {
    filter.is_some_and(|expression| !expression.is_empty())
}

/// The kinds of a HelmChart's source (fluxcd/source-controller v1.9.3, `api/v1/helmchart_types.go`)
/// that an event can name. A Bucket is also a source, but is not compared.
const CHART_SOURCES: [&str; 2] = ["GitRepository", "HelmRepository"];

/// The kinds that must be watched for a Receiver, each in one namespace, and how much of their
/// objects.
#[must_use]
pub fn kinds_of(receiver: &ReceiverId, spec: &ReceiverSpec) -> Vec<(KindKey, Detail)> {
    let mut kinds = Vec::with_capacity(spec.resources.len());
    for reference in &spec.resources {
        let Some(key) = kind_of(receiver, reference) else {
            continue;
        };
        if reference.match_event && reference.kind == "HelmChart" {
            let sources = CHART_SOURCES.into_iter().filter_map(|kind| {
                let source = KindKey {
                    api_version: default_api_version(kind)?.to_owned(),
                    kind: kind.to_owned(),
                    namespace: key.namespace.clone(),
                };
                Some((source, Detail::Spec))
            });
            kinds.extend(sources);
        }
        kinds.push((key, detail_of(spec, reference)));
    }
    kinds
}

/// The `apiVersion` of a reference, or the default of its kind. An empty one counts as absent, as
/// in Flux.
fn api_version_of(reference: &ResourceReference) -> Option<&str> {
    match reference.api_version.as_deref() {
        None | Some("") => default_api_version(&reference.kind),
        version => version,
    }
}

/// Reads a reference as Flux does (fluxcd/notification-controller v1.9.3,
/// `internal/server/receiver_handlers.go`).
///
/// # Errors
/// What is wrong with it: always [`TargetError::Invalid`].
pub fn resolve_reference(
    receiver: &ReceiverId,
    reference: &ResourceReference,
    cross_namespace: bool,
) -> Result<ResolvedReference, TargetError> {
    let kind = &reference.kind;
    let invalid = |wrong: &str| TargetError::Invalid(format!("{kind} {}: {wrong}", reference.name));
    let namespace = reference.namespace.as_ref().unwrap_or(&receiver.namespace);
    let version = api_version_of(reference);
    let has_none = version.is_some_and(|version| has_no_namespace(version, kind));
    if !cross_namespace && has_none {
        return Err(invalid(
            "it is in no namespace, and references to other namespaces are not allowed",
        ));
    }
    if !cross_namespace && *namespace != receiver.namespace {
        return Err(TargetError::Invalid(format!(
            "{kind} {namespace}/{}: references to other namespaces are not allowed",
            reference.name
        )));
    }
    let api_version = version.ok_or_else(|| invalid("apiVersion is required"))?;
    let api_version = api_version.to_owned();
    names(reference, namespace, &api_version)?;
    let namespace = match has_none {
        true => String::new(),
        false => namespace.clone(),
    };
    if reference.name != "*" {
        let name = reference.name.clone();
        return Ok(ResolvedReference::Named(Target {
            api_version,
            kind: kind.clone(),
            namespace,
            name,
        }));
    }
    let labels = reference.match_labels.clone();
    let labels = labels.ok_or_else(|| invalid("matchLabels is required"))?;
    Ok(ResolvedReference::Selected {
        api_version,
        kind: kind.clone(),
        namespace,
        labels,
    })
}

/// Refuses invalid names, which must not become part of a request's path.
fn names(
    reference: &ResourceReference,
    namespace: &str,
    api_version: &str,
) -> Result<(), TargetError> {
    let ResourceReference { kind, name, .. } = reference;
    let wrong = if name != "*" && !is_subdomain(name) {
        format!("{name:?} is not a valid name")
    } else if !is_label(namespace) {
        format!("{namespace:?} is not a valid namespace")
    } else if !is_api_version(api_version) {
        format!("{api_version:?} is not a valid apiVersion")
    } else if !is_kind(kind) {
        format!("{kind:?} is not a valid kind")
    } else {
        return Ok(());
    };
    Err(TargetError::Invalid(format!("{kind} {name}: {wrong}")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(reference: Value) -> Result<ResolvedReference, TargetError> {
        let reference = serde_json::from_value(reference).unwrap();
        resolve_reference(&ReceiverId::new("apps", "a"), &reference, true)
    }

    #[test]
    fn an_empty_version_counts_as_absent() {
        let named = |version: Value| {
            read(json!({"apiVersion": version, "kind": "Bucket", "name": "a"})).unwrap()
        };
        assert_eq!(named(json!("")), named(Value::Null));
        let kustomization = json!({"apiVersion": "", "kind": "Kustomization", "name": "a"});
        let error = read(kustomization).unwrap_err().to_string();
        assert_eq!(error, "Kustomization a: apiVersion is required");
    }

    #[test]
    fn a_receiver_plugin_is_in_no_namespace() {
        let reference = json!({"kind": "ReceiverPlugin", "name": "acme"});
        let resolved = read(reference.clone()).unwrap();
        let ResolvedReference::Named(target) = resolved else {
            panic!("{resolved:?}");
        };
        assert_eq!(target.to_string(), "ReceiverPlugin/acme");
        assert_eq!(target.api_version, "bellpull.dev/v1alpha1");
        let reference = serde_json::from_value(reference).unwrap();
        let error = resolve_reference(&ReceiverId::new("apps", "a"), &reference, false);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("it is in no namespace"), "{error}");
    }

    #[test]
    fn empty_labels_select_every_object() {
        let selected = read(json!({"kind": "Bucket", "name": "*", "matchLabels": {}})).unwrap();
        let ResolvedReference::Selected { labels, .. } = selected else {
            panic!("{selected:?}");
        };
        assert_eq!(labels, BTreeMap::new());
        let error = read(json!({"kind": "Bucket", "name": "*"})).unwrap_err();
        assert_eq!(error.to_string(), "Bucket *: matchLabels is required");
    }
}
