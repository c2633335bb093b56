use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bellpull_core::{KindKey, Target, default_api_version};
use bellpull_matching::TargetSpec;
use bellpull_ports::FoundTarget;

use crate::manifest::{TargetManifest, group};

/// The objects that can be targets: those of a folder, or those that a cluster has listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetIndex {
    /// By kind and namespace, in the order of the files.
    objects: HashMap<(String, String), Vec<TargetManifest>>,
    /// For objects of a cluster, the kinds that could not be listed, with the reason. An object of another
    /// kind that is not here does not exist. `None`: it may exist without a manifest.
    unlisted: Option<BTreeMap<KindKey, String>>,
}

impl TargetIndex {
    pub(crate) fn insert(&mut self, object: TargetManifest) {
        let key = (object.kind.clone(), object.namespace.clone());
        self.objects.entry(key).or_default().push(object);
    }

    /// The objects of a cluster, each with its labels, and the kinds that could not be listed, in one
    /// namespace or in all, with the reason. References are resolved as the server of the cluster does.
    #[must_use]
    pub fn listed(
        objects: impl IntoIterator<Item = (FoundTarget, BTreeMap<String, String>)>,
        unlisted: BTreeMap<KindKey, String>,
    ) -> Self {
        let mut index = Self {
            unlisted: Some(unlisted),
            ..Self::default()
        };
        for (found, labels) in objects {
            let Some(object) = found.object else { continue };
            index.insert(TargetManifest {
                api_version: found.target.api_version,
                kind: found.target.kind,
                namespace: found.target.namespace,
                name: found.target.name,
                labels,
                min_interval: Ok(found.min_interval),
                object,
            });
        }
        index
    }

    /// Every object, sorted by kind, namespace and name.
    pub fn iter(&self) -> impl Iterator<Item = FoundTarget> {
        let mut all: Vec<&TargetManifest> = self.objects.values().flatten().collect();
        all.sort_by_key(|object| (&object.kind, &object.namespace, &object.name));
        all.into_iter()
            .map(|object| self.found(object.target(), object))
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.objects.values().map(Vec::len).sum()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Whether a named object that is not here may exist all the same.
    pub(crate) fn is_of_manifests(&self) -> bool {
        self.unlisted.is_none()
    }

    /// Why the objects of a kind are not known.
    pub(crate) fn unlisted(&self, api_version: &str, kind: &str, namespace: &str) -> Option<&str> {
        let in_one = KindKey {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: Some(namespace)
                .filter(|one| !one.is_empty())
                .map(str::to_owned),
        };
        let unlisted = self.unlisted.as_ref()?;
        let why = unlisted.get(&in_one);
        why.or_else(|| unlisted.get(&in_one.in_all_namespaces()))
            .map(String::as_str)
    }

    /// The `apiVersion` in the manifest of this object. Where several groups have an object of this name,
    /// the usual group of the kind counts; without a usual one the reference is ambiguous.
    pub(crate) fn api_version(&self, kind: &str, namespace: &str, name: &str) -> Option<&str> {
        let mut named = self
            .of(kind, namespace)
            .filter(|object| object.name == name);
        let usual = default_api_version(kind).map(group);
        let first = named.next()?;
        match named.next() {
            None => Some(first),
            Some(second) => std::iter::once(first)
                .chain([second])
                .chain(named)
                .find(|object| Some(group(&object.api_version)) == usual),
        }
        .map(|object| object.api_version.as_str())
    }

    /// The objects of this kind, in the group of `api_version`, that have all these labels.
    pub(crate) fn select(
        &self,
        api_version: &str,
        kind: &str,
        namespace: &str,
        labels: &BTreeMap<String, String>,
    ) -> Vec<FoundTarget> {
        self.of(kind, namespace)
            .filter(|object| group(&object.api_version) == group(api_version))
            .filter(|object| {
                labels
                    .iter()
                    .all(|(name, value)| object.labels.get(name) == Some(value))
            })
            .map(|object| self.found(object.target(), object))
            .collect()
    }

    /// A named object, if there is a manifest of it.
    pub(crate) fn find(&self, target: &Target) -> Option<FoundTarget> {
        let mut named = self.of(&target.kind, &target.namespace);
        let object = named.find(|object| {
            object.name == target.name && group(&object.api_version) == group(&target.api_version)
        })?;
        Some(self.found(target.clone(), object))
    }

    fn found(&self, target: Target, object: &TargetManifest) -> FoundTarget {
        let source = match &object.object.spec {
            TargetSpec::Chart { source, .. } => self
                .of(&source.kind, &object.namespace)
                .find(|other| other.name == source.name)
                .map(|other| Arc::clone(&other.object)),
            _ => None,
        };
        FoundTarget {
            target,
            object: Some(Arc::clone(&object.object)),
            source,
            min_interval: object.min_interval.clone().ok().flatten(),
            has_no_manifest: false,
        }
    }

    fn of(&self, kind: &str, namespace: &str) -> impl Iterator<Item = &TargetManifest> {
        self.objects
            .get(&(kind.to_owned(), namespace.to_owned()))
            .into_iter()
            .flatten()
    }
}
