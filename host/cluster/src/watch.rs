//! Watches a kind in one, several or all namespaces, as one stream of changes.

use std::collections::HashSet;
use std::fmt::Debug;
use std::time::{Duration, Instant};

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use futures_util::stream::{self, BoxStream, StreamExt as _};
use kube::runtime::WatchStreamExt as _;
use kube::runtime::utils::Backoff;
use kube::runtime::watcher::{self, Event};
use kube::{Api, Client, Resource, ResourceExt as _};
use serde::de::DeserializeOwned;

use crate::{Scope, api_error};

/// Delays between attempts to watch. The longest is how long a newly granted permission may go
/// unnoticed.
const BACKOFF: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(200))
    .with_max_delay(Duration::from_secs(10))
    .without_max_times()
    .with_jitter();

/// How long after the last failure the delays begin anew. Longer than the delay between attempts that
/// fail one after another.
const FORGIVEN_AFTER: Duration = Duration::from_secs(60);

/// Seconds that a watch lasts before it is renewed. A connection that died in silence is noticed soon
/// after.
const WATCH_SECONDS: u32 = 60;

/// A configuration without selectors.
pub(crate) fn config() -> watcher::Config {
    watcher::Config::default().timeout(WATCH_SECONDS)
}

/// The delays between attempts to watch.
pub(crate) fn backoff() -> Spacing {
    Spacing {
        delays: BACKOFF.build(),
        last: None,
    }
}

/// Delays that grow, and begin anew once there has been no failure for a while.
pub(crate) struct Spacing {
    delays: ExponentialBackoff,
    last: Option<Instant>,
}

impl Iterator for Spacing {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let last = self.last.replace(Instant::now());
        if last.is_some_and(|last| last.elapsed() > FORGIVEN_AFTER) {
            self.delays = BACKOFF.build();
        }
        self.delays.next()
    }
}

impl Backoff for Spacing {
    /// Does nothing. kube calls this at every event that is no failure, and each attempt to list
    /// begins with one.
    fn reset(&mut self) {}
}

/// kube's watcher, restarted when the API server refuses to start a watch because its resource version
/// has expired (410). kube's own watcher would ask for the same version for ever.
pub(crate) fn watcher<K>(
    api: Api<K>,
    config: watcher::Config,
) -> impl stream::Stream<Item = watcher::Result<Event<K>>> + Send + 'static
where
    K: Resource + Clone + DeserializeOwned + Debug + Send + 'static,
{
    stream::unfold(None, move |current| {
        let begin = || watcher::watcher(api.clone(), config.clone()).boxed();
        let mut current = current.unwrap_or_else(begin);
        async move {
            let event = current.next().await?;
            let expired = matches!(
                &event,
                Err(watcher::Error::WatchStartFailed(error)) if api_error::status(error) == Some(410)
            );
            Some((event, (!expired).then_some(current)))
        }
    })
}

/// One API for each namespace of the scope, or one for all namespaces.
pub(crate) fn apis<K>(client: &Client, scope: &Scope) -> Vec<Api<K>>
where
    K: Resource<DynamicType = (), Scope = k8s_openapi::NamespaceResourceScope>,
{
    match scope {
        Scope::All => vec![Api::all(client.clone())],
        Scope::Namespaces(namespaces) => namespaces
            .iter()
            .map(|namespace| Api::namespaced(client.clone(), namespace))
            .collect(),
    }
}

/// Namespace and name.
pub(crate) type ObjectKey = (String, String);

/// A change of the watched objects.
pub(crate) enum WatchChange<K> {
    /// The object exists, in this state.
    Seen(K),
    /// The object does not exist any more.
    Gone(ObjectKey),
    /// Every namespace has been listed for the first time.
    AllListed,
    /// An attempt has failed. Attempts go on.
    Failed(watcher::Error),
}

/// The changes of several watches in one stream. Objects that a new list does not hold are reported as
/// gone.
pub(crate) fn changes<K, S>(watches: Vec<S>) -> BoxStream<'static, WatchChange<K>>
where
    K: Resource<DynamicType = ()> + Send + 'static,
    S: stream::Stream<Item = Result<Event<K>, watcher::Error>> + Send + 'static,
{
    let mut unlisted: HashSet<usize> = (0..watches.len()).collect();
    let mut known: Vec<ListedObjects> = watches.iter().map(|_| ListedObjects::default()).collect();
    let spaced = watches.into_iter().enumerate().map(|(index, watch)| {
        watch
            .backoff(backoff())
            .map(move |event| (index, event))
            .boxed()
    });
    stream::select_all(spaced)
        .flat_map(move |(index, event)| {
            let mut changes = Vec::new();
            let listed = matches!(event, Ok(Event::InitDone));
            match (event, known.get_mut(index)) {
                (Ok(event), Some(known)) => known.take(event, &mut changes),
                (Ok(_), None) => {}
                (Err(error), _) => changes.push(WatchChange::Failed(error)),
            }
            if listed && unlisted.remove(&index) && unlisted.is_empty() {
                changes.push(WatchChange::AllListed);
            }
            stream::iter(changes)
        })
        .boxed()
}

