use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use bellpull_api::DEFAULT_NAMESPACE;
use bellpull_core::{KindKey, default_api_version, has_no_namespace};
use bellpull_filter::Resource;
use bellpull_folder::TargetIndex;
use serde_json::json;

use super::super::live_cluster::LiveCluster;
use super::super::loaded_objects::LoadedObjects;
use crate::settings::{FilterArgs, TargetName};

/// The objects that the filter is evaluated for, with their names: those of `--target`, or else every
/// target of the manifests or of the cluster, or else an empty one.
pub(super) async fn find(arguments: &FilterArgs) -> Result<Vec<(String, Resource)>> {
    let (index, namespace) = index(arguments).await?;
    if !arguments.targets.is_empty() {
        let named = arguments.targets.iter();
        return Ok(named
            .map(|name| {
                let name = NamedTarget::new(name, &namespace);
                (name.to_string(), name.known(index.as_deref()))
            })
            .collect());
    }
    let Some(index) = index else {
        return Ok(vec![("-".to_owned(), Resource::new("", "", &json!({})))]);
    };
    ensure!(
        !index.is_empty(),
        "there is no object that can be a target: name one with --target KIND/NAME"
    );
    let found = index.iter().filter_map(|found| {
        let object = found.object.as_deref()?;
        let named = arguments.objects.namespace.as_ref();
        let wanted = named.is_none_or(|namespace| found.target.namespace == *namespace);
        wanted.then(|| (found.target.to_string(), Resource::of(&object.resource)))
    });
    Ok(found.collect())
}

/// The objects of the manifests or of the cluster, if either is asked for, and the namespace of a target
/// that names none.
async fn index(arguments: &FilterArgs) -> Result<(Option<Arc<TargetIndex>>, String)> {
    let objects = &arguments.objects;
    let namespace = objects.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
    if let Some(folder) = &objects.manifests {
        let loaded = LoadedObjects::of_folder(folder)?;
        return Ok((Some(loaded.targets), namespace.to_owned()));
    }
    if !arguments.asks_cluster() {
        return Ok((None, namespace.to_owned()));
    }
    let cluster = LiveCluster::new(objects, arguments.all).await?;
    let namespace = cluster.namespace.as_deref();
    let namespace = namespace.unwrap_or(cluster.clients.namespace()).to_owned();
    let named = arguments.targets.iter();
    let kinds: Result<Vec<KindKey>> = named.map(|name| kind(name, &namespace)).collect();
    let index = cluster.targets(kinds?).await?;
    Ok((Some(Arc::new(index)), namespace))
}

/// Where the objects of a target's kind are listed.
fn kind(name: &TargetName, namespace: &str) -> Result<KindKey> {
    let kind = &name.kind;
    let version = default_api_version(kind).with_context(|| {
        format!(
            "--target {kind}/{}: the apiVersion of {kind} is not known; leave --target out",
            name.name
        )
    })?;
    let namespace = name.namespace.as_deref().unwrap_or(namespace);
    Ok(KindKey {
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
