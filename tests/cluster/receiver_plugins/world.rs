//! A directory with ReceiverPlugins, and the server over it.

use std::cell::RefCell;
use std::sync::Arc;

use bellpull_egress::{RegistryHttp, RegistryHttpSettings};
use bellpull_registry::{Anonymous, Registry as Client};
use bellpull_signature::{BUNDLE_TYPE, MAX_BUNDLE};
use bellpull_tests::cluster::artefacts::{Author, Published, Signer};
use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::manifests::{TOKEN, path, put, receiver, token};
use bellpull_tests::serve::{ADMIN, Served, request};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What a delivery is answered while nothing serves its Receiver.
pub(super) const CLOSED: (u16, &str) = (503, "unavailable");
pub(super) const NOTIFIED: (u16, &str) = (200, "notified");
pub(super) const IGNORED: (u16, &str) = (200, "ignored");

/// A directory with the Receiver `mine` of `acme`, and a cache.
pub(super) struct FolderWorld {
    pub(super) manifests: TempDir,
    cache: TempDir,
}

impl FolderWorld {
    pub(super) fn new() -> Self {
        let world = Self {
            manifests: tempfile::tempdir().unwrap(),
            cache: tempfile::tempdir().unwrap(),
        };
        world.put("token", &token());
        world.receives("mine", "acme");
        world
    }

    /// Puts a manifest into the directory.
    pub(super) fn put(&self, name: &str, manifest: &str) {
        put(self.manifests.path(), &format!("{name}.yaml"), manifest);
    }

    /// Takes a manifest away.
    pub(super) fn remove(&self, name: &str) {
        std::fs::remove_file(self.manifests.path().join(format!("{name}.yaml"))).unwrap();
    }

    /// A Receiver of this provider.
    pub(super) fn receives(&self, name: &str, provider: &str) {
        let spec = format!("{{type: {provider}, secretRef: {{name: token}}, resources: []}}");
        self.put(name, &receiver(name, &spec));
    }

    /// A Receiver that notifies a ReceiverPlugin.
    pub(super) fn rings(&self, receiver_name: &str, plugin: &str) {
        let spec = json!({
            "type": "generic",
            "secretRef": {"name": "token"},
            "resources": [{"apiVersion": "bellpull.dev/v1alpha1", "kind": "ReceiverPlugin", "name": plugin}],
        });
        self.put(receiver_name, &receiver(receiver_name, &spec.to_string()));
    }

    pub(super) fn declares(&self, name: &str, spec: &Value) {
        self.declares_with(name, &json!({}), spec);
    }

    /// A ReceiverPlugin with annotations.
    pub(super) fn declares_with(&self, name: &str, annotations: &Value, spec: &Value) {
        let manifest = json!({
            "apiVersion": "bellpull.dev/v1alpha1",
            "kind": "ReceiverPlugin",
            "metadata": {"name": name, "annotations": annotations},
            "spec": spec,
        });
        self.put(&format!("plugin-{name}"), &manifest.to_string());
    }

    /// Serves, and waits for the first attempt of each ReceiverPlugin. The shared registry may be asked by http.
    pub(super) fn serve(&self, arguments: &[&str]) -> Served {
        let cache = self.cache.path().to_str().unwrap();
        let host = Registry::shared().host();
        let ours = [&["--cache-dir", cache, "--plain-http", &host], &ADMIN[..]].concat();
        Served::start(self.manifests.path(), &[&ours[..], arguments].concat())
    }
}

/// A component of `acme` in the shared registry, signed.
pub(super) fn signed(author: &Author<'_>, signer: &Signer, tag: &str, wasm: &[u8]) -> Published {
    let artefact = author.push(tag, wasm);
    signer.sign(&artefact);
    artefact
}

/// A client of the shared registry.
fn client() -> Client {
    let settings = RegistryHttpSettings {
        plain_http: vec![Registry::shared().host()],
        ..RegistryHttpSettings::default()
    };
    let http = RegistryHttp::new(settings).unwrap();
    Client::new(http, Arc::new(Anonymous), 1 << 20)
}