/// The objects that one watch has reported.
#[derive(Default)]
struct ListedObjects {
    keys: HashSet<ObjectKey>,
    listing: HashSet<ObjectKey>,
}

impl ListedObjects {
    fn take<K: Resource<DynamicType = ()>>(
        &mut self,
        event: Event<K>,
        changes: &mut Vec<WatchChange<K>>,
    ) {
        match event {
            Event::Init => self.listing.clear(),
            Event::InitApply(object) => {
                self.listing.insert(key(&object));
                changes.push(WatchChange::Seen(object));
            }
            Event::InitDone => {
                let listing = std::mem::take(&mut self.listing);
                let before = std::mem::replace(&mut self.keys, listing);
                let gone = before.into_iter().filter(|key| !self.keys.contains(key));
                changes.extend(gone.map(WatchChange::Gone));
            }
            Event::Apply(object) => {
                self.keys.insert(key(&object));
                changes.push(WatchChange::Seen(object));
            }
            Event::Delete(object) => {
                let key = key(&object);
                self.keys.remove(&key);
                changes.push(WatchChange::Gone(key));
            }
        }
    }
}

fn key<K: Resource<DynamicType = ()>>(object: &K) -> ObjectKey {
    (object.namespace().unwrap_or_default(), object.name_any())
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::ConfigMap;
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

    use super::*;

    fn object(name: &str) -> ConfigMap {
        ConfigMap {
            metadata: ObjectMeta {
                namespace: Some("apps".into()),
                name: Some(name.into()),
                ..ObjectMeta::default()
            },
            ..ConfigMap::default()
        }
    }

    async fn told(watches: Vec<Vec<Event<ConfigMap>>>) -> Vec<String> {
        let watches = watches
            .into_iter()
            .map(|events| stream::iter(events.into_iter().map(Ok)))
            .collect();
        let mut told: Vec<String> = changes(watches)
            .map(|change| match change {
                WatchChange::Seen(object) => format!("seen {}", object.name_any()),
                WatchChange::Gone((_, name)) => format!("gone {name}"),
                WatchChange::AllListed => "listed".to_owned(),
                WatchChange::Failed(error) => error.to_string(),
            })
            .collect()
            .await;
        told.sort_by_key(|line| !line.starts_with("listed"));
        told
    }

    #[tokio::test]
    async fn a_list_that_begins_anew_tells_what_it_does_not_hold() {
        let events = vec![
            Event::Init,
            Event::InitApply(object("a")),
            Event::InitApply(object("b")),
            Event::InitDone,
            Event::Apply(object("c")),
            Event::Delete(object("a")),
            Event::Init,
            Event::InitApply(object("c")),
            Event::InitDone,
        ];
        let told = told(vec![events]).await;
        let expected = [
            "listed", "seen a", "seen b", "seen c", "gone a", "seen c", "gone b",
        ];
        assert_eq!(told, expected);
    }

    #[tokio::test]
    async fn all_is_listed_when_every_namespace_is() {
        let listed = || vec![Event::Init, Event::InitDone];
        let cases = [
            (vec![listed()], 1),
            (vec![listed(), listed()], 1),
            (vec![listed(), vec![Event::Init]], 0),
            (vec![[listed(), listed()].concat()], 1),
        ];
        for (watches, expected) in cases {
            let told = told(watches).await;
            let count = told.iter().filter(|line| *line == "listed").count();
            assert_eq!(count, expected, "{told:?}");
        }
    }

    #[test]
    fn attempts_that_fail_come_further_and_further_apart() {
        let mut spacing = backoff();
        let mut next = || {
            spacing.reset();
            spacing.next().unwrap()
        };
        assert!(next() < Duration::from_secs(1));
        let later = (0..10).map(|_| next()).last().unwrap();
        assert!(later >= Duration::from_secs(10), "{later:?}");
    }
}
