//! The Receivers, each with a Secret and a target of its own, and the deliveries to them.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull::cases::Case;
use bellpull_core::{Delivery, ReceiverId, SecretBytes, SecretData};
use bellpull_plan::path::webhook_path;
use serde_json::{Value, json};
use tokio::sync::RwLock;

use super::oracle::Intent;
use super::samples::SampleDelivery;
use super::senders::Senders;
use crate::cases::objects;

/// The Receiver of the plugin, whose deliveries prove nothing but that they know its path.
pub(super) const PLUGIN: &str = "acme";
/// The Receiver whose Secret is rotated.
pub(super) const ROTATED: &str = "github";

/// The key of the Secret that makes the path.
const TOKEN: &str = "token";

/// What a Receiver does with a genuine delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    Notifies,
    /// It lists another event.
    IgnoresTheEvent,
    /// Its filter leaves its target out.
    LeavesTheTargetOut,
}

/// A Receiver of one provider.
pub(super) struct SoakReceiver {
    /// Also that of its Secret and of its target.
    pub(super) name: String,
    pub(super) habit: Habit,
    provider: String,
    sample: Arc<SampleDelivery>,
    pub(super) credentials: RwLock<Credentials>,
    namespace: String,
}

/// What its senders prove deliveries by.
pub(super) struct Credentials {
    secret: SecretData,
    /// The token of a path that is no longer valid.
    pub(super) former: Option<SecretBytes>,
}

/// For each provider a Receiver that notifies and one that never does, and one of the plugin.
pub(super) fn all(namespace: &str, samples: Vec<SampleDelivery>) -> Vec<SoakReceiver> {
    let mut all = Vec::new();
    for sample in samples {
        let sample = Arc::new(sample);
        let provider = sample.case.provider.clone();
        let receiver =
            |name: String, habit| SoakReceiver::new(namespace, name, habit, &provider, &sample);
        let never = match sample.other_event {
            Some(_) => Habit::IgnoresTheEvent,
            None => Habit::LeavesTheTargetOut,
        };
        all.push(receiver(provider.clone(), Habit::Notifies));
        all.push(receiver(format!("{provider}-never"), never));
        if provider == "generic" {
            let name = PLUGIN.to_owned();
            all.push(SoakReceiver::new(
                namespace,
                name,
                Habit::Notifies,
                PLUGIN,
                &sample,
            ));
        }
    }
    all
}

impl SoakReceiver {
    fn new(
        namespace: &str,
        name: String,
        habit: Habit,
        provider: &str,
        sample: &Arc<SampleDelivery>,
    ) -> Self {
        let mut secret = sample.case.secret().data;
        if let Some(token) = secret.get_mut(TOKEN) {
            *token = SecretBytes::new([token.expose(), b"-", name.as_bytes()].concat());
        }
        Self {
            habit,
            provider: provider.to_owned(),
            sample: Arc::clone(sample),
            credentials: RwLock::new(Credentials {
                secret,
                former: None,
            }),
            namespace: namespace.to_owned(),
            name,
        }
    }

    /// Whether a delivery can prove itself to it.
    pub(super) fn asks_for_proof(&self) -> bool {
        self.provider != PLUGIN
    }

    /// The delivery, now.
    pub(super) fn delivery(
        &self,
        intent: Intent,
        credentials: &Credentials,
        senders: &Senders,
    ) -> Result<Delivery> {
        let Credentials { secret, former } = credentials;
        let path = self.path(secret.get(TOKEN));
        match intent {
            Intent::Genuine | Intent::Unselected => self.sample.genuine(&path, secret, senders),
            Intent::Forged => self.sample.forged(&path, secret, senders),
            Intent::Former => self
                .sample
                .genuine(&self.path(former.as_ref()), secret, senders),
        }
    }

    /// Its path under a token.
    pub(super) fn path(&self, token: Option<&SecretBytes>) -> String {
        let none = SecretBytes::new(Vec::new());
        let id = ReceiverId::new(self.namespace.as_str(), self.name.as_str());
        webhook_path(&id, token.unwrap_or(&none))
    }

    /// The token that its sender has.
    pub(super) fn token(&self) -> Option<SecretBytes> {
        self.credentials.blocking_read().secret.get(TOKEN).cloned()
    }

    /// Its sender has this token from now on, when all that is under way has been answered.
    pub(super) fn moves_to(&self, token: SecretBytes) {
        let mut credentials = self.credentials.blocking_write();
        credentials.former = None;
        credentials.secret.insert(TOKEN.to_owned(), token);
    }

    /// Another sender, which was forgotten, uses this token.
    pub(super) fn is_sent_to_by(&self, former: SecretBytes) {
        self.credentials.blocking_write().former = Some(former);
    }

    /// The Receiver, its Secret and its target.
    pub(super) fn objects(&self, senders: &Senders) -> Result<Vec<Value>> {
        let resources = json!([{"kind": "GitRepository", "name": self.name}]);
        let case: &Case = &self.sample.case;
        let [receiver, _] = objects(case, &self.namespace, &self.name, &resources);
        let mut receiver: Value = serde_json::from_str(&receiver)?;
        let spec = receiver["spec"].as_object_mut().context("a spec")?;
        spec.insert("type".to_owned(), json!(self.provider));
        match self.habit {
            Habit::Notifies => {}
            Habit::IgnoresTheEvent => {
                spec.insert("events".to_owned(), json!([self.sample.other_event]));
            }
            Habit::LeavesTheTargetOut => {
                let filter = json!("res.metadata.name == 'nobody'");
                spec.insert("resourceFilter".to_owned(), filter);
            }
        }
        if let Some(issuer) = spec.get_mut("oidcProviders").and_then(|all| all.get_mut(0)) {
            issuer["issuerURL"] = json!(senders.issuer.url());
            spec.remove("secretRef");
        }
        let target = json!({
            "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
            "metadata": {"name": self.name, "namespace": self.namespace},
            "spec": {"url": "https://example.org/app.git", "interval": "1h"},
        });
        Ok(vec![target, self.secret(None, None), receiver])
    }

    /// Its Secret with this token, and with this one before it.
    pub(super) fn secret(
        &self,
        token: Option<&SecretBytes>,
        previous: Option<&SecretBytes>,
    ) -> Value {
        let mut data = self.credentials.blocking_read().secret.clone();
        for (key, value) in [(TOKEN, token), ("previousToken", previous)] {
            data.extend(value.map(|value| (key.to_owned(), value.clone())));
        }
        // Not as `stringData`: what is left out of that stays.
        let data = data.iter().map(|(key, value)| {
            let encoded = BASE64_STANDARD.encode(value.expose());
            (key.clone(), Value::String(encoded))
        });
        json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": self.name, "namespace": self.namespace},
            "data": data.collect::<serde_json::Map<_, _>>(),
        })
    }
}
