//! Builds every bundled provider as a component and compiles it for the target.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context as _, Result, bail, ensure};
use bellpull_engine::{Artefact, Class, Compiler, Digest, Engine, Member};
use wit_component::ComponentEncoder;

/// The folders of `plugins/` that ship. A new provider is one line here.
const PROVIDERS: &[&str] = &[
    "acr",
    "aws-eventbridge",
    "aws-sns",
    "azure-devops",
    "bitbucket",
    "cdevents",
    "circleci",
    "dockerhub",
    "gcr",
    "generic",
    "generic-hmac",
    "generic-oidc",
    "gitea",
    "github",
    "gitlab",
    "harbor",
    "jenkins",
    "nexus",
    "quay",
    "travis",
];

/// Names that a component has beside its folder's, each with cases of its own.
const OTHER_NAMES: &[(&str, &[&str])] = &[("gitea", &["forgejo", "gogs"])];

/// The interface by which a component says what it is.
const GUEST: &str = "bellpull:provider/guest@0.1.0";

/// Guests need no libc and no WASI, so this target gives the smallest components.
const TARGET: &str = "wasm32-unknown-unknown";

fn main() -> Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").context("OUT_DIR")?);
    let here = env::var_os("CARGO_MANIFEST_DIR").context("CARGO_MANIFEST_DIR")?;
    let root = Path::new(&here).join("../..").canonicalize()?;
    watch(&root);
    let modules = build_modules(&root, &out)?;
    let compiler = Compiler::new(Some(&env::var("TARGET")?));
    let engine = Engine::new(Class::Small, 1)?;
    let mut table = String::from("&[\n");
    for provider in PROVIDERS {
        let file = format!("bellpull_provider_{}.wasm", provider.replace('-', "_"));
        let module = fs::read(modules.join(&file)).with_context(|| file.clone())?;
        let component = ComponentEncoder::default()
            .validate(true)
            .module(&module)
            .and_then(|encoder| encoder.encode())
            .with_context(|| format!("making a component of {file}"))?;
        let artefact = compiler
            .compile(&component)
            .with_context(|| format!("compiling {file}"))?;
        fs::write(out.join(format!("{provider}.wasm")), &component)?;
        fs::write(out.join(format!("{provider}.cwasm")), &artefact)?;
        writeln!(
            table,
            "Bundled {{ provider: {provider:?}, names: &{:?}, digest: {:?}, description: {}, \
             wasm: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{provider}.wasm\")), \
             artefact: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{provider}.cwasm\")), \
             samples: &[{}] }},",
            names(provider).collect::<Vec<_>>(),
            Digest::of(&component).bytes(),
            described(&engine, &component, &artefact).with_context(|| file.clone())?,
            samples(&root, provider)?
        )?;
    }
    table.push(']');
    fs::write(out.join("bundle.rs"), table)?;
    Ok(())
}

/// What a component says it is, as a `Described` is written.
fn described(engine: &Engine, wasm: &[u8], artefact: &[u8]) -> Result<String> {
    let artefact = Artefact::trusted(artefact)?;
    let mut described = String::from("Described { ");
    for (name, member) in engine.ask(wasm, artefact, GUEST, "describe")? {
        let name = name.replace('-', "_");
        match member {
            Member::Text(text) => write!(described, "{name}: {text:?}, ")?,
            Member::Texts(texts) => write!(described, "{name}: &{texts:?}, ")?,
        }
    }
    described.push('}');
    Ok(described)
}

fn watch(root: &Path) {
    let mut inputs = vec![
        "Cargo.toml".to_owned(),
        "Cargo.lock".to_owned(),
        "wit".to_owned(),
    ];
    for folder in PROVIDERS.iter().chain(&["sdk"]) {
        inputs.push(format!("plugins/{folder}/src"));
        inputs.push(format!("plugins/{folder}/Cargo.toml"));
    }
    inputs.extend(
        PROVIDERS
            .iter()
            .flat_map(|provider| names(provider))
            .map(|name| format!("tests/cases/{name}")),
    );
    inputs.push("plugins/bundle/build.rs".to_owned());
    for input in inputs {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
}

/// One invocation for all, in a target directory of its own: the outer build holds the lock of its
/// own directory.
fn build_modules(root: &Path, out: &Path) -> Result<PathBuf> {
    check_target()?;
    let target_dir = out.join("guests");
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
    for provider in PROVIDERS {
        cargo.args(["--package", &format!("bellpull-provider-{provider}")]);
    }
    // What is meant for the host's own compilation does not fit the guests'.
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
    // Panics name their source: a component should not depend on whose machine built it.
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

/// Every name that the component in this folder has.
fn names(provider: &'static str) -> impl Iterator<Item = &'static str> {
    let others = OTHER_NAMES
        .iter()
        .filter(move |(name, _)| *name == provider);
    std::iter::once(provider).chain(others.flat_map(|(_, names)| names.iter().copied()))
}

/// The cases that `bellpull send` can sign, with the files beside them.
fn samples(root: &Path, provider: &'static str) -> Result<String> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for name in names(provider) {
        let cases = root.join("tests/cases").join(name);
        for entry in fs::read_dir(&cases).with_context(|| cases.display().to_string())? {
            folders.push(entry?.path());
        }
    }
    folders.sort();
    let mut samples = String::new();
    for folder in folders {
        let case = folder.join("case.yaml");
        let Ok(text) = fs::read_to_string(&case) else {
            continue;
        };
        if !text.lines().any(|line| line.starts_with("sample:")) {
            continue;
        }
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        write!(
            samples,
            "Sample {{ name: {name:?}, case: include_str!({case:?}), files: &["
        )?;
        let mut files: Vec<PathBuf> = fs::read_dir(&folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        files.sort();
        for file in files.iter().filter(|file| **file != case) {
            let name = file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            write!(samples, "({name:?}, include_bytes!({file:?})), ")?;
        }
        samples.push_str("] }, ");
    }
    Ok(samples)
}
