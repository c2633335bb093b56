use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::join_all;

use super::bind::{self, Bound};
use super::filters::Compiled;
use super::{
    Extensions, Kinds, Objects, Plan, Reason, ReceiverState, SecretState, Unready, check, oidc,
    path,
};
use crate::ports::{Filters, Provider, Providers};
use crate::{Entry, ReceiverId, ReceiverObject, Route, Routes, kind_of, text};

/// Receivers that are bound at once: a component that is slow to bind holds up its own.
const AT_ONCE: usize = 16;

/// Plans again and again, remembering what was planned of what.
pub struct Planner<C, F: Filters> {
    allow_weak_carrier: bool,
    planned: HashMap<ReceiverId, Arc<Planned<C, F>>>,
}

/// What a Receiver was planned from, and what came of it.
struct Planned<C, F: Filters> {
    inputs: Arc<Inputs<C>>,
    filters: Compiled<F>,
    bound: Option<Bound<C>>,
    entry: Entry<C, F>,
    state: Arc<ReceiverState>,
}

struct Inputs<C> {
    object: Arc<ReceiverObject>,
    secret: Option<SecretState>,
    component: Option<Arc<C>>,
    kinds: Arc<Kinds>,
}

impl<C> Inputs<C> {
    fn is(&self, other: &Self) -> bool {
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
        secret
            && component
            && Arc::ptr_eq(&self.object, &other.object)
            && Arc::ptr_eq(&self.kinds, &other.kinds)
    }
}

