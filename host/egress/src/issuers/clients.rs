use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::http::{AddressScope, Client, DestinationPolicy, Recording, SystemLookup};
use crate::metrics::{EgressMetrics, FetchKind};
use crate::{EgressSettings, SettingsError};

/// Concurrent requests to issuers that no delivery waits for. Each takes a file descriptor, so a
/// tenant who names many silent issuers waits for them.
const AHEAD: usize = 16;
/// Concurrent requests to issuers that deliveries wait for. A namespace has fewer concurrent
/// verifications, and each waits for one issuer.
const WANTED: usize = 64;

/// The clients for discovery documents, and for the keys they lead to. Clones share the permits.
#[derive(Clone)]
pub(super) struct Clients(Arc<ClientsByScope>);

struct ClientsByScope {
    discovery: Client,
    /// For the keys of an issuer on this machine. There is a client for each scope, since the keys
    /// of an issuer must not be nearer than the issuer: a public one could otherwise make this
    /// machine send requests within its own network.
    loopback: Client,
    private: Client,
    public: Client,
    ahead: Semaphore,
    wanted: Semaphore,
}

impl Clients {
    /// # Errors
    /// When the settings cannot be used.
    pub(super) fn new(
        settings: &EgressSettings,
        metrics: &EgressMetrics,
    ) -> Result<Self, SettingsError> {
        let https_only = settings.public_issuers_only;
        let client = |policy| {
            Client::new(
                settings,
                FetchKind::Keys,
                policy,
                SystemLookup,
                metrics.clone(),
            )
        };
        let keys = |issuer| client(DestinationPolicy::Keys { https_only, issuer });
        let inner = ClientsByScope {
            discovery: client(DestinationPolicy::Issuers {
                public_only: settings.public_issuers_only,
                private_hosts: settings.private_issuers.clone(),
            })?,
            loopback: keys(AddressScope::Loopback)?,
            private: keys(AddressScope::Private)?,
            public: keys(AddressScope::Public)?,
            ahead: Semaphore::new(AHEAD),
            wanted: Semaphore::new(WANTED),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Clients that answer from a recording.
    pub(super) fn recorded(recording: &Recording, metrics: &EgressMetrics) -> Self {
        let policy = DestinationPolicy::Issuers {
            public_only: false,
            private_hosts: Vec::new(),
        };
        let client = Client::recorded(recording.clone(), FetchKind::Keys, policy, metrics.clone());
        Self(Arc::new(ClientsByScope {
            discovery: client.clone(),
            loopback: client.clone(),
            private: client.clone(),
            public: client,
            ahead: Semaphore::new(AHEAD),
            wanted: Semaphore::new(WANTED),
        }))
    }

    /// Waits for the permit of a request. `wanted` completes when a delivery begins to wait for the
    /// request. The semaphores are never closed, so there is always a permit.
    pub(super) async fn permit(
        &self,
        wanted: impl Future<Output = ()>,
    ) -> Option<SemaphorePermit<'_>> {
        tokio::select! {
            biased;
            () = wanted => self.0.wanted.acquire().await.ok(),
            permit = self.0.ahead.acquire() => permit.ok(),
        }
    }

    pub(super) fn discovery(&self) -> &Client {
        &self.0.discovery
    }

    /// The client for the keys of an issuer whose own address has this scope.
    pub(super) fn keys(&self, issuer: AddressScope) -> &Client {
        match issuer {
            AddressScope::Loopback => &self.0.loopback,
            AddressScope::Private => &self.0.private,
            AddressScope::Public | AddressScope::Forbidden => &self.0.public,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn whoever_names_many_issuers_waits_and_no_delivery_does() {
        let clients = Clients::recorded(&Recording::default(), &EgressMetrics::default());
        let mut held = Vec::new();
        while let Some(Some(permit)) = clients.permit(pending()).now_or_never() {
            held.push(permit);
        }
        assert_eq!(held.len(), AHEAD);
        assert!(clients.permit(ready(())).now_or_never().is_some());
        held.pop();
        assert!(clients.permit(pending()).now_or_never().is_some());
    }
}
