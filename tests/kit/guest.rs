//! The component of `tests/guests/rust`, built for this run.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, OnceLock};

use bellpull_engine::{Artefact, Compiler, Digest};
use bellpull_sandbox::{Grants, LoadError, Loaded, Sandbox};
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

/// Cargo in a folder, without what is meant for the compilation of the tests themselves.
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

/// Compiles in this process, since what is compiled is ours, and loads with nothing granted.
///
/// # Errors
/// Why it is not served.
///
/// # Panics
/// When it does not compile.
pub async fn load(sandbox: &Sandbox, wasm: &[u8]) -> Result<Arc<Loaded>, LoadError> {
    let artefact = Compiler::new(None).compile(wasm).expect("it compiles");
    let artefact = Artefact::trusted(&artefact).expect("it was just written");
    sandbox
        .load(artefact, Digest::of(wasm), &Grants::none())
        .await
}
