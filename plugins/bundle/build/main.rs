//! Builds every bundled provider as a component and compiles it for the target. The store keeps the
//! results by the digest of their sources, so another build need not make them again.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "cargo reads what a build script prints"
)]

mod components;
mod inputs;
mod store;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context as _, Result};
use bellpull_engine::{Artefact, Class, Compiler, Digest, Engine, Member};

use crate::inputs::Inputs;
use crate::store::Store;

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

/// Further names that a component serves. Each has cases of its own.
const OTHER_NAMES: &[(&str, &[&str])] = &[("gitea", &["forgejo", "gogs"])];

/// The interface with `describe`.
const GUEST: &str = "bellpull:provider/guest@0.1.0";
/// A field of the description that is empty in this version of the contract.
const EXTENSIONS: &str = "extensions";

fn main() -> Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").context("OUT_DIR")?);
    let here = env::var_os("CARGO_MANIFEST_DIR").context("CARGO_MANIFEST_DIR")?;
    let root = Path::new(&here).join("../..").canonicalize()?;
    let store = Store::open(&root, &out)?;
    let inputs = Inputs::read(&root)?;
    let components = components::build_missing(&root, &inputs, &store)?;
    let maker = Maker {
        recipe: inputs.recipe(),
        compiler: Compiler::new(Some(&env::var("TARGET")?)),
        engine: Engine::new(Class::Small, 1)?,
        store: &store,
    };
    let mut table = String::from("&[\n");
    for (provider, component) in PROVIDERS.iter().zip(components) {
        let made = maker
            .make(provider, &component)
            .with_context(|| format!("the provider {provider}"))?;
        let names: Vec<&str> = names(provider).collect();
        // The store may be deleted, so the build keeps copies of what it needs.
        fs::copy(store.path(&component), out.join(format!("{provider}.wasm")))?;
        let code = out.join(format!("{provider}.cwasm"));
        if cfg!(feature = "precompiled") {
            fs::copy(store.path(&made.artefact), code)?;
        } else {
            fs::write(code, [])?;
        }
        writeln!(
            table,
            "Bundled {{ provider: {provider:?}, names: &{names:?}, digest: {:?}, description: {}, \
             wasm: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{provider}.wasm\")), \
             artefact: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{provider}.cwasm\")) }},",
            made.digest.bytes(),
            made.description,
        )?;
    }
    table.push(']');
    fs::write(out.join("bundle.rs"), table)?;
    store.forget_what_is_old()
}

/// The results for one component.
struct Made {
    digest: Digest,
    /// A Rust expression of type `Described`.
    description: String,
    /// The name of the compiled code in the store.
    artefact: String,
}

struct Maker<'a> {
    recipe: Digest,
    compiler: Compiler,
    engine: Engine,
    store: &'a Store,
}

impl Maker<'_> {
    fn make(&self, provider: &str, component: &str) -> Result<Made> {
        let wasm = fs::read(self.store.path(component))?;
        let digest = Digest::of(&wasm);
        let by_recipe = inputs::joint([digest, self.recipe]);
        let for_target = self
            .compiler
            .compatibility(&wasm)
            .context("for another architecture than this machine's, build with --features cross")?;
        let artefact = store::name(by_recipe, &format!("{for_target}.cwasm"));
        self.store
            .keep(&artefact, &format!("the code of {provider}"), || {
                Ok(self.compiler.compile(&wasm)?)
            })?;
        let description = store::name(by_recipe, "described");
        self.store.keep(
            &description,
            &format!("the description of {provider}"),
            || {
                let code = fs::read(self.store.path(&artefact))?;
                Ok(self.described(&wasm, &code)?.into_bytes())
            },
        )?;
        Ok(Made {
            digest,
            description: fs::read_to_string(self.store.path(&description))?,
            artefact,
        })
    }

    /// The description of a component, as a Rust expression of type `Described`.
    fn described(&self, wasm: &[u8], artefact: &[u8]) -> Result<String> {
        let artefact = Artefact::trusted(artefact)?;
        let mut described = String::from("Described { ");
        for (name, member) in self.engine.ask(wasm, artefact, GUEST, "describe")? {
            if name == EXTENSIONS {
                continue;
            }
            let name = name.replace('-', "_");
            match member {
                Member::Text(text) => write!(described, "{name}: {text:?}, ")?,
                Member::Texts(texts) => write!(described, "{name}: &{texts:?}, ")?,
            }
        }
        described.push('}');
        Ok(described)
    }
}

/// Every name that the component in this folder serves.
fn names(provider: &'static str) -> impl Iterator<Item = &'static str> {
    let others = OTHER_NAMES
        .iter()
        .filter(move |(name, _)| *name == provider);
    std::iter::once(provider).chain(others.flat_map(|(_, names)| names.iter().copied()))
}
