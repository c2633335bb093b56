//! Whether a component fits the contract, and its linked form.

use bellpull_engine::Engine;
use bellpull_engine::wasmtime::component::Component;
use bellpull_engine::wasmtime::component::types::ComponentItem;

use crate::error::LoadError;
use crate::runtime::Runtime;
use crate::shape::{GUEST, Shape};
use crate::{v0_1, wasi};

/// Versions of the contract that a component may be made for.
pub const CONTRACTS: [&str; 1] = ["0.1.0"];

/// Checks a component against the contract and links it.
pub(crate) fn link(runtime: &Runtime, component: &Component) -> Result<v0_1::Guest, LoadError> {
    check_exports(&runtime.engine, component)?;
    check_wasi(&Shape::of(&runtime.engine, component).imports)?;
    let pre = runtime
        .linker
        .instantiate_pre(component)
        .map_err(LoadError::Link)?;
    v0_1::Guest::new(pre).map_err(LoadError::Link)
}

fn check_wasi(imports: &[String]) -> Result<(), LoadError> {
    let mut refused = imports
        .iter()
        .filter(|name| name.starts_with("wasi:") && !wasi::offers(name));
    let Some(refused) = refused.next() else {
        return Ok(());
    };
    let version = refused.split_once('@').map(|(_, version)| version);
    let is_other = version.is_some_and(|version| !version.starts_with("0.2."));
    Err(match is_other {
        true => LoadError::OtherWasi(refused.clone()),
        false => LoadError::Wasi(refused.clone()),
    })
}

fn check_exports(engine: &Engine, component: &Component) -> Result<(), LoadError> {
    let engine = engine.wasmtime();
    let ty = component.component_type();
    let exports: Vec<&str> = ty
        .exports(engine)
        .filter(|(_, item)| matches!(item.ty, ComponentItem::ComponentInstance(_)))
        .map(|(name, _)| name)
        .collect();
    if !exports.contains(&v0_1::GUEST) {
        return Err(match exports.iter().find(|name| name.starts_with(GUEST)) {
            Some(found) => LoadError::Version {
                found: (*found).to_owned(),
            },
            None if exports.is_empty() => LoadError::NoGuest {
                found: "nothing".to_owned(),
            },
            None => LoadError::NoGuest {
                found: exports.join(", "),
            },
        });
    }
    Ok(())
}