impl<C, F: Filters> Default for Planner<C, F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C, F: Filters> Planner<C, F> {
    /// A planner that knows of no path yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            allow_weak_carrier: false,
            planned: HashMap::new(),
        }
    }

    /// Whether an annotation may name the provider of a Receiver whose `spec.type` Flux's own
    /// controller would serve without verification.
    #[must_use]
    pub fn allow_weak_carrier(self, allow_weak_carrier: bool) -> Self {
        Self {
            allow_weak_carrier,
            ..self
        }
    }

    /// Decides anew what to serve.
    pub async fn plan<P: Providers<Component = C>>(
        &mut self,
        objects: &Objects,
        providers: &P,
        filters: &F,
    ) -> Plan<C, F> {
        let mut planned = HashMap::with_capacity(objects.receivers.len());
        let mut changed = Vec::new();
        for object in &objects.receivers {
            let provider = providers.find(&object.spec.provider);
            let inputs = inputs(object, objects, provider.as_ref());
            match self.planned.get(&object.id) {
                Some(known) if known.inputs.is(&inputs) && !known.asks_again() => {
                    planned.insert(object.id.clone(), Arc::clone(known));
                }
                _ => changed.push((Arc::new(inputs), provider)),
            }
        }
        for some in changed.chunks(AT_ONCE) {
            let plans = some.iter().map(|(inputs, provider)| {
                self.plan_one(inputs, provider.as_ref(), providers, filters)
            });
            for one in join_all(plans).await {
                planned.insert(one.state.id.clone(), Arc::new(one));
            }
        }
        let plan = self.publish(&planned, objects);
        for unreadable in &objects.unreadable {
            if let Some(known) = self.planned.remove(&unreadable.id) {
                planned.entry(unreadable.id.clone()).or_insert(known);
            }
        }
        self.planned = planned;
        plan
    }

    async fn plan_one<P: Providers<Component = C>>(
        &self,
        inputs: &Arc<Inputs<C>>,
        provider: Option<&Provider<C>>,
        providers: &P,
        filters: &F,
    ) -> Planned<C, F> {
        let object = &inputs.object;
        let known = self.planned.get(&object.id).map(AsRef::as_ref);
        let secret = check::secret(object, inputs.secret.as_ref());
        let mut paths: Vec<Arc<str>> = match &secret {
            Ok(_) if oidc::takes_tokens(object) => vec![path::tokenless_path(&object.id).into()],
            Ok(secret) => path::active_paths(&object.id, &secret.data),
            Err(_) => Vec::new(),
        };
        // A Secret that is gone or has lost its token does not make the sender's path unknown.
        if paths.is_empty()
            && let Some(known) = known
        {
            paths.clone_from(&known.state.paths);
        }
        let extensions = extensions(object, known);
        let mut bound = None;
        let compiled = Compiled::new(object, filters, known.map(|known| &known.filters));
        let checked = check::spec(object, extensions, self.allow_weak_carrier)
            .and_then(|()| compiled.filters());
        let result = match (checked, provider, secret) {
            (Err(unready), _, _) | (Ok(_), Some(_), Err(unready)) => Err(unready),
            (Ok(_), None, _) => Err(not_loaded(&object.spec.provider, providers)),
            (Ok(filters), Some(provider), Ok(secret)) => {
                let known = known.and_then(|known| known.bound.as_ref());
                match bind::bind(object, secret, provider, providers, known).await {
                    Ok(answer) => {
                        bound = Some(answer.clone());
                        answer.route(object, secret, &paths, filters)
                    }
                    Err(unready) => Err(unready),
                }
            }
        };
        let mut state = ReceiverState {
            id: object.id.clone(),
            generation: object.generation,
            settled: settled(inputs, &result),
            provider: object.spec.provider.clone(),
            provider_version: provider.map(|p| p.description.version.clone()),
            authentication: None,
            events: object.spec.events.clone(),
            interval: object.spec.interval.clone(),
            paths,
            ready: false,
            reason: Reason::Succeeded,
            message: String::new(),
            warnings: Vec::new(),
            extensions,
        };
        let entry = state.settle(result, provider.is_some(), &inputs.kinds);
        Planned {
            inputs: Arc::clone(inputs),
            filters: compiled,
            bound,
            entry,
            state: Arc::new(state),
        }
    }

    /// Every path with what answers it. Of two Receivers with one path the older keeps it.
    fn publish(
        &self,
        planned: &HashMap<ReceiverId, Arc<Planned<C, F>>>,
        objects: &Objects,
    ) -> Plan<C, F> {
        let mut owners: HashMap<Arc<str>, &Arc<Planned<C, F>>> =
            HashMap::with_capacity(planned.len());
        let mut collided: HashMap<&ReceiverId, &ReceiverId> = HashMap::new();
        for one in planned.values() {
            for path in &one.state.paths {
                let Some(owner) = owners.insert(Arc::clone(path), one) else {
                    continue;
                };
                if Arc::ptr_eq(owner, one) {
                    continue;
                }
                let (older, younger) = if owner.age() <= one.age() {
                    (owner, one)
                } else {
                    (one, owner)
                };
                owners.insert(Arc::clone(path), older);
                collided.insert(&younger.state.id, &older.state.id);
            }
        }
        let mut entries = HashMap::with_capacity(owners.len());
        for (path, owner) in owners {
            let entry = if collided.contains_key(&owner.state.id) {
                owner.unavailable(Reason::PathCollision)
            } else {
                owner.entry.clone()
            };
            entries.insert(path, entry);
        }
        let mut receivers: Vec<Arc<ReceiverState>> = planned
            .values()
            .map(|one| match collided.get(&one.state.id) {
                Some(older) => Arc::new(one.state.collided(older)),
                None => Arc::clone(&one.state),
            })
            .collect();
        for unreadable in &objects.unreadable {
            let known = self.planned.get(&unreadable.id).map(|known| &known.state);
            for path in known.iter().flat_map(|state| &state.paths) {
                entries
                    .entry(Arc::clone(path))
                    .or_insert_with(|| Entry::Unavailable {
                        receiver: unreadable.id.clone(),
                        provider: None,
                        reason: Reason::Unreadable.as_str(),
                    });
            }
            if let Some(problem) = &unreadable.problem {
                receivers.push(Arc::new(ReceiverState::unreadable(&unreadable.id, problem)));
            }
        }
        receivers.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        Plan {
            routes: Routes::new(entries),
            receivers,
        }
    }
}

impl<C, F: Filters> Planned<C, F> {
    /// Whether the same inputs may lead to another result.
    fn asks_again(&self) -> bool {
        self.state.reason.may_pass()
    }

    fn age(&self) -> (bool, Option<&String>, &ReceiverId) {
        let created = self.inputs.object.created.as_ref();
        (created.is_none(), created, &self.state.id)
    }

    fn unavailable(&self, reason: Reason) -> Entry<C, F> {
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

fn inputs<C>(
    object: &Arc<ReceiverObject>,
    objects: &Objects,
    provider: Option<&Provider<C>>,
) -> Inputs<C> {
    let secret = object.spec.secret_ref.as_ref().and_then(|reference| {
        let key = (object.id.namespace.clone(), reference.name.clone());
        objects.secrets.get(&key).cloned()
    });
    Inputs {
        object: Arc::clone(object),
        secret,
        component: provider.map(|provider| Arc::clone(&provider.component)),
        kinds: Arc::clone(&objects.kinds),
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

fn not_loaded<P: Providers>(provider: &str, providers: &P) -> Unready {
    let mut message = format!("no loaded component provides {provider:?}");
    if let Some(nearest) = text::nearest(provider, providers.names()) {
        message.push_str(&format!(" (did you mean {nearest:?}?)"));
    }
    Unready::new(Reason::ProviderNotLoaded, message)
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