/// The bundles that are attached to an artefact of the shared registry.
pub(super) async fn attached(artefact: &Published) -> Vec<Vec<u8>> {
    let (client, artefact) = (client(), artefact.reference.parse().unwrap());
    let bundles = client.attached(&artefact, BUNDLE_TYPE, MAX_BUNDLE as u64);
    bundles.await.unwrap()
}

/// Attaches bundles to an artefact of the shared registry.
pub(super) async fn attach(artefact: &Published, bundles: Vec<Vec<u8>>) {
    let (client, artefact) = (client(), artefact.reference.parse().unwrap());
    for bundle in bundles {
        let attached = client.attach(&artefact, BUNDLE_TYPE, bundle.into(), &[]);
        attached.await.unwrap();
    }
}

/// A spec that takes this tag if this signer has signed it.
pub(super) fn tagged(author: &Author<'_>, signer: &Signer, tag: &str) -> Value {
    json!({
        "source": {"oci": {"url": author.url(), "tag": tag, "insecure": true}},
        "verify": {"keys": [{"name": "release", "pem": signer.public}]},
        "providers": ["acme"],
    })
}

/// A spec with some members replaced. A null removes one.
pub(super) fn but(mut spec: Value, members: Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        match value {
            Value::Null => drop(spec.as_object_mut().unwrap().remove(name)),
            value => spec[name] = value.clone(),
        }
    }
    spec
}

/// Posts to a Receiver of the directory: status and outcome.
pub(super) fn deliver(served: &Served, receiver: &str) -> (u16, String) {
    let target = path(receiver, TOKEN);
    let (status, told) = request(served.receiver, "POST", &target, &[], b"{}");
    let told: Value = serde_json::from_str(&told).unwrap_or_default();
    let outcome = told["outcome"].as_str().unwrap_or_default();
    (status, outcome.to_owned())
}

#[track_caller]
pub(super) fn delivers(served: &Served, receiver: &str, expected: (u16, &str)) {
    let (status, outcome) = deliver(served, receiver);
    let told = (status, outcome.as_str());
    assert_eq!(told, expected, "{receiver}\n{}", served.stderr());
}

/// Posts until the answer is as wanted.
#[track_caller]
pub(super) fn until_delivers(served: &Served, receiver: &str, expected: (u16, &str)) {
    served.until(&format!("answering {receiver} {expected:?}"), || {
        let (status, outcome) = deliver(served, receiver);
        (status, outcome.as_str()) == expected
    });
}

/// Why a ReceiverPlugin was not ready when it was told last: the reason and the message.
pub(super) fn problem(served: &Served, plugin: &str) -> Option<(String, String)> {
    let log = served.stderr();
    let mut lines = log.lines().rev();
    lines.find_map(|line| {
        let line: Value = serde_json::from_str(line).ok()?;
        let is_it = line["plugin"] == plugin && line["message"] == "ReceiverPlugin not ready";
        let text = |name: &str| line[name].as_str().map(ToOwned::to_owned);
        is_it.then_some(text("reason").zip(text("detail")))?
    })
}

/// Waits until a ReceiverPlugin is not ready for this reason, with this part of the message.
#[track_caller]
pub(super) fn until_problem(served: &Served, plugin: &str, reason: &str, part: &str) {
    let last = RefCell::new(None);
    let came = bellpull_tests::patience::comes(|| {
        let told = problem(served, plugin);
        let wanted = told
            .as_ref()
            .is_some_and(|told| told.0 == reason && told.1.contains(part));
        last.replace(told);
        wanted
    });
    assert!(
        came,
        "{plugin}: not {reason} with {part:?}, but {:?}\n{}",
        last.borrow(),
        served.stderr()
    );
}

/// What the admin listener tells of a ReceiverPlugin.
pub(super) fn state(served: &Served, plugin: &str) -> Value {
    let page: Vec<Value> = serde_json::from_str(&served.plugins()).unwrap();
    let source = format!("ReceiverPlugin/{plugin}");
    let mut rows = page.into_iter();
    rows.find(|row| row["source"] == source.as_str())
        .unwrap_or_default()
}
