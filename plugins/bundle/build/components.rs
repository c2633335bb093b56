use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context as _, Result, bail, ensure};
use wit_component::ComponentEncoder;

use crate::PROVIDERS;
use crate::inputs::Inputs;
use crate::store::{self, Store};

/// Guests need neither libc nor WASI, so this target gives the smallest components.
const TARGET: &str = "wasm32-unknown-unknown";

/// Builds the components that the store lacks. Returns the names of all components in the store, in
/// the order of [`PROVIDERS`].
pub(crate) fn build_missing(root: &Path, inputs: &Inputs, store: &Store) -> Result<Vec<String>> {
    let names: Vec<String> = inputs
        .of_components()
        .map(|of| store::name(of, "wasm"))
        .collect();
    let missing: Vec<(&str, &str)> = PROVIDERS
        .iter()
        .copied()
        .zip(names.iter().map(String::as_str))
        .filter(|(_, name)| !store.has(name))
        .collect();
    if !missing.is_empty() {
        let providers: Vec<&str> = missing.iter().map(|(provider, _)| *provider).collect();
        let modules = build(root, store, &providers)?;
        for (provider, name) in missing {
            let what = format!("the component of {provider}");
            store.keep(name, &what, || component(&modules, provider))?;
        }
    }
    Ok(names)
}

fn component(modules: &Path, provider: &str) -> Result<Vec<u8>> {
    let file = format!("bellpull_provider_{}.wasm", provider.replace('-', "_"));
    let module = fs::read(modules.join(&file)).with_context(|| file.clone())?;
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|mut encoder| encoder.encode())
        .with_context(|| format!("making a component of {file}"))
}

/// Builds all modules by one run of cargo. It has a target directory of its own, because the outer
/// build holds the lock of its directory.
fn build(root: &Path, store: &Store, providers: &[&str]) -> Result<PathBuf> {
    check_target()?;
    let target_dir = store.path("build");
    let mut cargo = Command::new(env::var_os("CARGO").context("CARGO")?);
    cargo
        .current_dir(root)
        .args([
            "build",
            "--locked",
            "--profile",
            "guest",
            "--target",
            TARGET,
            "--target-dir",
        ])
        .arg(&target_dir);
    for provider in providers {
        cargo.args(["--package", &format!("bellpull-provider-{provider}")]);
    }
    // These are meant for the compilation of the host and do not fit the guests.
    for variable in [
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "CARGO_BUILD_TARGET",
        "CARGO_TARGET_DIR",
        "CARGO_BUILD_TARGET_DIR",
    ] {
        cargo.env_remove(variable);
    }
    // A panic names its source file. Without a remapping the component would depend on the paths of
    // the machine.
    let cargo_home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .context("CARGO_HOME")?;
    cargo.env(
        "RUSTFLAGS",
        format!(
            "--remap-path-prefix={}=/cargo --remap-path-prefix={}=/bellpull",
            cargo_home.display(),
            root.display()
        ),
    );
    let status = cargo.status().context("running cargo for the guests")?;
    ensure!(
        status.success(),
        "building the bundled providers failed, see above"
    );
    Ok(target_dir.join(TARGET).join("guest"))
}

fn check_target() -> Result<()> {
    let rustc = env::var_os("RUSTC").context("RUSTC")?;
    let output = Command::new(rustc).args(["--print", "sysroot"]).output()?;
    let sysroot = PathBuf::from(String::from_utf8(output.stdout)?.trim());
    if !sysroot.join("lib/rustlib").join(TARGET).exists() {
        bail!("the bundled providers are WebAssembly: run `rustup target add {TARGET}`");
    }
    Ok(())
}
