use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_api::{
    ACCEPT_ANNOTATION, ANNOTATION_PREFIX, ANNOTATIONS, CONFIG_ANNOTATION, MATCH_EVENT_ANNOTATION,
    Metadata, REQUIRE_ANNOTATION, Receiver, ReceiverSpec, Secret, TYPE_ANNOTATION,
};

use crate::text::printable;
use crate::{
    Authentication, Extensions, ReceiverId, SecretBytes, SecretData, is_encrypted, is_filter, text,
};

/// What filters read of a Receiver's metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiverFacts {
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations, but for the copy that kubectl keeps of what was applied.
    pub annotations: BTreeMap<String, String>,
}

impl ReceiverFacts {
    fn of(metadata: &Metadata, spec: &ReceiverSpec) -> Self {
        let mut own = spec.resources.iter().map(|resource| &resource.filter);
        let filters =
            is_filter(spec.resource_filter.as_ref()) || own.any(|own| is_filter(own.as_ref()));
        if !filters {
            return Self::default();
        }
        let mut annotations = metadata.annotations.clone();
        annotations.remove(LAST_APPLIED_ANNOTATION);
        Self {
            labels: metadata.labels.clone(),
            annotations,
        }
    }
}

/// Where kubectl keeps what was applied last.
pub const LAST_APPLIED_ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A Receiver as the plan sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiverObject {
    /// Which one.
    pub id: ReceiverId,
    /// RFC 3339; the older of two Receivers keeps a path. Absent sorts last.
    pub created: Option<String>,
    /// Of the spec.
    pub generation: Option<i64>,
    /// What is wanted, annotations included.
    pub spec: ReceiverSpec,
    /// `spec.type` as written, where an annotation names the provider.
    pub carrier: Option<String>,
    /// What is wrong with an annotation.
    pub annotation_error: Option<String>,
    /// How it must authenticate at the least.
    pub required: Option<Authentication>,
    /// How it may authenticate at the weakest when another component takes over.
    pub accepted: Option<Authentication>,
    /// What filters read of it; empty when there is no filter.
    pub facts: ReceiverFacts,
    /// Fields in use that Flux's CRD drops.
    pub extensions: Extensions,
    /// Those that this generation had when its status was written.
    pub remembered: Extensions,
}

impl ReceiverObject {
    /// A Receiver whose annotations say what its spec cannot.
    #[must_use]
    pub fn new(metadata: &Metadata, mut spec: ReceiverSpec) -> Self {
        let extensions = Extensions::of(&spec);
        let mut carrier = None;
        let mut annotation_error = None;
        if let Some(provider) = metadata.annotations.get(TYPE_ANNOTATION)
            && *provider != spec.provider
        {
            carrier = Some(std::mem::replace(&mut spec.provider, provider.clone()));
        }
        if let Some(config) = metadata.annotations.get(CONFIG_ANNOTATION) {
            match serde_json::from_str(config) {
                Ok(config) => spec.config = Some(config),
                Err(error) => {
                    annotation_error = Some(format!(
                        "annotation {CONFIG_ANNOTATION} is not a JSON object: {error}"
                    ));
                }
            }
        }
        match metadata
            .annotations
            .get(MATCH_EVENT_ANNOTATION)
            .map(String::as_str)
        {
            Some("true") => {
                for resource in &mut spec.resources {
                    resource.match_event = true;
                }
            }
            None | Some("false") => {}
            Some(other) => {
                annotation_error = Some(format!(
                    "annotation {MATCH_EVENT_ANNOTATION} is {other:?}: write \"true\" or \"false\""
                ));
            }
        }
        let mut strength = |annotation: &str| {
            let word = metadata.annotations.get(annotation)?;
            let known = Authentication::parse(word);
            if known.is_none() {
                let names = Authentication::ALL.map(Authentication::as_str).join(", ");
                let word = printable(word, 64);
                annotation_error = Some(format!(
                    "annotation {annotation} is {word:?}: write one of {names}"
                ));
            }
            known
        };
        let (required, accepted) = (strength(REQUIRE_ANNOTATION), strength(ACCEPT_ANNOTATION));
        if let Some(unknown) = metadata.annotations.keys().find_map(|name| unknown(name)) {
            annotation_error = Some(unknown);
        }
        Self {
            id: ReceiverId::new(metadata.namespace(), &metadata.name),
            required,
            accepted,
            facts: ReceiverFacts::of(metadata, &spec),
            created: metadata.creation_timestamp.clone(),
            generation: metadata.generation,
            spec,
            carrier,
            annotation_error,
            extensions,
            remembered: Extensions::default(),
        }
    }
}

/// What is wrong with an annotation that would be ours and is none: its writer may count on it.
fn unknown(annotation: &str) -> Option<String> {
    let own = |name: &'static str| name.strip_prefix(ANNOTATION_PREFIX);
    let name = annotation.strip_prefix(ANNOTATION_PREFIX)?;
    if ANNOTATIONS.contains(&annotation) {
        return None;
    }
    let known = ANNOTATIONS.into_iter().filter_map(own);
    let all: Vec<&str> = known.clone().collect();
    let meant = match text::nearest(name, known) {
        Some(nearest) => format!("did you mean {ANNOTATION_PREFIX}{nearest}?"),
        None => format!("there are {}", all.join(", ")),
    };
    let annotation = printable(annotation, 64);
    Some(format!(
        "annotation {annotation:?} is none of Bellpull's: {meant}"
    ))
}

impl From<Receiver> for ReceiverObject {
    fn from(receiver: Receiver) -> Self {
        Self::new(&receiver.metadata, receiver.spec)
    }
}

/// A Secret as the plan sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretObject {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Values by key.
    pub data: SecretData,
}

/// A value below `data` that cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotBase64 {
    /// Its key.
    pub key: String,
    /// Whether it has still to be decrypted.
    pub is_encrypted: bool,
}

impl TryFrom<Secret> for SecretObject {
    type Error = NotBase64;

    fn try_from(secret: Secret) -> Result<Self, NotBase64> {
        let mut data: SecretData = BTreeMap::new();
        for (key, value) in &secret.data {
            let decoded = BASE64_STANDARD
                .decode(value.expose().trim_ascii())
                .map_err(|_| NotBase64 {
                    key: key.clone(),
                    is_encrypted: is_encrypted(value.expose().as_bytes()),
                })?;
            data.insert(key.clone(), SecretBytes::new(decoded));
        }
        for (key, value) in &secret.string_data {
            data.insert(
                key.clone(),
                SecretBytes::new(value.expose().as_bytes().to_vec()),
            );
        }
        Ok(Self {
            namespace: secret.metadata.namespace().to_owned(),
            name: secret.metadata.name,
            data,
        })
    }
}
