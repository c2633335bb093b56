//! Embeds the files that `bellpull new` writes, the samples that `bellpull send` sends, and what
//! `bellpull version` says of the build.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "cargo reads what a build script prints"
)]

mod facts;
mod kits;
mod samples;

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

fn main() -> Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").context("CARGO_MANIFEST_DIR")?);
    let root = here.join("../..").canonicalize()?;
    let out = PathBuf::from(env::var_os("OUT_DIR").context("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", here.join("build").display());
    facts::write(&root)?;
    kits::write(&root, &here, &out)?;
    samples::write(&root, &out)
}
