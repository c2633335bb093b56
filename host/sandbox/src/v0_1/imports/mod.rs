//! What a component may import, one file per interface.

mod answer;
mod clock;
mod credentials;
mod crypto;
mod delivery;
mod document;
mod fetch;
mod jwt;
mod log;
mod message;

use bellpull_engine::wasmtime;
use bellpull_engine::wasmtime::component::Linker;

use super::bindings::bellpull::provider as wit;
use crate::host_call::{HostCall, HostCalls};
use crate::store::StoreData;

/// Offers the imports of the contract to components.
pub(crate) fn link(linker: &mut Linker<StoreData>) -> wasmtime::Result<()> {
    wit::types::add_to_linker::<_, HostCalls>(linker, HostCall::enter)?;
    wit::delivery::add_to_linker::<_, HostCalls>(linker, HostCall::enter)?;
    wit::document::add_to_linker::<_, HostCalls>(linker, HostCall::enter)?;
    wit::credentials::add_to_linker::<_, HostCalls>(linker, HostCall::enter)?;
    wit::crypto::add_to_linker::<_, HostCalls>(linker, HostCall::enter)?;
    wit::jwt::add_to_linker::<_, HostCalls>(linker, HostCall::enter)?;
    wit::fetch::add_to_linker::<_, HostCalls>(linker, HostCall::enter)?;
    wit::clock::add_to_linker::<_, HostCalls>(linker, HostCall::enter)?;
    wit::log::add_to_linker::<_, HostCalls>(linker, HostCall::enter)?;
    Ok(())
}

impl wit::types::Host for HostCall<'_> {}
