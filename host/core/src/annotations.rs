//! Bellpull's annotations of a Receiver. They hold what Flux's own definition has no field for.

use std::collections::BTreeMap;
use std::time::Duration;

use bellpull_api::{
    ACCEPT_ANNOTATION, ALLOW_FROM_ANNOTATION, ANNOTATION_PREFIX, ANNOTATIONS, CONFIG_ANNOTATION,
    MATCH_EVENT_ANNOTATION, REQUIRE_ANNOTATION, ReceiverSpec, TYPE_ANNOTATION,
};

use crate::networks::Networks;
use crate::text::{nearest, printable};
use crate::{Authentication, min_interval};

/// The annotations that are not written into the spec.
#[derive(Default)]
pub(crate) struct Annotations {
    /// `spec.type` as written, if an annotation names another provider.
    pub(crate) carrier: Option<String>,
    /// The weakest authentication that the Receiver allows.
    pub(crate) required: Option<Authentication>,
    /// The weakest authentication that it accepts when another version of its component takes over.
    pub(crate) accepted: Option<Authentication>,
    /// The networks that may send deliveries. `None`: any.
    pub(crate) allow_from: Option<Networks>,
    /// The least interval between the notifications of one target that its deliveries cause.
    pub(crate) min_interval: Option<Duration>,
    /// The last error found in an annotation.
    pub(crate) error: Option<String>,
}

impl Annotations {
    /// Reads the annotations. Those that stand for a field of the spec are written into it.
    pub(crate) fn apply(annotations: &BTreeMap<String, String>, spec: &mut ReceiverSpec) -> Self {
        let value = |name: &str| annotations.get(name).map(String::as_str);
        let mut read = Self {
            carrier: value(TYPE_ANNOTATION).and_then(|provider| set_provider(provider, spec)),
            ..Self::default()
        };
        let config = value(CONFIG_ANNOTATION).map(|config| set_config(config, spec));
        read.take(config.unwrap_or(Ok(())));
        let match_event = value(MATCH_EVENT_ANNOTATION).map(|word| set_match_event(word, spec));
        read.take(match_event.unwrap_or(Ok(())));
        let strength = |annotation| {
            let word = value(annotation);
            word.map(|word| parse_strength(annotation, word))
                .transpose()
        };
        read.required = read.take(strength(REQUIRE_ANNOTATION)).flatten();
        read.accepted = read.take(strength(ACCEPT_ANNOTATION)).flatten();
        let networks = value(ALLOW_FROM_ANNOTATION).map(parse_networks);
        read.allow_from = read.take(networks.transpose()).flatten();
        read.min_interval = read.take(min_interval(annotations)).flatten();
        let unknown = annotations.keys().find_map(|name| unknown(name));
        read.take(unknown.map_or(Ok(()), Err));
        read
    }

    /// Keeps the error, if there is one.
    fn take<T>(&mut self, result: Result<T, String>) -> Option<T> {
        result.map_err(|error| self.error = Some(error)).ok()
    }
}

/// Sets the provider. Returns the one that the spec named before, if it was another.
fn set_provider(provider: &str, spec: &mut ReceiverSpec) -> Option<String> {
    (provider != spec.provider).then(|| std::mem::replace(&mut spec.provider, provider.to_owned()))
}

fn set_config(config: &str, spec: &mut ReceiverSpec) -> Result<(), String> {
    let config = serde_json::from_str(config)
        .map_err(|error| format!("annotation {CONFIG_ANNOTATION} is not a JSON object: {error}"))?;
    spec.config = Some(config);
    Ok(())
}

fn set_match_event(word: &str, spec: &mut ReceiverSpec) -> Result<(), String> {
    match word {
        "true" => {
            for resource in &mut spec.resources {
                resource.match_event = true;
            }
            Ok(())
        }
        "false" => Ok(()),
        other => Err(format!(
            "annotation {MATCH_EVENT_ANNOTATION} is {other:?}: write \"true\" or \"false\""
        )),
    }
}

fn parse_strength(annotation: &str, word: &str) -> Result<Authentication, String> {
    Authentication::parse(word).ok_or_else(|| {
        let names = Authentication::ALL.map(Authentication::as_str).join(", ");
        let word = printable(word, 64);
        format!("annotation {annotation} is {word:?}: write one of {names}")
    })
}

fn parse_networks(text: &str) -> Result<Networks, String> {
    text.parse()
        .map_err(|error| format!("annotation {ALLOW_FROM_ANNOTATION} {error}"))
}

/// An error for an annotation with our prefix that Bellpull does not know. Its author relies on it.
fn unknown(annotation: &str) -> Option<String> {
    let own = |name: &'static str| name.strip_prefix(ANNOTATION_PREFIX);
    let name = annotation.strip_prefix(ANNOTATION_PREFIX)?;
    if ANNOTATIONS.contains(&annotation) {
        return None;
    }
    let known = ANNOTATIONS.into_iter().filter_map(own);
    let all: Vec<&str> = known.clone().collect();
    let meant = match nearest(name, known) {
        Some(nearest) => format!("did you mean {ANNOTATION_PREFIX}{nearest}?"),
        None => format!("the known annotations are {}", all.join(", ")),
    };
    let annotation = printable(annotation, 64);
    Some(format!(
        "annotation {annotation:?} is unknown to Bellpull: {meant}"
    ))
}
