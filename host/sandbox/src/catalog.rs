use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bellpull_core::{Binding, ReceiverId, ReceiverView};
use bellpull_ports::{ConfigureError, NoProvider, Provider, Providers};

use crate::loaded_component::LoadedComponent;
use crate::sandbox::Sandbox;

/// Which component serves which provider name. Another set of components is another catalog, which
/// takes over when the Receivers have been bound to it. Until then, and for the deliveries in hand, the
/// components of the old catalog go on.
#[derive(Clone)]
pub struct Catalog {
    sandbox: Arc<Sandbox>,
    by_name: Arc<BTreeMap<String, Arc<LoadedComponent>>>,
    /// The namespaces of the providers that are not for all of them.
    namespaces: Arc<BTreeMap<String, Arc<BTreeSet<String>>>>,
}

impl Catalog {
    /// A catalog of these provider names.
    #[must_use]
    pub fn new(
        sandbox: Arc<Sandbox>,
        providers: impl IntoIterator<Item = (String, Arc<LoadedComponent>)>,
    ) -> Self {
        let by_name: BTreeMap<_, _> = providers.into_iter().collect();
        for provider in by_name.keys() {
            sandbox.metrics().announce(provider);
        }
        Self {
            sandbox,
            by_name: Arc::new(by_name),
            namespaces: Arc::default(),
        }
    }

    /// The same catalog, with these providers for the Receivers of these namespaces alone.
    #[must_use]
    pub fn restricted(
        self,
        namespaces: impl IntoIterator<Item = (String, Arc<BTreeSet<String>>)>,
    ) -> Self {
        Self {
            namespaces: Arc::new(namespaces.into_iter().collect()),
            ..self
        }
    }

    /// A catalog of one component under all its names.
    #[must_use]
    pub fn of_one(sandbox: Arc<Sandbox>, component: &Arc<LoadedComponent>) -> Self {
        let names = component.description().providers.clone();
        let providers = names.into_iter().map(|name| (name, Arc::clone(component)));
        Self::new(sandbox, providers)
    }

    /// The sandbox that runs its components.
    #[must_use]
    pub fn sandbox(&self) -> &Arc<Sandbox> {
        &self.sandbox
    }

    /// Every provider name with its component, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<LoadedComponent>)> {
        self.by_name
            .iter()
            .map(|(name, component)| (name.as_str(), component))
    }
}

impl Providers for Catalog {
    type Component = LoadedComponent;

    fn find(
        &self,
        provider: &str,
        namespace: &str,
    ) -> Result<Provider<LoadedComponent>, NoProvider> {
        let loaded = self.by_name.get(provider).ok_or(NoProvider::NotLoaded)?;
        let only = self.namespaces.get(provider);
        if only.is_some_and(|only| !only.contains(namespace)) {
            return Err(NoProvider::NotAllowed);
        }
        Ok(Provider {
            description: Arc::clone(loaded.description()),
            schema: Arc::clone(loaded.schema()),
            granted_settings: loaded.granted_settings().to_vec(),
            component: Arc::clone(loaded),
            digest: Arc::clone(loaded.digest_text()),
        })
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    async fn configure(
        &self,
        component: &Arc<LoadedComponent>,
        id: &ReceiverId,
        receiver: &ReceiverView,
    ) -> Result<Binding, ConfigureError> {
        self.sandbox.configure(component, id, receiver).await
    }
}
