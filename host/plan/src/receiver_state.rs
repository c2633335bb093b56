//! What is said of a Receiver once it is planned.

use std::collections::HashSet;
use std::sync::Arc;

use crate::{Kinds, Reason, UnreadableSpec, Unready};
use bellpull_core::Extensions;
use bellpull_core::{Authentication, ReceiverId, kind_of, limits, text};
use bellpull_ports::{BoundReceiver, Entry, Filters, Route};
use bellpull_proof::credentials;

/// What is to be said of one Receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiverState {
    /// Which one.
    pub id: ReceiverId,
    /// Of the spec that this speaks of.
    pub generation: Option<i64>,
    /// Whether nothing that it depends on is still being asked for: before that, nothing is said.
    pub settled: bool,
    /// `spec.type`, or what the annotation names.
    pub provider: String,
    /// Version of the component.
    pub provider_version: Option<String>,
    /// How it authenticates, once bound.
    pub authentication: Option<Authentication>,
    /// Whether it does so by a signature under a key of the component's own.
    pub own_key: bool,
    /// `spec.events`.
    pub events: Vec<String>,
    /// `spec.interval`.
    pub interval: Option<String>,
    /// Its webhook paths, the current one first. Secrets.
    pub paths: Vec<Arc<str>>,
    /// Whether it serves.
    pub ready: bool,
    /// Reason of the condition.
    pub reason: Reason,
    /// Message of the condition. Holds the path when ready, as Flux's does.
    pub message: String,
    /// What is odd but not wrong; part of the message too.
    pub warnings: Vec<String>,
    /// Fields in use, now or before Flux's CRD dropped them.
    pub extensions: Extensions,
}

impl ReceiverState {
    /// Says what a Receiver has come to; `loaded`: whether its provider is known.
    pub(super) fn settle<C, F: Filters>(
        &mut self,
        result: Result<Route<C, F>, Unready>,
        loaded: bool,
        kinds: &Kinds,
    ) -> Entry<C, F> {
        match result {
            Ok(route) => {
                self.ready = true;
                self.authentication = Some(route.bound.binding.authentication);
                self.own_key = route.bound.binding.proves_by_own_key();
                self.warnings = warnings(&route.bound, kinds);
                self.message = ready_message(&route.bound, &self.warnings);
                Entry::Serving(Arc::new(route))
            }
            Err(unready) => {
                self.reason = unready.reason;
                self.message = cut(unready.message);
                Entry::Unavailable {
                    receiver: self.id.clone(),
                    provider: loaded.then(|| self.provider.clone()),
                    reason: unready.reason.as_str(),
                }
            }
        }
    }

    /// How it authenticates, once bound, as people are told.
    #[must_use]
    pub fn authenticates_by(&self) -> Option<&'static str> {
        let authentication = self.authentication?.as_str();
        Some(if self.own_key {
            "signature (component's key)"
        } else {
            authentication
        })
    }

    /// That of a Receiver that serves, when something of its deliveries has been hidden since.
    pub(super) fn with_hidden(&self, bound: &BoundReceiver, kinds: &Kinds) -> Option<Self> {
        bound.redaction.noticed()?;
        let warnings = warnings(bound, kinds);
        (warnings != self.warnings).then(|| Self {
            message: ready_message(bound, &warnings),
            warnings,
            ..self.clone()
        })
    }

    /// That of a Receiver whose path another one has.
    pub(super) fn collided(&self, first: &ReceiverId) -> Self {
        Self {
            ready: false,
            authentication: None,
            own_key: false,
            reason: Reason::PathCollision,
            message: format!(
                "Receiver {first} comes first and has the same webhook path: change the token"
            ),
            warnings: Vec::new(),
            ..self.clone()
        }
    }

    /// That of a Receiver that cannot be read.
    pub(super) fn unreadable(id: &ReceiverId, problem: &UnreadableSpec) -> Self {
        Self {
            id: id.clone(),
            generation: problem.generation,
            settled: true,
            provider: String::new(),
            provider_version: None,
            authentication: None,
            own_key: false,
            events: Vec::new(),
            interval: None,
            paths: Vec::new(),
            ready: false,
            reason: Reason::Unreadable,
            message: cut(problem.message.clone()),
            warnings: Vec::new(),
            extensions: Extensions::default(),
        }
    }
}

/// Flux's words (`internal/controller/receiver_controller.go`), and after them what is odd.
fn ready_message(bound: &BoundReceiver, warnings: &[String]) -> String {
    let path = bound.paths.first().map_or("", |path| path);
    let mut message = format!("Receiver initialized for path: {path}");
    for warning in warnings {
        message.push_str("; ");
        message.push_str(warning);
    }
    cut(message)
}

/// As much of a message as a condition holds.
fn cut(mut message: String) -> String {
    const MORE: &str = " …";
    if message.len() > limits::CONDITION_MESSAGE {
        let end = message.floor_char_boundary(limits::CONDITION_MESSAGE - MORE.len());
        message.truncate(end);
        message.push_str(MORE);
    }
    message
}

fn warnings(bound: &BoundReceiver, kinds: &Kinds) -> Vec<String> {
    let scrubbed = |warning: &String| text::scrub(warning, bound.secrets());
    let mut seen = HashSet::new();
    let of_kinds = bound
        .references()
        .iter()
        .filter_map(|reference| kind_of(bound.id(), reference))
        .filter_map(|kind| kinds.problem(&kind))
        .filter(|problem| seen.insert(*problem));
    let others = bound.binding.warnings.iter().chain(of_kinds).map(scrubbed);
    let hidden = bound.redaction.noticed().map(hidden);
    let mut warnings: Vec<String> = others.chain(of_secret(bound)).chain(hidden).collect();
    let more = warnings.len().saturating_sub(limits::RECEIVER_WARNINGS);
    if more > 0 {
        warnings.truncate(limits::RECEIVER_WARNINGS);
        warnings.push(format!("and {more} more"));
    }
    warnings
}

fn hidden(place: &str) -> String {
    format!(
        "{place} of a delivery held a value of the Secret or the webhook path where neither is \
         presented and was hidden from the component: what it told counts as unknown and notifies"
    )
}

/// What is odd about the Secret. It holds no value, so nothing in it is to be scrubbed: a token that
/// reads `token` would hide which key is meant.
fn of_secret(bound: &BoundReceiver) -> impl Iterator<Item = String> {
    let reference = bound.object.spec.secret_ref.as_ref();
    let name = reference.map_or("", |reference| &reference.name);
    let namespace = &bound.id().namespace;
    let of_settings = credentials::of_settings(&bound.view.settings);
    let of_short = bound.redaction.short().map(credentials::of_short);
    bound
        .credentials
        .warnings()
        .iter()
        .cloned()
        .chain(of_settings)
        .chain(of_short)
        .map(move |warning| format!("secret '{namespace}/{name}': {warning}"))
}
