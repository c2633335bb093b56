//! The component of `tests/guests/rust`, built for this run.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, OnceLock};

use bellpull::plan_types::SandboxRoute;
use bellpull_core::{ReceiverObject, SecretObject};
use bellpull_engine::{Artefact, Compiler, Digest};
use bellpull_filter::CelFilters;
use bellpull_plan::{Objects, Planner};
use bellpull_ports::Entry;
use bellpull_sandbox::{Catalog, Grants, LoadError, LoadedComponent, Sandbox};
use wit_component::ComponentEncoder;

/// The component's bytes.
///
/// # Panics
/// When it does not build.
pub fn component() -> &'static [u8] {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    COMPONENT.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let target = root.join("target/test-guests");
        let mut cargo = cargo(&root);
        cargo
            .args(["build", "--quiet", "--locked", "--profile", "guest"])
            .args([
                "--target",
                "wasm32-unknown-unknown",
                "--package",
                "bellpull-test-guest",
            ])
            .arg("--target-dir")
            .arg(&target);
        assert!(
            cargo.status().expect("cargo runs").success(),
            "the guest builds"
        );
        let module = target.join("wasm32-unknown-unknown/guest/bellpull_test_guest.wasm");
        let module = std::fs::read(module).expect("the guest's module");
        ComponentEncoder::default()
            .validate(true)
            .module(&module)
            .expect("a module")
            .encode()
            .expect("a component")
    })
}

/// Cargo in a folder, without the variables that belong to the build of the tests.
pub(crate) fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(folder);
    for variable in [
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
    ] {
        cargo.env_remove(variable);
    }
    cargo
}

/// Compiles a component of ours in this process, and loads it without grants.
///
/// # Errors
/// Why it is not served.
///
/// # Panics
/// When it does not compile.
pub async fn load(sandbox: &Sandbox, wasm: &[u8]) -> Result<Arc<LoadedComponent>, LoadError> {
    let artefact = Compiler::new(None).compile(wasm).expect("it compiles");
    let artefact = Artefact::trusted(&artefact).expect("it was just written");
    sandbox
        .load(artefact, Digest::of(wasm), &Grants::none())
        .await
}

/// The routes to Receivers, in the order of their names. All of them are served.
///
/// # Panics
/// When one is not served.
pub async fn routes(
    receivers: Vec<ReceiverObject>,
    secret: SecretObject,
    catalog: &Catalog,
) -> Vec<Arc<SandboxRoute>> {
    let count = receivers.len();
    let objects = Objects::new(receivers, [secret]);
    let filters = CelFilters::default();
    let plan = Planner::new().plan(&objects, catalog, &filters).await;
    let entries = plan.routes.iter();
    let served = entries.filter_map(|(_, entry)| match entry {
        Entry::Serving(route) => Some(Arc::clone(route)),
        Entry::Unavailable { .. } => None,
    });
    let mut routes: Vec<Arc<SandboxRoute>> = served.collect();
    routes.sort_by(|a, b| a.bound.id().cmp(b.bound.id()));
    // A Receiver may have a path of its previous token too.
    routes.dedup_by(|a, b| a.bound.id() == b.bound.id());
    assert_eq!(routes.len(), count, "{:?}", plan.receivers);
    routes
}
