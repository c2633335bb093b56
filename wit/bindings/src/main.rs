//! Writes the bindings of `wit/v0.1` into the SDKs, which keep them: whoever builds a provider builds no
//! generator.

mod c;
mod contract;
mod go;
mod rust;

use std::path::Path;

use anyhow::Result;

use crate::contract::Contract;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let contract = Contract::read(&root)?;
    rust::write(&contract, &root)?;
    c::write(&contract, &root)?;
    go::write(&contract, &root)
}
