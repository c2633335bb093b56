use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bellpull_api::{ReceiverPluginSpec, ReceiverPluginStatus};
use bellpull_core::SecretObject;

/// The ReceiverPlugins that are known at one time, and what they name. An object that has not changed is the
/// same [`Arc`].
#[derive(Clone, Debug, Default)]
pub struct DeclaredPlugins {
    /// By name.
    pub plugins: BTreeMap<String, Arc<PluginObject>>,
    /// Secrets that exist, by namespace and name.
    pub secrets: HashMap<(String, String), Arc<SecretObject>>,
    /// ConfigMaps that exist, by namespace and name.
    pub config_maps: HashMap<(String, String), Arc<ConfigMapContent>>,
    /// Why a Secret or a ConfigMap cannot be read.
    pub unavailable: HashMap<MaterialKey, String>,
    /// Namespaces with their labels.
    pub namespaces: BTreeMap<String, BTreeMap<String, String>>,
    /// Whether every ReceiverPlugin that exists, and everything that they name, has been asked for and
    /// answered.
    pub synced: bool,
}

/// A ReceiverPlugin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PluginObject {
    pub name: String,
    pub generation: Option<i64>,
    /// The spec, or why it cannot be read.
    pub spec: Option<Result<ReceiverPluginSpec, String>>,
    /// The value of the annotation that requests a reconciliation.
    pub requested_at: Option<String>,
    /// The digest that `bellpull plugins rollback` has pinned.
    pub rollback_to: Option<String>,
    /// The status as it was read; empty where objects have none.
    pub status: ReceiverPluginStatus,
}

/// The values of a ConfigMap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigMapContent {
    /// `data` and `binaryData`.
    pub values: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MaterialKind {
    Secret,
    ConfigMap,
}

impl MaterialKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "Secret",
            Self::ConfigMap => "ConfigMap",
        }
    }
}

/// A Secret or a ConfigMap that a ReceiverPlugin names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MaterialKey {
    pub kind: MaterialKind,
    pub namespace: String,
    pub name: String,
}

impl PluginObject {
    /// Everything that its spec names. `own` is Bellpull's own namespace.
    #[must_use]
    pub fn materials(&self, own: &str) -> BTreeSet<MaterialKey> {
        let Some(Ok(spec)) = &self.spec else {
            return BTreeSet::new();
        };
        let material = |kind, namespace: &str, name: &str| MaterialKey {
            kind,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        };
        let secret = |name: &str| material(MaterialKind::Secret, own, name);
        let mut named = BTreeSet::new();
        if let Some(oci) = &spec.source.oci {
            let references = [&oci.secret_ref, &oci.cert_secret_ref];
            named.extend(
                references
                    .into_iter()
                    .flatten()
                    .map(|one| secret(&one.name)),
            );
        }
        if let Some(source) = &spec.source.config_map {
            let namespace = source.namespace.as_deref().unwrap_or(own);
            named.insert(material(MaterialKind::ConfigMap, namespace, &source.name));
        }
        if let Some(verify) = &spec.verify {
            let keys = verify.keys.iter().filter_map(|key| key.secret_ref.as_ref());
            named.extend(keys.map(|reference| secret(&reference.name)));
            let root = verify.trusted_root_ref.as_ref();
            named.extend(root.map(|root| material(MaterialKind::ConfigMap, own, &root.name)));
        }
        named
    }

    /// Whether it selects namespaces by their labels.
    #[must_use]
    pub fn selects_by_labels(&self) -> bool {
        let spec = self.spec.as_ref().and_then(|spec| spec.as_ref().ok());
        let selection = spec.and_then(|spec| spec.allowed_namespaces.as_ref());
        selection.is_some_and(|selection| selection.match_labels.is_some())
    }
}
