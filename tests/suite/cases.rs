//! Every case folder through the sandbox that serves.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bellpull::cases::{self, Case, CaseOutcome};
use bellpull::egress::Replayed;
use bellpull::providers::Loader;
use bellpull::settings::{CacheArgs, VerifyArgs};
use bellpull_bundle::BUNDLED;
use bellpull_core::{Egress, limits};
use bellpull_engine::Digest;
use bellpull_ports::Providers as _;
use bellpull_sandbox::{Catalog, Grants};
use bellpull_tests::nowhere::Nowhere;
use bellpull_tests::serve::PATIENCE;
use serde_json::{Value, json};

/// The folders of one provider each.
pub(super) fn provider_folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&root)
        .unwrap_or_else(|error| panic!("{}: {error}", root.display()))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// The bundled providers, and the network of whichever delivery is replayed.
pub(super) struct Replays {
    pub(super) catalog: Catalog,
    pub(super) network: Arc<Replayed>,
}

impl Replays {
    pub(super) async fn new() -> Self {
        let network = Arc::new(Replayed::new());
        let egress: Arc<dyn Egress> = Arc::clone(&network) as _;
        // How long a verification takes says nothing here, least of all of a host that is not optimised.
        let verify = VerifyArgs {
            verify_timeout: PATIENCE,
            ..VerifyArgs::default()
        };
        let loader = Loader::with_egress(&verify, &CacheArgs::default(), egress).unwrap();
        let catalog = loader.bundled_catalog().await.unwrap();
        Self { catalog, network }
    }
}

/// Every delivery that is genuine and wanted.
pub(super) fn genuine() -> Vec<Case> {
    let mut cases = cases::find(&provider_folders()).unwrap();
    cases.retain(|case| case.expect.outcome == CaseOutcome::Notified);
    cases
}

/// Every case that is a sample and needs nobody else's token.
pub(super) fn samples() -> Vec<Case> {
    let mut cases = cases::find(&provider_folders()).unwrap();
    cases.retain(|case| case.sample.is_some() && !case.takes_token());
    cases
}

/// The Receiver of a case, with other references, and its Secret, as JSON.
pub(super) fn objects(case: &Case, namespace: &str, name: &str, resources: &Value) -> [String; 2] {
    let metadata = json!({"name": name, "namespace": namespace});
    let mut spec = serde_json::to_value(case.receiver().spec).unwrap();
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

#[tokio::test(flavor = "multi_thread")]
async fn every_case_ends_as_it_says() {
    let Replays { catalog, network } = Replays::new().await;
    let mut differences = Vec::new();
    let mut replayed = 0;
    for folder in provider_folders() {
        let folder_name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for case in cases::find(std::slice::from_ref(&folder)).unwrap() {
            assert_eq!(
                case.provider, folder_name,
                "{} is in the wrong folder",
                case.name
            );
            let run = cases::run(&case, &catalog, &network, limits::MAX_BODY);
            let (got, _) = run.await.unwrap();
            let found = case.expect.differences(&got);
            if !found.is_empty() {
                differences.push(format!("{}\n  {}", case.name, found.join("\n  ")));
            }
            replayed += 1;
        }
    }
    assert!(replayed > 200, "only {replayed} cases were found");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_at_the_build_is_what_a_component_says() {
    let (verify, cache) = (VerifyArgs::default(), CacheArgs::default());
    let loader = Loader::with_egress(&verify, &cache, Arc::new(Nowhere)).unwrap();
    let catalog = loader.bundled_catalog().await.unwrap();
    for bundled in BUNDLED {
        let asked = loader.one(bundled.provider, &Grants::none()).await.unwrap();
        let known = catalog.find(bundled.provider).unwrap().description;
        assert_eq!(asked.description(), &known, "{}", bundled.provider);
        assert_eq!(asked.digest(), Digest::of(bundled.wasm));
        assert!(known.validate().is_ok(), "{}", bundled.provider);
    }
}

#[test]
fn every_bundled_component_is_small() {
    const LARGEST: usize = 144 << 10;
    let large: Vec<String> = BUNDLED
        .iter()
        .filter(|bundled| bundled.wasm.len() > LARGEST)
        .map(|bundled| format!("{}: {} bytes", bundled.provider, bundled.wasm.len()))
        .collect();
    assert!(large.is_empty(), "over {LARGEST} bytes: {large:?}");
}
