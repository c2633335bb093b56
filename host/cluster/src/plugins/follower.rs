use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bellpull_trust::{DeclaredPlugins, MaterialKey, MaterialKind};
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use k8s_openapi::api::core::v1::Namespace;
use kube::core::PartialObjectMeta;
use kube::{Api, Client};
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

use super::materials::{self, Material};
use super::watched_plugin::WatchedPlugin;
use crate::api_error;
use crate::metrics::{ClusterMetrics, WatchedObjects};
use crate::watch::{WatchChange, changes, config, watcher};

/// Follows ReceiverPlugins, what they name, and the labels of namespaces where one selects by them.
pub(crate) struct DeclaredFollower {
    watching: Client,
    calling: Client,
    /// Bellpull's own namespace.
    own: String,
    metrics: ClusterMetrics,
    declared: DeclaredPlugins,
    listed: bool,
    materials: HashMap<MaterialKey, FollowedMaterial>,
    answered: HashSet<MaterialKey>,
    news: mpsc::UnboundedSender<(MaterialKey, Material)>,
    namespaces_listed: bool,
    publish: watch::Sender<Arc<DeclaredPlugins>>,
}

/// Ends the task that follows an object.
struct FollowedMaterial(AbortHandle);

impl Drop for FollowedMaterial {
    fn drop(&mut self) {
        self.0.abort();
    }
}

type NamespaceChanges = BoxStream<'static, WatchChange<PartialObjectMeta<Namespace>>>;

impl DeclaredFollower {
    /// Starts to follow. Returns what is followed, and the future that follows.
    pub(crate) fn start(
        watching: Client,
        calling: Client,
        own: String,
        metrics: ClusterMetrics,
    ) -> (
        watch::Receiver<Arc<DeclaredPlugins>>,
        impl Future<Output = ()>,
    ) {
        let (publish, declared) = watch::channel(Arc::default());
        let (news, told) = mpsc::unbounded_channel();
        let follower = Self {
            watching,
            calling,
            own,
            metrics,
            declared: DeclaredPlugins::default(),
            listed: false,
            materials: HashMap::new(),
            answered: HashSet::new(),
            news,
            namespaces_listed: false,
            publish,
        };
        (declared, follower.follow(told))
    }

