use std::sync::Arc;

use crate::http::{Client, Policy, Reach, Recording, SystemLookup};
use crate::metrics::{Kind, Metrics};
use crate::{Settings, SettingsError};

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
        }))
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
