//! Follows one Secret or ConfigMap that ReceiverPlugins name. Nothing else of its namespace is sent.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use bellpull_core::SecretObject;
use bellpull_trust::{ConfigMapContent, MaterialKey, MaterialKind};
use futures_util::StreamExt as _;
use k8s_openapi::api::core::v1;
use kube::core::PartialObjectMeta;
use kube::{Api, Client, Resource};
use serde::de::DeserializeOwned;
use tokio::sync::mpsc::UnboundedSender;

use crate::watch::{self, WatchChange};
use crate::{api_error, read_secret};

/// Delays between attempts to read a Secret, before it counts as unavailable.
const RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(500))
    .with_max_delay(Duration::from_secs(5))
    .with_max_times(4)
    .with_jitter();

/// What is known of a Secret or of a ConfigMap.
pub(super) enum Material {
    Secret(Arc<SecretObject>),
    ConfigMap(Arc<ConfigMapContent>),
    Absent,
    Unavailable(String),
}

/// Reports the object now and after each change, until nobody listens.
pub(super) async fn follow(
    watching: Client,
    calling: Client,
    key: MaterialKey,
    news: UnboundedSender<(MaterialKey, Material)>,
) {
    let namespace = &key.namespace;
    match key.kind {
        MaterialKind::Secret => {
            // Metadata tells of a change. The values are read by a request that logs nothing of them.
            let api: Api<PartialObjectMeta<v1::Secret>> = Api::namespaced(watching, namespace);
            let read = |_| read_secret(&calling, &key, &news);
            report(api, key.clone(), news.clone(), read).await;
        }
        MaterialKind::ConfigMap => {
            let api: Api<v1::ConfigMap> = Api::namespaced(watching, namespace);
            let read = |object| ready(Material::ConfigMap(Arc::new(content(object))));
            report(api, key.clone(), news, read).await;
        }
    }
}

/// Reads a Secret that has changed, however long that takes. Meanwhile it is unavailable.
async fn read_secret(
    calling: &Client,
    key: &MaterialKey,
    news: &UnboundedSender<(MaterialKey, Material)>,
) -> Material {
    let place = (key.namespace.clone(), key.name.clone());
    loop {
        let read = || read_secret::read(calling, &place);
        match read.retry(RETRY).await {
            Ok(Some(read)) => return Material::Secret(Arc::new(read.secret)),
            Ok(None) => return Material::Absent,
            // The task ends with those who listen.
            Err(error) => drop(news.send((key.clone(), Material::Unavailable(error)))),
        }
    }
}

/// Reports what `read` makes of each state of one object.
async fn report<K, F>(
    api: Api<K>,
    key: MaterialKey,
    news: UnboundedSender<(MaterialKey, Material)>,
    read: impl Fn(K) -> F,
) where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug + Send + 'static,
    F: Future<Output = Material>,
{
    let mut changes = watch::changes(vec![watch::watcher(api, named(&key))]);
    let mut seen = false;
    while let Some(change) = changes.next().await {
        let material = match change {
            WatchChange::Seen(object) => {
                seen = true;
                read(object).await
            }
            WatchChange::AllListed if seen => continue,
            WatchChange::AllListed | WatchChange::Gone(_) => Material::Absent,
            WatchChange::Failed(error) => match failed(&error, seen) {
                Some(material) => material,
                None => continue,
            },
        };
        if news.send((key.clone(), material)).is_err() {
            return;
        }
    }
}

/// An object that has been read stays as it was while it cannot be watched.
fn failed(error: &kube::runtime::watcher::Error, seen: bool) -> Option<Material> {
    let (_, error) = api_error::of_watch(error);
    tracing::warn!(error, "what a ReceiverPlugin names cannot be watched now");
    (!seen).then_some(Material::Unavailable(error))
}

fn named(key: &MaterialKey) -> kube::runtime::watcher::Config {
    watch::config().fields(&format!("metadata.name={}", key.name))
}

fn content(object: v1::ConfigMap) -> ConfigMapContent {
    let texts = object.data.unwrap_or_default();
    let texts = texts
        .into_iter()
        .map(|(key, text)| (key, text.into_bytes()));
    let mut values: BTreeMap<String, Vec<u8>> = texts.collect();
    let bytes = object.binary_data.unwrap_or_default();
    values.extend(bytes.into_iter().map(|(key, bytes)| (key, bytes.0)));
    ConfigMapContent { values }
}
