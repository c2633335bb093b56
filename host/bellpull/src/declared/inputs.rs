use std::collections::BTreeSet;
use std::sync::Arc;

use bellpull_trust::{DeclaredPlugins, MaterialKey, MaterialKind, PluginObject, SignatureMaterial};
use tokio::sync::watch;

/// An object with everything that it names, at one time.
#[derive(Clone)]
pub(super) struct PluginInputs {
    pub(super) object: Arc<PluginObject>,
    pub(super) declared: Arc<DeclaredPlugins>,
    materials: BTreeSet<MaterialKey>,
}

impl PluginInputs {
    /// The object as it is now, once everything that it names has been asked for; `None` when it is gone.
    pub(super) async fn next(
        declared: &mut watch::Receiver<Arc<DeclaredPlugins>>,
        name: &str,
        own: &str,
    ) -> Option<Self> {
        let mut found = None;
        let complete = |declared: &Arc<DeclaredPlugins>| {
            let object = declared.plugins.get(name);
            let materials = object.map(|object| object.materials(own));
            let materials = materials.unwrap_or_default();
            let complete = declared.synced || materials.iter().all(|key| is_known(declared, key));
            if complete {
                found = object.map(|object| Self {
                    object: Arc::clone(object),
                    declared: Arc::clone(declared),
                    materials,
                });
            }
            complete
        };
        let waited = declared.wait_for(complete).await.map(drop);
        waited.ok()?;
        found
    }

    /// Returns when the object, or something that it names, is another one.
    pub(super) async fn differ(self, mut declared: watch::Receiver<Arc<DeclaredPlugins>>) {
        let differs = |now: &Arc<DeclaredPlugins>| self.differs_from(now);
        if declared.wait_for(differs).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    fn differs_from(&self, now: &DeclaredPlugins) -> bool {
        let before = &self.object;
        let Some(object) = now.plugins.get(&before.name) else {
            return true;
        };
        let same = Arc::ptr_eq(object, before)
            || (&object.spec, &object.rollback_to, object.generation)
                == (&before.spec, &before.rollback_to, before.generation);
        let namespaces =
            || !before.selects_by_labels() || self.declared.namespaces == now.namespaces;
        let material = |key: &MaterialKey| {
            let place = (key.namespace.clone(), key.name.clone());
            let (one, other) = (&self.declared, now);
            let values = match key.kind {
                MaterialKind::Secret => one.secrets.get(&place) == other.secrets.get(&place),
                MaterialKind::ConfigMap => {
                    one.config_maps.get(&place) == other.config_maps.get(&place)
                }
            };
            values && one.unavailable.get(key) == other.unavailable.get(key)
        };
        !(same && namespaces() && self.materials.iter().all(material))
    }

    pub(super) fn generation(&self) -> Option<i64> {
        self.object.generation
    }

    /// What its rules are looked up in. `own` is Bellpull's own namespace.
    pub(super) fn material<'a>(&'a self, own: &'a str) -> SignatureMaterial<'a> {
        SignatureMaterial {
            declared: &self.declared,
            own,
        }
    }
}

fn is_known(declared: &DeclaredPlugins, key: &MaterialKey) -> bool {
    let place = (key.namespace.clone(), key.name.clone());
    let present = match key.kind {
        MaterialKind::Secret => declared.secrets.contains_key(&place),
        MaterialKind::ConfigMap => declared.config_maps.contains_key(&place),
    };
    present || declared.unavailable.contains_key(key)
}
