//! Watching a kind in one namespace, in several or in all, as one stream of changes.

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

use crate::{Scope, failure};

/// Between attempts to watch. A permission that is granted later is noticed within the longest.
const BACKOFF: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(200))
    .with_max_delay(Duration::from_secs(10))
    .without_max_times()
    .with_jitter();

/// How long after the last failure attempts are as close together as at first: longer than attempts
/// that fail one after another are ever apart.
const FORGIVEN_AFTER: Duration = Duration::from_secs(60);

/// How long a watch is asked for at a time, seconds: a connection that died in silence is noticed
/// soon after.
const WATCH_SECONDS: u32 = 60;

/// A configuration of which nothing is selected yet.
pub(crate) fn config() -> watcher::Config {
    watcher::Config::default().timeout(WATCH_SECONDS)
}

/// How attempts to watch are spaced.
pub(crate) fn backoff() -> Spacing {
    Spacing {
        delays: BACKOFF.build(),
        last: None,
    }
}

/// Delays that grow until there has been no failure for a while.
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
    /// Nothing: this is called whenever a watch tells of anything but a failure, and the first that
    /// it tells of each attempt to list is that it begins.
    fn reset(&mut self) {}
}

/// kube's watcher, which begins anew when a watch tells that what it would go on from has expired,
/// made to do so also when it is refused for that: it would ask for the same for ever.
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
                Err(watcher::Error::WatchStartFailed(error)) if failure::status(error) == Some(410)
            );
            Some((event, (!expired).then_some(current)))
        }
    })
}

/// One API for each namespace of the scope, or one for all.
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
pub(crate) type Key = (String, String);

/// What happened.
pub(crate) enum Change<K> {
    /// The object is there, in this state.
    Seen(K),
    /// It is not there any more.
    Gone(Key),
    /// For the first time every namespace has been listed.
    AllListed,
    /// The API server did not answer as it should. Attempts go on.
    Failed(watcher::Error),
}

/// The changes of several watches in one stream. A list that begins anew tells as gone what it does
/// not hold.
pub(crate) fn changes<K, S>(watches: Vec<S>) -> BoxStream<'static, Change<K>>
where
    K: Resource<DynamicType = ()> + Send + 'static,
    S: stream::Stream<Item = Result<Event<K>, watcher::Error>> + Send + 'static,
{
    let mut unlisted: HashSet<usize> = (0..watches.len()).collect();
    let mut known: Vec<Known> = watches.iter().map(|_| Known::default()).collect();
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
                (Err(error), _) => changes.push(Change::Failed(error)),
            }
            if listed && unlisted.remove(&index) && unlisted.is_empty() {
                changes.push(Change::AllListed);
            }
            stream::iter(changes)
        })
        .boxed()
}

/// What one watch has told of.
#[derive(Default)]
struct Known {
    keys: HashSet<Key>,
    listing: HashSet<Key>,
}

impl Known {
    fn take<K: Resource<DynamicType = ()>>(
        &mut self,
        event: Event<K>,
        changes: &mut Vec<Change<K>>,
    ) {
        match event {
            Event::Init => self.listing.clear(),
            Event::InitApply(object) => {
                self.listing.insert(key(&object));
                changes.push(Change::Seen(object));
            }
            Event::InitDone => {
                let listing = std::mem::take(&mut self.listing);
                let before = std::mem::replace(&mut self.keys, listing);
                let gone = before.into_iter().filter(|key| !self.keys.contains(key));
                changes.extend(gone.map(Change::Gone));
            }
            Event::Apply(object) => {
                self.keys.insert(key(&object));
                changes.push(Change::Seen(object));
            }
            Event::Delete(object) => {
                let key = key(&object);
                self.keys.remove(&key);
                changes.push(Change::Gone(key));
            }
        }
    }
}

fn key<K: Resource<DynamicType = ()>>(object: &K) -> Key {
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
                Change::Seen(object) => format!("seen {}", object.name_any()),
                Change::Gone((_, name)) => format!("gone {name}"),
                Change::AllListed => "listed".to_owned(),
                Change::Failed(error) => error.to_string(),
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
