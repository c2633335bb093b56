use std::collections::HashSet;
use std::sync::Arc;

use crate::{Kinds, Reason, UnreadableSpec, Unready};
use bellpull_core::Extensions;
use bellpull_core::{Authentication, ReceiverId, kind_of, limits, text};
use bellpull_ports::{BoundReceiver, Entry, Filters, Route};
use bellpull_proof::credentials;

/// The state of one Receiver, from which its status and its rows in tables are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiverState {
    pub id: ReceiverId,
    /// The generation of the spec that was planned.
    pub generation: Option<i64>,
    /// Whether everything that the Receiver depends on is known. No status is written before that.
    pub settled: bool,
    /// `spec.type`, or the provider that the annotation names.
    pub provider: String,
    pub provider_version: Option<String>,
    /// How deliveries authenticate; `None` where the Receiver does not serve.
    pub authentication: Option<Authentication>,
    /// Whether they do so by a signature under a key that is part of the component.
    pub own_key: bool,
    /// Whether they need a client certificate.
    pub client_certificate: bool,
    pub events: Vec<String>,
    pub interval: Option<String>,
    /// The webhook paths, the one of the current token first. They are secrets.
    pub paths: Vec<Arc<str>>,
    pub ready: bool,
    pub reason: Reason,
    /// The message of the condition. It holds the path when the Receiver is ready, as in Flux.
    pub message: String,
    /// Warnings. They are part of the message too.
    pub warnings: Vec<String>,
    /// The fields beyond Flux's CRD that are in use, or were before that CRD dropped them.
    pub extensions: Extensions,
}

impl ReceiverState {
    /// Takes the result of planning. `loaded` says whether a component provides the type.
    pub(super) fn take_result<C, F: Filters>(
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
                self.client_certificate = route.bound.binding.client_names.is_some();
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

    /// How deliveries authenticate, in the words of tables; `None` where the Receiver does not serve.
    #[must_use]
    pub fn authenticates_by(&self) -> Option<String> {
        let authentication = self.authentication?;
        let mut words = match self.own_key {
            true => "signature (component's key)".to_owned(),
            false => authentication.as_str().to_owned(),
        };
        if self.client_certificate && authentication != Authentication::Certificate {
            words.push_str(" and certificate");
        }
        Some(words)
    }

    /// The state with a new warning, where a value has been hidden from deliveries since.
    pub(super) fn with_hidden(&self, bound: &BoundReceiver, kinds: &Kinds) -> Option<Self> {
        bound.redaction.first_hidden()?;
        let warnings = warnings(bound, kinds);
        (warnings != self.warnings).then(|| Self {
            message: ready_message(bound, &warnings),
            warnings,
            ..self.clone()
        })
    }

    /// The state of a Receiver whose path `first` owns.
    pub(super) fn collided(&self, first: &ReceiverId) -> Self {
        Self {
            ready: false,
            authentication: None,
            own_key: false,
            client_certificate: false,
            reason: Reason::PathCollision,
            message: format!(
                "Receiver {first} comes first and has the same webhook path: change the token"
            ),
            warnings: Vec::new(),
            ..self.clone()
        }
    }

    /// The state of a Receiver that cannot be read.
    pub(super) fn unreadable(id: &ReceiverId, problem: &UnreadableSpec) -> Self {
        Self {
            id: id.clone(),
            generation: problem.generation,
            settled: true,
            provider: String::new(),
            provider_version: None,
            authentication: None,
            own_key: false,
            client_certificate: false,
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

/// Flux's words (`internal/controller/receiver_controller.go`), followed by the warnings.
fn ready_message(bound: &BoundReceiver, warnings: &[String]) -> String {
    let path = bound.paths.first().map_or("", |path| path);
    let mut message = format!("Receiver initialized for path: {path}");
    for warning in warnings {
        message.push_str("; ");
        message.push_str(warning);
    }
    cut(message)
}

/// Shortens a message to what a condition holds.
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
    let hidden = bound.redaction.first_hidden().map(hidden);
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

/// Whoever writes the key believes that a certificate is demanded.
fn unused_client_names(bound: &BoundReceiver) -> Option<String> {
    let key = credentials::CLIENT_NAMES;
    let is_held = bound.view.keys.iter().any(|held| held == key);
    (is_held && bound.binding.client_names.is_none()).then(|| {
        format!("field '{key}' is not for this provider: no client certificate is demanded")
    })
}

/// Warnings about the Secret. They name keys and hold no values, so they are not scrubbed: a token
/// whose value is `token` would hide the name of the key.
fn of_secret(bound: &BoundReceiver) -> impl Iterator<Item = String> {
    let reference = bound.object.spec.secret_ref.as_ref();
    let name = reference.map_or("", |reference| &reference.name);
    let namespace = &bound.id().namespace;
    let of_settings = credentials::setting_warnings(&bound.view.settings);
    let of_short = bound
        .redaction
        .short_keys()
        .map(credentials::short_value_warning);
    bound
        .credentials
        .warnings()
        .iter()
        .cloned()
        .chain(of_settings)
        .chain(of_short)
        .chain(unused_client_names(bound))
        .map(move |warning| format!("secret '{namespace}/{name}': {warning}"))
}
