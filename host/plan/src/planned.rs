//! What one Receiver was planned from, and what came of it.

use std::sync::Arc;

use crate::bind::Bound;
use crate::filters::Compiled;
use crate::strength::{Baseline, Held, Remembered};
use crate::{Kinds, Objects, Reason, ReceiverState, SecretState, Unready, check, oidc, path};
use bellpull_core::Extensions;
use bellpull_core::{ReceiverId, ReceiverObject, ReceiverView, SecretObject, kind_of};
use bellpull_ports::{Entry, Filters, Provider, Route};
use bellpull_proof::Redaction;

/// What a Receiver is planned from.
pub(super) struct Inputs<C> {
    pub(super) object: Arc<ReceiverObject>,
    pub(super) secret: Option<SecretState>,
    pub(super) component: Option<Arc<C>>,
    pub(super) kinds: Arc<Kinds>,
}

impl<C> Inputs<C> {
    pub(super) fn of(
        object: &Arc<ReceiverObject>,
        objects: &Objects,
        provider: Option<&Provider<C>>,
    ) -> Self {
        let secret = object.spec.secret_ref.as_ref().and_then(|reference| {
            let key = (object.id.namespace.clone(), reference.name.clone());
            objects.secrets.get(&key).cloned()
        });
        Self {
            object: Arc::clone(object),
            secret,
            component: provider.map(|provider| Arc::clone(&provider.component)),
            kinds: Arc::clone(&objects.kinds),
        }
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.asks_as(other)
            && Arc::ptr_eq(&self.object, &other.object)
            && Arc::ptr_eq(&self.kinds, &other.kinds)
    }

    /// Whether the same is to be found out: of kinds nobody is asked.
    pub(super) fn asks_as(&self, other: &Self) -> bool {
        let secret = match (&self.secret, &other.secret) {
            (Some(one), Some(other)) => one.is(other),
            (None, None) => true,
            _ => false,
        };
        let component = match (&self.component, &other.component) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        };
        let object = Arc::ptr_eq(&self.object, &other.object) || self.object == other.object;
        secret && component && object
    }
}

/// What has come of a Receiver.
pub(super) struct Planned<C, F: Filters> {
    pub(super) inputs: Arc<Inputs<C>>,
    pub(super) filters: Option<Compiled<F>>,
    pub(super) bound: Option<Bound<C>>,
    pub(super) held: Held<C>,
    pub(super) entry: Entry<C, F>,
    pub(super) state: Arc<ReceiverState>,
}

impl<C, F: Filters> Planned<C, F> {
    /// Whether the same inputs may lead to another result.
    pub(super) fn asks_again(&self) -> bool {
        self.state.reason.may_pass()
    }

    /// What sorts first keeps a path that two Receivers have. Anyone can compute the path of a
    /// Receiver that takes tokens, and choose a token of their own that leads to it: so it is that
    /// Receiver's, however young.
    pub(super) fn precedence(&self) -> (bool, bool, Option<&String>, &ReceiverId) {
        let object = &self.inputs.object;
        let created = object.created.as_ref();
        (
            !oidc::takes_tokens(object),
            created.is_none(),
            created,
            &self.state.id,
        )
    }

    /// The same, when something of its deliveries has been hidden since.
    pub(super) fn with_hidden(&self) -> Option<Self> {
        let Entry::Serving(route) = &self.entry else {
            return None;
        };
        let state = self.state.with_hidden(&route.bound, &self.inputs.kinds)?;
        Some(Self {
            inputs: Arc::clone(&self.inputs),
            filters: self.filters.clone(),
            bound: self.bound.clone(),
            held: self.held.clone(),
            entry: self.entry.clone(),
            state: Arc::new(state),
        })
    }

    pub(super) fn unavailable(&self, reason: Reason) -> Entry<C, F> {
        Entry::Unavailable {
            receiver: self.state.id.clone(),
            provider: self
                .inputs
                .component
                .is_some()
                .then(|| self.state.provider.clone()),
            reason: reason.as_str(),
        }
    }
}

/// All that is decided of a Receiver besides whether it serves.
pub(super) struct Draft<C> {
    pub(super) inputs: Arc<Inputs<C>>,
    pub(super) paths: Vec<Arc<str>>,
    pub(super) extensions: Extensions,
    requires_long_credentials: bool,
    /// What was hidden of its deliveries before.
    redaction: Option<Arc<Redaction>>,
    version: Option<String>,
    digest: Option<Arc<str>>,
    settings: Vec<String>,
}

