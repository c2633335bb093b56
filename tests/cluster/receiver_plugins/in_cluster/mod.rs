//! ReceiverPlugins on a real API server.

mod absent;
mod namespaces;
mod replicas;
mod rings;
mod rollback;
mod status;

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use bellpull_tests::cluster::artefacts::{Author, Signer};
use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::cluster::{ControlPlane, Identity, flux, install_role};
use bellpull_tests::manifests::TOKEN;
use bellpull_tests::serve::{Served, request, run, said};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::world::{World, condition};

/// A control plane with Bellpull's definitions. ReceiverPlugins belong to no namespace, so that one test at a time
/// has it.
struct PluginWorld {
    world: World<'static>,
    cache: TempDir,
    _turn: MutexGuard<'static, ()>,
}

fn plane() -> &'static ControlPlane {
    static PREPARED: OnceLock<ControlPlane> = OnceLock::new();
    PREPARED.get_or_init(|| {
        let plane = ControlPlane::start().expect("a control plane");
        flux::install_flux_crds(&plane).expect("Flux's kinds");
        install_role(&plane);
        let (code, definition, stderr) = said(&run(&["crds"]));
        assert_eq!(code, Some(0), "{stderr}");
        plane.kubectl().apply(&definition);
        let name = "crd/receiverplugins.bellpull.dev";
        let wait = ["wait", "--for=condition=Established", "--timeout=60s", name];
        plane.kubectl().ok(&wait);
        plane
    })
}

impl PluginWorld {
    fn new(prefix: &str) -> Self {
        static TURNS: Mutex<()> = Mutex::new(());
        let turn = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
        let world = World::of(plane(), prefix);
        world.kubectl.ok(&["delete", "receiverplugins", "--all"]);
        Self {
            world,
            cache: tempfile::tempdir().unwrap(),
            _turn: turn,
        }
    }

    /// Bellpull for this namespace, which may ask the shared registry by http.
    fn serve(&self, arguments: &[&str]) -> Served {
        let host = Registry::shared().host();
        self.serve_without_registry(&[&["--plain-http", &host], arguments].concat())
    }

    /// Bellpull with a cache of its own, which may not ask the shared registry.
    fn serve_without_registry(&self, arguments: &[&str]) -> Served {
        let cache = self.cache.path().to_str().unwrap();
        self.world
            .bellpull(&[&["--cache-dir", cache], arguments].concat())
    }

    fn declares(&self, name: &str, spec: &Value) {
        self.world.kubectl.apply(&manifest(name, spec));
    }

    /// The Receiver `mine` of `acme`.
    fn receives(&self) {
        let spec = "{type: acme, secretRef: {name: token}, resources: []}";
        self.world.receiver("mine", spec);
    }

    /// Waits until a ReceiverPlugin is as wanted.
    #[track_caller]
    fn until(&self, name: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.world
            .kubectl
            .until(what, &["receiverplugin", name], wanted)
    }

    /// Waits until the Ready condition of the present generation has this status and reason.
    #[track_caller]
    fn until_ready(&self, name: &str, status: &str, reason: &str) -> Value {
        let what = format!("Ready={status} {reason}");
        self.until(name, &what, |plugin| {
            let is_observed =
                plugin["status"]["observedGeneration"] == plugin["metadata"]["generation"];
            let told = condition(plugin, "Ready");
            is_observed && told.is_some_and(|told| (told.0, told.1) == (status, reason))
        })
    }

    /// Posts to the Receiver `mine` until the answer is as wanted.
    #[track_caller]
    fn until_delivers(&self, served: &Served, expected: (u16, &str)) {
        let target = self.world.path("mine", TOKEN);
        served.until(&format!("answering {expected:?}"), || {
            let (status, told) = request(served.receiver, "POST", &target, &[], b"{}");
            let told: Value = serde_json::from_str(&told).unwrap_or_default();
            (status, told["outcome"].as_str().unwrap_or_default()) == expected
        });
    }

    fn annotate(&self, name: &str, annotation: &str) {
        let arguments = [
            "annotate",
            "--overwrite",
            "receiverplugin",
            name,
            annotation,
        ];
        self.world.kubectl.ok(&arguments);
    }
}

fn manifest(name: &str, spec: &Value) -> String {
    json!({
        "apiVersion": "bellpull.dev/v1alpha1",
        "kind": "ReceiverPlugin",
        "metadata": {"name": name},
        "spec": spec,
    })
    .to_string()
}

/// An author with a repository in the shared registry, and somebody who signs.
fn publisher(repository: &str) -> (Author<'static>, Signer) {
    let author = Author::new(Registry::shared(), &format!("in-cluster/{repository}"));
    (author, Signer::new())
}

/// `bellpull plugins rollback` as the administrator: the exit code and what it says.
fn roll_back(arguments: &[&str]) -> (Option<i32>, String) {
    let kubeconfig = plane().kubeconfig_of(Identity::Admin);
    let flag = ["--kubeconfig", kubeconfig.to_str().unwrap()];
    let command = [&["plugins", "rollback"], arguments, &flag].concat();
    let (code, stdout, stderr) = said(&run(&command));
    (code, format!("{stdout}{stderr}"))
}
