//! The clients of the API server.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// The namespace of the ServiceAccounts.
pub const NAMESPACE: &str = "flux-system";

/// A client whom the API server knows by a token. A test binds its roles: a
/// ServiceAccount as the subject of a binding means the identity of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The administrator, who may do everything.
    Admin,
    /// The ServiceAccount `flux-system/bellpull`.
    Bellpull,
    /// The ServiceAccount `flux-system/bellpull-tenant`.
    Tenant,
    /// The ServiceAccount `flux-system/notification-controller`.
    NotificationController,
    /// The ServiceAccount `flux-system/source-controller`.
    SourceController,
}

impl Identity {
    const ALL: [Self; 5] = [
        Self::Admin,
        Self::Bellpull,
        Self::Tenant,
        Self::NotificationController,
        Self::SourceController,
    ];

    /// The ServiceAccount's name; also that of the administrator.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Bellpull => "bellpull",
            Self::Tenant => "bellpull-tenant",
            Self::NotificationController => "notification-controller",
            Self::SourceController => "source-controller",
        }
    }

    /// The name that the API server gives the client.
    #[must_use]
    pub fn user(self) -> String {
        match self {
            Self::Admin => self.name().to_owned(),
            account => format!("system:serviceaccount:{NAMESPACE}:{}", account.name()),
        }
    }

    fn groups(self) -> String {
        match self {
            Self::Admin => "system:masters".to_owned(),
            _ => format!(
                "system:serviceaccounts,system:serviceaccounts:{NAMESPACE},system:authenticated"
            ),
        }
    }
}

/// A random token for each identity, and the files with the tokens.
pub(super) struct Identities {
    tokens: HashMap<Identity, String>,
    folder: PathBuf,
}

impl Identities {
    /// # Errors
    /// When a file cannot be written.
    pub(super) fn new(folder: &Path, server: &str, authority: &Path) -> Result<Self> {
        let mut tokens = HashMap::new();
        let mut lines = String::new();
        for identity in Identity::ALL {
            let mut token = [0; 16];
            getrandom::fill(&mut token).context("random bytes")?;
            let token = hex::encode(token);
            let (user, groups) = (identity.user(), identity.groups());
            lines.push_str(&format!("{token},{user},{user},\"{groups}\"\n"));
            tokens.insert(identity, token);
        }
        let identities = Self {
            tokens,
            folder: folder.to_owned(),
        };
        fs::write(identities.token_file(), lines)?;
        for identity in Identity::ALL {
            let token = identities.token(identity);
            let cluster = json!({"server": server, "certificate-authority": authority});
            let kubeconfig = kubeconfig(identity.name(), token, &cluster);
            fs::write(identities.kubeconfig_file(identity), kubeconfig)?;
        }
        Ok(identities)
    }

    pub(super) fn token_file(&self) -> PathBuf {
        self.folder.join("tokens.csv")
    }

    pub(super) fn kubeconfig_file(&self, identity: Identity) -> PathBuf {
        self.folder.join(format!("{}.kubeconfig", identity.name()))
    }

    pub(super) fn token(&self, identity: Identity) -> &str {
        &self.tokens[&identity]
    }
}

/// A kubeconfig. It is JSON, which is YAML too.
pub(super) fn kubeconfig(name: &str, token: &str, cluster: &Value) -> String {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": name}}],
        "current-context": "test",
    })
    .to_string()
}