impl<C> Draft<C> {
    pub(super) fn new<F: Filters>(
        inputs: Arc<Inputs<C>>,
        provider: Option<&Provider<C>>,
        secret: Option<&Arc<SecretObject>>,
        known: Option<&Planned<C, F>>,
        requires_long_credentials: bool,
    ) -> Self {
        let object = &inputs.object;
        let mut paths: Vec<Arc<str>> = match secret {
            Some(_) if oidc::takes_tokens(object) => vec![path::tokenless_path(&object.id).into()],
            Some(secret) => path::active_paths(&object.id, &secret.data),
            None => Vec::new(),
        };
        // A Secret that is gone or has lost its token does not make the sender's path unknown.
        if paths.is_empty()
            && let Some(known) = known
        {
            paths.clone_from(&known.state.paths);
        }
        Self {
            paths,
            extensions: extensions(object, known),
            requires_long_credentials,
            redaction: known.and_then(|known| match &known.entry {
                Entry::Serving(route) => Some(Arc::clone(&route.bound.redaction)),
                Entry::Unavailable { .. } => None,
            }),
            version: provider.map(|provider| provider.description.version.clone()),
            digest: provider.map(|provider| Arc::clone(&provider.digest)),
            settings: provider.map_or_else(Vec::new, |p| p.granted_settings.clone()),
            inputs,
        }
    }

    /// What is hidden of its deliveries from a component that is told of `view`.
    ///
    /// # Errors
    /// Where the Secret has more values than are searched for, or one that is too short.
    pub(super) fn redaction(
        &self,
        secret: &Arc<SecretObject>,
        view: &ReceiverView,
    ) -> Result<Arc<Redaction>, Unready> {
        let redaction = Redaction::new(secret, view, &self.paths);
        check::searched(secret, &redaction, self.requires_long_credentials)?;
        // What was noticed stays noticed: else a condition would come and go with each change of it.
        let before = self.redaction.as_ref();
        let before = before.filter(|before| before.hides_as(&redaction));
        Ok(before.map_or_else(|| Arc::new(redaction), Arc::clone))
    }

    /// What comes of it when that is known.
    pub(super) fn settle<F: Filters>(
        self,
        result: Result<Route<C, F>, Unready>,
        filters: Option<Compiled<F>>,
        bound: Option<Bound<C>>,
        mut held: Held<C>,
    ) -> Planned<C, F> {
        let settled = settled(&self.inputs, &result);
        let mut state = self.state(settled);
        let loaded = self.inputs.component.is_some();
        let entry = state.settle(result, loaded, &self.inputs.kinds);
        // What it serves by is what the next component is compared with.
        if let (Entry::Serving(_), Some(bound), Some(digest)) = (&entry, &bound, self.digest)
            && let Some(strength) = bound.strength()
        {
            held = Held {
                baseline: Some(Baseline {
                    remembered: Arc::new(Remembered {
                        provider: state.provider.clone(),
                        component: digest.to_string(),
                        strength,
                    }),
                    bound: Some(bound.clone()),
                    settings: self.settings,
                }),
                before: None,
            };
        }
        Planned {
            inputs: self.inputs,
            filters,
            bound,
            held,
            entry,
            state: Arc::new(state),
        }
    }

    fn state(&self, settled: bool) -> ReceiverState {
        let object = &self.inputs.object;
        ReceiverState {
            id: object.id.clone(),
            generation: object.generation,
            settled,
            provider: object.spec.provider.clone(),
            provider_version: self.version.clone(),
            authentication: None,
            own_key: false,
            events: object.spec.events.clone(),
            interval: object.spec.interval.clone(),
            paths: self.paths.clone(),
            ready: false,
            reason: Reason::Succeeded,
            message: String::new(),
            warnings: Vec::new(),
            extensions: self.extensions,
        }
    }
}

/// Fields in use now, or earlier in the same generation: Flux's CRD drops them without a new one.
fn extensions<C, F: Filters>(object: &ReceiverObject, known: Option<&Planned<C, F>>) -> Extensions {
    let earlier = known
        .filter(|known| known.state.generation == object.generation)
        .filter(|_| object.generation.is_some())
        .map_or_else(Extensions::default, |known| known.state.extensions);
    object.extensions.union(object.remembered).union(earlier)
}

fn settled<C, F: Filters>(inputs: &Inputs<C>, result: &Result<Route<C, F>, Unready>) -> bool {
    let asks_for_secret = inputs.secret.is_none() && inputs.object.spec.secret_ref.is_some();
    let waits_for_secret = asks_for_secret
        && matches!(result, Err(unready) if unready.reason == Reason::TokenNotFound);
    let waits_for_kind = result.is_ok()
        && inputs.object.spec.resources.iter().any(|reference| {
            kind_of(&inputs.object.id, reference).is_some_and(|kind| inputs.kinds.is_pending(&kind))
        });
    !waits_for_secret && !waits_for_kind
}
