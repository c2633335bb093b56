//! The bindings of the SDK for Rust, by the generator that the macro of `wit-bindgen` calls.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use wit_bindgen_rust::Opts;

use crate::contract::Contract;

const FILE: &str = "plugins/sdk/src/bindings.rs";
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

pub(crate) fn write(contract: &Contract, root: &Path) -> Result<()> {
    let generator = Opts {
        format: true,
        pub_export_macro: true,
        export_macro_name: Some("export_component".to_owned()),
        default_bindings_module: Some("bellpull_sdk::bindings".to_owned()),
        additional_derive_attributes: vec!["PartialEq".to_owned(), "Eq".to_owned()],
        ..Opts::default()
    };
    let files = contract.generate(Box::new(generator.build()))?;
    let (_, generated) = files.iter().next().context("nothing was generated")?;
    let generated = std::str::from_utf8(generated)?;
    let text = [HEAD, &contract.digest, ATTRIBUTES, generated].concat();
    let file = root.join(FILE);
    fs::write(&file, text).with_context(|| file.display().to_string())
}