    async fn follow(mut self, mut told: mpsc::UnboundedReceiver<(MaterialKey, Material)>) {
        let watch = watcher(Api::<WatchedPlugin>::all(self.watching.clone()), config());
        let watch = kube::runtime::WatchStreamExt::modify(watch, WatchedPlugin::strip);
        let mut plugins = changes(vec![watch]);
        let mut namespaces: Option<NamespaceChanges> = None;
        loop {
            let mut by_labels = self.declared.plugins.values();
            let by_labels = by_labels.any(|plugin| plugin.selects_by_labels());
            if by_labels != namespaces.is_some() {
                self.namespaces_listed = false;
                self.declared.namespaces.clear();
                namespaces = by_labels.then(|| self.namespaces());
            }
            let next_namespace = async {
                match &mut namespaces {
                    Some(changes) => changes.next().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                Some(change) = plugins.next() => self.take_plugin(change),
                Some((key, material)) = told.recv() => self.take_material(key, material),
                Some(change) = next_namespace => self.take_namespace(change),
                else => return,
            }
            self.publish(by_labels);
        }
    }

    fn namespaces(&self) -> NamespaceChanges {
        let api: Api<PartialObjectMeta<Namespace>> = Api::all(self.watching.clone());
        changes(vec![watcher(api, config())])
    }

    fn take_plugin(&mut self, change: WatchChange<WatchedPlugin>) {
        match change {
            WatchChange::Seen(plugin) if !plugin.is_being_deleted() => {
                let plugin = plugin.into_object();
                let known = self.declared.plugins.get(&plugin.name);
                if known.is_none_or(|known| **known != plugin) {
                    let name = plugin.name.clone();
                    self.declared.plugins.insert(name, Arc::new(plugin));
                }
            }
            WatchChange::Seen(plugin) => {
                let plugin = plugin.into_object();
                self.declared.plugins.remove(&plugin.name);
            }
            WatchChange::Gone((_, name)) => drop(self.declared.plugins.remove(&name)),
            WatchChange::AllListed => self.listed = true,
            WatchChange::Failed(error) => self.fail(&error),
        }
        let plugins = self.declared.plugins.values();
        let wanted = plugins.flat_map(|plugin| plugin.materials(&self.own));
        self.want(&wanted.collect());
    }

    fn fail(&mut self, error: &kube::runtime::watcher::Error) {
        match api_error::of_watch(error) {
            // The definition is not installed, so that there is none.
            (Some(404), _) => {
                self.declared.plugins.clear();
                self.listed = true;
            }
            // Roles of before ReceiverPlugins. Those that are known stay.
            (Some(403), error) => {
                if !std::mem::replace(&mut self.listed, true) {
                    tracing::info!(error, "ReceiverPlugins may not be read and are left aside");
                }
            }
            (_, error) => {
                self.metrics.watch_failed(WatchedObjects::Plugins);
                tracing::warn!(error, "ReceiverPlugins cannot be watched now");
            }
        }
    }

    /// Follows what is named, and nothing else.
    fn want(&mut self, wanted: &BTreeSet<MaterialKey>) {
        let named = |key: &MaterialKey| wanted.contains(key);
        self.materials.retain(|key, _| named(key));
        self.answered.retain(named);
        let declared = &mut self.declared;
        declared.unavailable.retain(|key, _| named(key));
        let of = |kind, (namespace, name): &(String, String)| {
            named(&MaterialKey {
                kind,
                namespace: namespace.clone(),
                name: name.clone(),
            })
        };
        declared
            .secrets
            .retain(|key, _| of(MaterialKind::Secret, key));
        declared
            .config_maps
            .retain(|key, _| of(MaterialKind::ConfigMap, key));
        for key in wanted {
            if !self.materials.contains_key(key) {
                let (watching, calling) = (self.watching.clone(), self.calling.clone());
                let follow = materials::follow(watching, calling, key.clone(), self.news.clone());
                let task = FollowedMaterial(tokio::spawn(follow).abort_handle());
                self.materials.insert(key.clone(), task);
            }
        }
    }

    fn take_material(&mut self, key: MaterialKey, material: Material) {
        if !self.materials.contains_key(&key) {
            return;
        }
        let place = (key.namespace.clone(), key.name.clone());
        let declared = &mut self.declared;
        declared.unavailable.remove(&key);
        match material {
            Material::Secret(secret) => drop(declared.secrets.insert(place, secret)),
            Material::ConfigMap(content) => drop(declared.config_maps.insert(place, content)),
            Material::Absent | Material::Unavailable(_) => {
                match key.kind {
                    MaterialKind::Secret => drop(declared.secrets.remove(&place)),
                    MaterialKind::ConfigMap => drop(declared.config_maps.remove(&place)),
                }
                let why = match material {
                    Material::Unavailable(error) => error,
                    _ => "it does not exist".to_owned(),
                };
                declared.unavailable.insert(key.clone(), why);
            }
        }
        self.answered.insert(key);
    }

    fn take_namespace(&mut self, change: WatchChange<PartialObjectMeta<Namespace>>) {
        match change {
            WatchChange::Seen(namespace) => {
                let labels: BTreeMap<_, _> = namespace.metadata.labels.unwrap_or_default();
                let name = namespace.metadata.name.unwrap_or_default();
                self.declared.namespaces.insert(name, labels);
            }
            WatchChange::Gone((_, name)) => drop(self.declared.namespaces.remove(&name)),
            WatchChange::AllListed => self.namespaces_listed = true,
            WatchChange::Failed(error) => {
                let (_, error) = api_error::of_watch(&error);
                tracing::warn!(
                    error,
                    "namespaces cannot be watched now, so that none is selected by its labels"
                );
            }
        }
    }

    fn publish(&mut self, by_labels: bool) {
        let answered = self.materials.keys().all(|key| self.answered.contains(key));
        let namespaces = !by_labels || self.namespaces_listed;
        self.declared.synced = self.listed && answered && namespaces;
        self.publish.send_replace(Arc::new(self.declared.clone()));
    }
}
