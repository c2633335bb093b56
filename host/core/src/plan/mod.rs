//! Objects in, routes and conditions out. What to serve and what to say of each Receiver is decided
//! here, the same for a folder and for a cluster.

mod bind;
mod check;
pub mod path;
pub mod schema;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::future::join_all;

use crate::ports::{Provider, Providers};
use crate::{Authentication, Entry, ReceiverId, ReceiverObject, Route, Routes, SecretObject};

use bind::Bound;
pub use check::{Reason, Unready};

/// Receivers that are bound at once: a component that is slow to bind holds up its own.
const AT_ONCE: usize = 16;

/// What is known of the objects at one time.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    /// Every Receiver that could be read.
    pub receivers: Vec<ReceiverObject>,
    /// Secrets by namespace and name.
    pub secrets: HashMap<(String, String), SecretObject>,
    /// Receivers that exist and cannot be read now. Their paths answer 503.
    pub unreadable: Vec<ReceiverId>,
}

/// What to serve and what to say.
#[derive(Debug, Default)]
pub struct Plan {
    /// What answers each path.
    pub routes: Routes,
    /// One state per Receiver, sorted by namespace and name.
    pub receivers: Vec<ReceiverState>,
}

/// What is to be said of one Receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiverState {
    /// Which one.
    pub id: ReceiverId,
    /// `spec.type`.
    pub provider: String,
    /// Version of the component.
    pub provider_version: Option<String>,
    /// How it authenticates, once bound.
    pub authentication: Option<Authentication>,
    /// `spec.events`.
    pub events: Vec<String>,
    /// Its webhook paths, the current one first. Secrets.
    pub paths: Vec<String>,
    /// Whether it serves.
    pub ready: bool,
    /// Reason of the condition.
    pub reason: &'static str,
    /// Message of the condition. Holds the path when ready, as Flux's does.
    pub message: String,
    /// What is odd but not wrong; part of the message too.
    pub warnings: Vec<String>,
}

/// Plans again and again, remembering which paths were known and what components answered.
#[derive(Debug, Default)]
pub struct Planner {
    known_paths: HashMap<ReceiverId, Vec<String>>,
    bound: HashMap<ReceiverId, Bound>,
}

struct Planned<'a> {
    object: &'a ReceiverObject,
    paths: Vec<String>,
    provider: Option<Provider>,
    bound: Option<Bound>,
    result: Result<Route, Unready>,
}

impl Planner {
    /// A planner that knows of no path yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Decides anew what to serve.
    pub async fn plan<P: Providers>(&mut self, objects: &Objects, providers: &P) -> Plan {
        let mut planned = Vec::with_capacity(objects.receivers.len());
        for some in objects.receivers.chunks(AT_ONCE) {
            let plans = some
                .iter()
                .map(|object| self.plan_one(object, objects, providers));
            planned.extend(join_all(plans).await);
        }
        self.bound = planned
            .iter_mut()
            .filter_map(|one| Some((one.object.id.clone(), one.bound.take()?)))
            .collect();
        // The older keeps a path that two would have.
        planned.sort_by(|a, b| age(a.object).cmp(&age(b.object)));
        let mut owners: HashMap<String, ReceiverId> = HashMap::new();
        let mut entries = HashMap::new();
        let mut receivers = Vec::with_capacity(planned.len());
        for mut one in planned {
            if let Some(owner) = one.paths.iter().find_map(|path| owners.get(path)) {
                one.result = Err(Unready::new(
                    Reason::PathCollision,
                    format!(
                        "Receiver {owner} is older and has the same webhook path: change the token"
                    ),
                ));
                one.paths.retain(|path| !owners.contains_key(path));
            }
            for path in &one.paths {
                owners.insert(path.clone(), one.object.id.clone());
            }
            self.known_paths
                .insert(one.object.id.clone(), one.paths.clone());
            receivers.push(one.publish(&mut entries));
        }
        for id in &objects.unreadable {
            let paths = self.known_paths.get(id).cloned().unwrap_or_default();
            for path in paths {
                entries.entry(path).or_insert_with(|| Entry::Unavailable {
                    receiver: id.clone(),
                    provider: None,
                    reason: Reason::Unreadable.as_str(),
                });
            }
        }
        let alive: HashSet<&ReceiverId> = receivers
            .iter()
            .map(|state| &state.id)
            .chain(&objects.unreadable)
            .collect();
        self.known_paths.retain(|id, _| alive.contains(id));
        receivers.sort_by(|a, b| a.id.cmp(&b.id));
        Plan {
            routes: Routes::new(entries),
            receivers,
        }
    }

