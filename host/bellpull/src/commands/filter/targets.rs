use std::sync::Arc;

use anyhow::{Result, ensure};
use bellpull_api::DEFAULT_NAMESPACE;
use bellpull_core::{KindKey, default_api_version, has_no_namespace};
use bellpull_filter::Resource;
use bellpull_folder::TargetIndex;
use serde_json::json;

use super::super::live_cluster::LiveCluster;
use super::super::loaded_objects::LoadedObjects;
use crate::settings::{FilterArgs, TargetName};

/// The objects that a filter is evaluated for, with their names.
pub(super) struct FilteredTargets {
    pub(super) objects: Vec<(String, Resource)>,
    /// Whether all of them could be read.
    pub(super) are_whole: bool,
}

/// What is known of the manifests or of the cluster.
struct KnownTargets {
    /// `None`: neither is asked for.
    index: Option<Arc<TargetIndex>>,
    is_whole: bool,
    /// The namespace of a target that names none.
    namespace: String,
}

/// Those of `--target`, or else every target of the manifests or of the cluster, or else an empty one.
pub(super) async fn find(arguments: &FilterArgs) -> Result<FilteredTargets> {
    let KnownTargets {
        index,
        is_whole,
        namespace,
    } = known(arguments).await?;
    let objects = if !arguments.targets.is_empty() {
        let named = arguments.targets.iter().map(|name| {
            let name = NamedTarget::new(name, &namespace);
            (name.to_string(), name.known(index.as_deref()))
        });
        named.collect()
    } else if let Some(index) = index {
        ensure!(
            !index.is_empty() || !is_whole,
            "there is no object that can be a target: name one with --target KIND/NAME"
        );
        all(arguments, &index)
    } else {
        vec![("-".to_owned(), Resource::new("", "", &json!({})))]
    };
    Ok(FilteredTargets {
        objects,
        are_whole: is_whole,
    })
}

/// Every object, of a directory those of the namespace that is named. Receivers of one namespace of a cluster
/// may refer to others.
fn all(arguments: &FilterArgs, index: &TargetIndex) -> Vec<(String, Resource)> {
    let FilterArgs { objects, all, .. } = arguments;
    let of_cluster = objects.manifests.is_none();
    let found = index.iter().filter_map(|found| {
        let object = found.object.as_deref()?;
        let wanted = of_cluster || objects.reads(*all, &found.target.namespace);
        wanted.then(|| (found.target.to_string(), Resource::of(&object.resource)))
    });
    found.collect()
}

async fn known(arguments: &FilterArgs) -> Result<KnownTargets> {
    let objects = &arguments.objects;
    let namespace = objects.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
    let of_manifests = |index| KnownTargets {
        index,
        is_whole: true,
        namespace: namespace.to_owned(),
    };
    if let Some(folder) = &objects.manifests {
        let loaded = LoadedObjects::of_folder(folder)?;
        return Ok(of_manifests(Some(loaded.targets)));
    }
    if !arguments.asks_cluster() {
        return Ok(of_manifests(None));
    }
    let cluster = LiveCluster::new(objects, arguments.all).await?;
    let namespace = cluster.namespace.as_deref();
    let namespace = namespace.unwrap_or(cluster.clients.namespace()).to_owned();
    let named = arguments.targets.iter();
    let kinds: Option<Vec<KindKey>> = named.map(|name| kind(name, &namespace)).collect();
    let (index, is_whole) = cluster.targets(kinds.unwrap_or_default()).await?;
    Ok(KnownTargets {
        index: Some(Arc::new(index)),
        is_whole,
        namespace,
    })
}

/// Where the objects of a target's kind are listed. `None`: only a Receiver that refers to the kind says of
/// which version it is.
fn kind(name: &TargetName, namespace: &str) -> Option<KindKey> {
    let kind = &name.kind;
    let version = default_api_version(kind)?;
    let namespace = name.namespace.as_deref().unwrap_or(namespace);
    Some(KindKey {
        api_version: version.to_owned(),
        kind: kind.clone(),
        namespace: (!has_no_namespace(version, kind)).then(|| namespace.to_owned()),
    })
}

/// A target of `--target`, with its namespace.
struct NamedTarget<'a> {
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
}

impl<'a> NamedTarget<'a> {
    fn new(target: &'a TargetName, namespace: &'a str) -> Self {
        Self {
            kind: &target.kind,
            namespace: target.namespace.as_deref().unwrap_or(namespace),
            name: &target.name,
        }
    }

    /// What is known of it. A target that is not there has only its name.
    fn known(&self, index: Option<&TargetIndex>) -> Resource {
        let mut objects = index.into_iter().flat_map(TargetIndex::iter);
        let found = objects.find(|found| found.target.to_string() == self.to_string());
        match found.and_then(|found| found.object) {
            Some(object) => Resource::of(&object.resource),
            None => {
                let version = default_api_version(self.kind).unwrap_or_default();
                let metadata = json!({"name": self.name, "namespace": self.namespace});
                Resource::new(version, self.kind, &metadata)
            }
        }
    }
}

impl std::fmt::Display for NamedTarget<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.kind, self.namespace, self.name)
    }
}
