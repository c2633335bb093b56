use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::http::{Client, Policy, Reach, Recording, SystemLookup};
use crate::metrics::{Kind, Metrics};
use crate::{Settings, SettingsError};

/// Issuers asked at once of those that have answered, and again as many of those that have not: a
/// descriptor each, and whoever names issuers that keep silent waits for the like of them.
const AT_ONCE: usize = 16;

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
    proven: Semaphore,
    unproven: Semaphore,
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
            proven: Semaphore::new(AT_ONCE),
            unproven: Semaphore::new(AT_ONCE),
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
            proven: Semaphore::new(AT_ONCE),
            unproven: Semaphore::new(AT_ONCE),
        }))
    }

    /// Waits until an issuer may be asked; whether it has answered when it was asked last. The
    /// semaphores are never closed, so there is always a turn.
    pub(super) async fn turn(&self, has_answered: bool) -> Option<SemaphorePermit<'_>> {
        let turns = if has_answered {
            &self.0.proven
        } else {
            &self.0.unproven
        };
        turns.acquire().await.ok()
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
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn issuers_that_keep_silent_leave_turns_to_those_that_answer() {
        let clients = Clients::recorded(&Recording::default(), &Metrics::default());
        let mut held = Vec::new();
        while let Some(Some(turn)) = clients.turn(false).now_or_never() {
            held.push(turn);
        }
        assert_eq!(held.len(), AT_ONCE);
        assert!(clients.turn(true).now_or_never().is_some());
        held.pop();
        assert!(clients.turn(false).now_or_never().is_some());
    }
}
