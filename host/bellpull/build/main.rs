//! Embeds the files that `bellpull new` writes and the samples that `bellpull send` sends.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "cargo reads what a build script prints"
)]

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
    kits::write(&root, &here, &out)?;
    samples::write(&root, &out)
}
