use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use bellpull_engine::Digest;

use crate::PROVIDERS;

/// Digests of everything that the components are made from.
pub(crate) struct Inputs {
    recipe: Digest,
    shared: Digest,
    own: Vec<Digest>,
}

impl Inputs {
    /// Reads the sources, and tells cargo to watch them.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let recipe = joint([
            folder(&root.join("plugins/bundle"))?,
            folder(&root.join("host/engine"))?,
        ]);
        let shared = joint([
            file(&root.join("Cargo.toml"))?,
            file(&root.join("Cargo.lock"))?,
            folder(&root.join("plugins/sdk"))?,
            Digest::of(&compiler()?),
        ]);
        let own = PROVIDERS
            .iter()
            .map(|provider| folder(&root.join("plugins").join(provider)))
            .collect::<Result<_>>()?;
        Ok(Self {
            recipe,
            shared,
            own,
        })
    }

    /// The digest of the code that makes and compiles components.
    pub(crate) fn recipe(&self) -> Digest {
        self.recipe
    }

    /// The digests of all inputs of each provider's component, in the order of [`PROVIDERS`].
    pub(crate) fn of_components(&self) -> impl Iterator<Item = Digest> {
        let rest = [self.recipe, self.shared];
        self.own
            .iter()
            .map(move |own| joint([*own].into_iter().chain(rest)))
    }
}

/// One digest of several.
pub(crate) fn joint(digests: impl IntoIterator<Item = Digest>) -> Digest {
    let bytes: Vec<u8> = digests.into_iter().flat_map(Digest::bytes).collect();
    Digest::of(&bytes)
}

fn file(file: &Path) -> Result<Digest> {
    println!("cargo::rerun-if-changed={}", file.display());
    let bytes = fs::read(file).with_context(|| file.display().to_string())?;
    Ok(Digest::of(&bytes))
}

/// The digest of all names and contents in a folder.
fn folder(folder: &Path) -> Result<Digest> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut digests = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).with_context(|| next.display().to_string())?;
        let mut paths: Vec<PathBuf> = entries
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_>>()?;
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder)?.to_string_lossy();
            digests.push(Digest::of(name.as_bytes()));
            digests.push(file(&path)?);
        }
    }
    Ok(joint(digests))
}

/// The version of the compiler, with its commit.
fn compiler() -> Result<Vec<u8>> {
    let rustc = std::env::var_os("RUSTC").context("RUSTC")?;
    Ok(Command::new(rustc).arg("-vV").output()?.stdout)
}