    async fn plan_one<'a, P: Providers>(
        &self,
        object: &'a ReceiverObject,
        objects: &Objects,
        providers: &P,
    ) -> Planned<'a> {
        let provider = providers.find(&object.spec.provider);
        let secret = check::secret(object, &objects.secrets);
        let paths = match &secret {
            Ok(secret) => path::active_paths(&object.id, &secret.data),
            Err(_) => Vec::new(),
        };
        // A Secret that is gone or has lost its token does not make the sender's path unknown.
        let paths = if paths.is_empty() {
            self.known_paths
                .get(&object.id)
                .cloned()
                .unwrap_or_default()
        } else {
            paths
        };
        let mut bound = None;
        let result = match (check::spec(object), &provider, secret) {
            (Err(unready), _, _) | (Ok(()), Some(_), Err(unready)) => Err(unready),
            (Ok(()), None, _) => Err(Unready::new(
                Reason::ProviderNotLoaded,
                format!("no loaded component provides {:?}", object.spec.provider),
            )),
            (Ok(()), Some(provider), Ok(secret)) => {
                let known = self.bound.get(&object.id);
                match bind::bind(object, secret, provider, providers, known).await {
                    Ok(answer) => {
                        bound = Some(answer.clone());
                        answer.route(object, secret, &paths)
                    }
                    Err(unready) => Err(unready),
                }
            }
        };
        Planned {
            object,
            paths,
            provider,
            bound,
            result,
        }
    }
}

impl Planned<'_> {
    fn publish(self, entries: &mut HashMap<String, Entry>) -> ReceiverState {
        let Self {
            object,
            paths,
            provider,
            result,
            ..
        } = self;
        let mut state = ReceiverState {
            id: object.id.clone(),
            provider: object.spec.provider.clone(),
            provider_version: provider.as_ref().map(|p| p.description.version.clone()),
            authentication: None,
            events: object.spec.events.clone(),
            paths: paths.clone(),
            ready: false,
            reason: Reason::Succeeded.as_str(),
            message: String::new(),
            warnings: Vec::new(),
        };
        let entry = match result {
            Ok(route) => {
                state.ready = true;
                state.authentication = Some(route.binding.authentication);
                state.warnings = warnings(&route);
                state.message = ready_message(&route, &state.warnings);
                Entry::Serving(Arc::new(route))
            }
            Err(unready) => {
                state.reason = unready.reason.as_str();
                state.message = unready.message;
                Entry::Unavailable {
                    receiver: object.id.clone(),
                    provider: provider.is_some().then(|| object.spec.provider.clone()),
                    reason: unready.reason.as_str(),
                }
            }
        };
        for path in paths {
            entries.insert(path, entry.clone());
        }
        state
    }
}

/// Flux's words (`internal/controller/receiver_controller.go`), and after them what is odd.
fn ready_message(route: &Route, warnings: &[String]) -> String {
    let path = route.paths.first().map_or("", String::as_str);
    let mut message = format!("Receiver initialized for path: {path}");
    for warning in warnings {
        message.push_str("; ");
        message.push_str(warning);
    }
    message
}

fn warnings(route: &Route) -> Vec<String> {
    let scrubbed = |warning: &String| crate::text::scrub(warning, route.secrets());
    route.binding.warnings.iter().map(scrubbed).collect()
}

fn age(object: &ReceiverObject) -> (bool, Option<&String>, &ReceiverId) {
    (
        object.created.is_none(),
        object.created.as_ref(),
        &object.id,
    )
}
