//! What a component may import, one file per interface.

mod credentials;
mod crypto;
mod delivery;
mod document;
mod egress;
mod small;

use bellpull_engine::wasmtime;
use bellpull_engine::wasmtime::component::{HasSelf, Linker};

pub(super) use credentials::hashed_length;

use super::bindings::bellpull::provider as wit;
use crate::state::State;

#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub use document::Document;

pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    fn state(state: &mut State) -> &mut State {
        state
    }
    wit::types::add_to_linker::<_, HasSelf<State>>(linker, state)?;
    wit::delivery::add_to_linker::<_, HasSelf<State>>(linker, state)?;
    wit::document::add_to_linker::<_, HasSelf<State>>(linker, state)?;
    wit::credentials::add_to_linker::<_, HasSelf<State>>(linker, state)?;
    wit::crypto::add_to_linker::<_, HasSelf<State>>(linker, state)?;
    wit::jwt::add_to_linker::<_, HasSelf<State>>(linker, state)?;
    wit::fetch::add_to_linker::<_, HasSelf<State>>(linker, state)?;
    wit::clock::add_to_linker::<_, HasSelf<State>>(linker, state)?;
    wit::log::add_to_linker::<_, HasSelf<State>>(linker, state)?;
    Ok(())
}
