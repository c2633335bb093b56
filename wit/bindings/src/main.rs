//! Writes `plugins/sdk/src/bindings.rs` from `wit/v0.1`, by the generator that the macro of
//! `wit-bindgen` calls. The SDK keeps the result, so that whoever builds a provider builds no
//! generator.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use wit_bindgen_core::{Files, WorldGenerator as _, wit_parser::Resolve};
use wit_bindgen_rust::Opts;

const CONTRACT: &str = "wit/v0.1";
const BINDINGS: &str = "plugins/sdk/src/bindings.rs";
/// The tests compare the digest that follows with the contract's.
const HEAD: &str = "//! The contract as Rust. Authors use the names re-exported by the crate.
//!
//! Written by `make bindings` from wit/v0.1/provider.wit, whose SHA-256 is
//! ";
const ATTRIBUTES: &str = "
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = \"generated: the documentation is in wit/v0.1/provider.wit\"
)]
#![allow(
    unsafe_code,
    reason = \"generated: the canonical ABI passes pointers across the boundary\"
)]

";

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let contract = root.join(CONTRACT);
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(&contract).context(CONTRACT)?;
    let world = resolve.select_world(&[package], Some("provider"))?;
    let mut files = Files::default();
    Opts {
        format: true,
        pub_export_macro: true,
        export_macro_name: Some("export_component".to_owned()),
        default_bindings_module: Some("bellpull_sdk::bindings".to_owned()),
        additional_derive_attributes: vec!["PartialEq".to_owned(), "Eq".to_owned()],
        ..Opts::default()
    }
    .build()
    .generate(&mut resolve, world, &mut files)?;
    let (_, generated) = files.iter().next().context("nothing was generated")?;

    let wit = fs::read(contract.join("provider.wit"))?;
    let mut text = String::from(HEAD);
    for byte in Sha256::digest(&wit) {
        write!(text, "{byte:02x}")?;
    }
    text.push_str(ATTRIBUTES);
    text.push_str(std::str::from_utf8(generated)?);
    let file = root.join(BINDINGS);
    fs::write(&file, text).with_context(|| file.display().to_string())?;
    Ok(())
}
