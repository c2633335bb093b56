use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::http::{Client, Policy, Reach, Recording, SystemLookup};
use crate::metrics::{Kind, Metrics};
use crate::{Settings, SettingsError};

/// Issuers asked at once before any delivery needs them, a descriptor each: whoever names many that
/// keep silent waits for them.
const AHEAD: usize = 16;
/// Issuers asked at once that deliveries wait for. A namespace has fewer verifications than that, and
/// each waits for one issuer.
const WANTED: usize = 64;

/// Who asks issuers, and who asks where they say that their keys are. Clones share them.
#[derive(Clone)]
pub(super) struct Clients(Arc<Each>);

struct Each {
    discovery: Client,
    /// By who the issuer is, since an issuer leads to nobody who is nearer than itself: else one on
    /// the Internet would say what this machine asks within its own network.
    own: Client,
    private: Client,
    public: Client,
    ahead: Semaphore,
    wanted: Semaphore,
}

impl Clients {
    /// # Errors
    /// When the settings cannot be used.
    pub(super) fn new(settings: &Settings, metrics: &Metrics) -> Result<Self, SettingsError> {
        let https_only = settings.public_issuers_only;
        let client =
            |policy| Client::new(settings, Kind::Keys, policy, SystemLookup, metrics.clone());
        let keys = |issuer| client(Policy::Keys { https_only, issuer });
        let each = Each {
            discovery: client(Policy::Issuers {
                public_only: settings.public_issuers_only,
                private_hosts: settings.private_issuers.clone(),
            })?,
            own: keys(Reach::Own)?,
            private: keys(Reach::Private)?,
            public: keys(Reach::Public)?,
            ahead: Semaphore::new(AHEAD),
            wanted: Semaphore::new(WANTED),
        };
        Ok(Self(Arc::new(each)))
    }

    /// Those of a recorded delivery.
    pub(super) fn recorded(recording: &Recording, metrics: &Metrics) -> Self {
        let policy = Policy::Issuers {
            public_only: false,
            private_hosts: Vec::new(),
        };
        let client = Client::recorded(recording.clone(), Kind::Keys, policy, metrics.clone());
        Self(Arc::new(Each {
            discovery: client.clone(),
            own: client.clone(),
            private: client.clone(),
            public: client,
            ahead: Semaphore::new(AHEAD),
            wanted: Semaphore::new(WANTED),
        }))
    }

    /// Waits until an issuer may be asked that no delivery waits for, or that one begins to wait for.
    /// The semaphores are never closed, so there is always a turn.
    pub(super) async fn turn(
        &self,
        wanted: impl Future<Output = ()>,
    ) -> Option<SemaphorePermit<'_>> {
        tokio::select! {
            biased;
            () = wanted => self.0.wanted.acquire().await.ok(),
            turn = self.0.ahead.acquire() => turn.ok(),
        }
    }

    pub(super) fn discovery(&self) -> &Client {
        &self.0.discovery
    }

    /// For the keys of an issuer that was met at such an address.
    pub(super) fn keys(&self, issuer: Reach) -> &Client {
        match issuer {
            Reach::Own => &self.0.own,
            Reach::Private => &self.0.private,
            Reach::Public | Reach::Never => &self.0.public,
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
        let clients = Clients::recorded(&Recording::default(), &Metrics::default());
        let mut held = Vec::new();
        while let Some(Some(turn)) = clients.turn(pending()).now_or_never() {
            held.push(turn);
        }
        assert_eq!(held.len(), AHEAD);
        assert!(clients.turn(ready(())).now_or_never().is_some());
        held.pop();
        assert!(clients.turn(pending()).now_or_never().is_some());
    }
}
