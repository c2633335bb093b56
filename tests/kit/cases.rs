//! The recorded deliveries of `tests/cases`, and the sandbox that replays them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bellpull::cases::{self, Case, CaseOutcome};
use bellpull::egress::RecordedEgress;
use bellpull::providers::Loader;
use bellpull::settings::{CacheArgs, VerifyArgs};
use bellpull_core::Egress;
use bellpull_sandbox::Catalog;
use serde_json::{Value, json};

use crate::patience::PATIENCE;

/// The folders of `tests/cases`, one for each provider.
///
/// # Panics
/// When there are none.
#[must_use]
pub fn provider_folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&root)
        .unwrap_or_else(|error| panic!("{}: {error}", root.display()))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// The bundled providers, with the recorded answers of the network.
pub struct Replays {
    /// The bundled providers.
    pub catalog: Catalog,
    /// What answers instead of the network.
    pub network: Arc<RecordedEgress>,
}

impl Replays {
    /// Loads every bundled provider.
    ///
    /// # Panics
    /// When one does not load.
    pub async fn new() -> Self {
        let network = Arc::new(RecordedEgress::new());
        let egress: Arc<dyn Egress> = Arc::clone(&network) as _;
        // How long a verification takes says nothing here, least of all of a host that is not optimised.
        let verify = VerifyArgs {
            verify_timeout: PATIENCE,
            ..VerifyArgs::default()
        };
        let loader = Loader::with_egress(&verify, &CacheArgs::default(), egress);
        let loader = loader.expect("a loader");
        let catalog = loader.bundled_catalog().await.expect("the providers");
        Self { catalog, network }
    }
}

/// Every case.
///
/// # Panics
/// When a case cannot be read.
#[must_use]
pub fn recorded() -> Vec<Case> {
    cases::find(&provider_folders()).expect("cases")
}

/// Every case that ends in a notification.
///
/// # Panics
/// When a case cannot be read.
#[must_use]
pub fn genuine() -> Vec<Case> {
    let mut cases = recorded();
    cases.retain(|case| case.expect.outcome == CaseOutcome::Notified);
    cases
}

/// Every case that is a sample and needs no token of an issuer.
///
/// # Panics
/// When a case cannot be read.
#[must_use]
pub fn samples() -> Vec<Case> {
    let mut cases = recorded();
    cases.retain(|case| case.sample.is_some() && !case.takes_token());
    cases
}

/// The Receiver of a case, with other references, and its Secret, as JSON.
///
/// # Panics
/// When the Receiver is not JSON.
#[must_use]
pub fn objects(case: &Case, namespace: &str, name: &str, resources: &Value) -> [String; 2] {
    let metadata = json!({"name": name, "namespace": namespace});
    let mut spec = serde_json::to_value(case.receiver().spec).expect("JSON");
    spec["secretRef"] = json!({"name": name});
    spec["resources"] = resources.clone();
    let receiver = json!({
        "apiVersion": "notification.toolkit.fluxcd.io/v1", "kind": "Receiver",
        "metadata": metadata, "spec": spec,
    });
    let data = case.secret().data;
    let data = data.iter().map(|(key, value)| {
        let value = String::from_utf8_lossy(value.expose()).into_owned();
        (key.clone(), Value::String(value))
    });
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": metadata,
        "stringData": data.collect::<serde_json::Map<_, _>>(),
    });
    [receiver.to_string(), secret.to_string()]
}
