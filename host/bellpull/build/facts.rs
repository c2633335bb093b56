//! What `bellpull version` says that only a build knows.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use toml::Table;

/// Sets the variables that the command is compiled with: the target, and the version of wasmtime.
pub(crate) fn write(root: &Path) -> Result<()> {
    let lock = root.join("Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    let text = fs::read_to_string(&lock).with_context(|| lock.display().to_string())?;
    let locked: Table = text.parse().with_context(|| lock.display().to_string())?;
    let wasmtime = version_of(&locked, "wasmtime").context("Cargo.lock has no wasmtime")?;
    println!("cargo::rustc-env=BELLPULL_WASMTIME={wasmtime}");
    println!("cargo::rustc-env=BELLPULL_TARGET={}", env::var("TARGET")?);
    Ok(())
}

fn version_of<'l>(locked: &'l Table, name: &str) -> Option<&'l str> {
    let packages = locked.get("package")?.as_array()?;
    let named = packages.iter().find(|package| {
        package
            .get("name")
            .is_some_and(|of| of.as_str() == Some(name))
    });
    named?.get("version")?.as_str()
}
