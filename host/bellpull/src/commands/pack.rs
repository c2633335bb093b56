//! Makes a component of a core module: adds the contract, and the adapter for WASI preview 1.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata, metadata};
use wit_parser::Resolve;

use crate::exit::Exit;
use crate::output;
use crate::settings::PackArgs;

const CONTRACT: &str = include_str!("../../../../wit/v0.1/provider.wit");
const WORLD: &str = "provider";

/// How every WebAssembly binary begins, and the layer of a core module (WebAssembly core specification,
/// section 5.5.16; component model, `Binary.md`).
const MAGIC: &[u8] = b"\0asm";
const CORE_MODULE: &[u8] = b"\x01\0\0\0";

pub(crate) fn run(arguments: &PackArgs) -> Result<Exit> {
    let PackArgs { module, component } = arguments;
    let bytes = fs::read(module).with_context(|| format!("reading {}", module.display()))?;
    let packed = pack(bytes).with_context(|| format!("packing {}", module.display()))?;
    fs::write(component, &packed).with_context(|| format!("writing {}", component.display()))?;
    output::line(&format!("{} ({} bytes)", component.display(), packed.len()))?;
    Ok(Exit::Success)
}

fn pack(mut module: Vec<u8>) -> Result<Vec<u8>> {
    ensure!(
        module.starts_with(MAGIC),
        "this is not WebAssembly: give the module that the compiler wrote"
    );
    ensure!(
        module
            .get(MAGIC.len()..)
            .is_some_and(|rest| rest.starts_with(CORE_MODULE)),
        "this is not a core module: a component needs no packing"
    );
    let (described, _) = metadata::decode(&module).context("reading the module")?;
    // A bindings generator may have embedded the contract already.
    if described.is_none() {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("provider.wit", CONTRACT)?;
        let world = resolve.select_world(&[package], Some(WORLD))?;
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    }
    ComponentEncoder::default()
        .validate(true)
        .module(&module)?
        .adapter(
            WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME,
            WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
        )?
        .encode()
        .context("the module does not fit the contract of wit/v0.1")
}
