//! WASI 0.2 without files, environment, arguments and network, for languages whose runtime imports it.
//!
//! No function waits: a guest that sleeps is charged for the time and goes on at once.

mod cli;
mod clocks;
mod poll;
mod random;
mod sockets;
mod streams;

use bellpull_engine::wasmtime;
use bellpull_engine::wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView as _};
use wasmtime_wasi::p2::bindings as p2;
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView as _};
use wasmtime_wasi::{WasiCtxView, WasiView};
use wasmtime_wasi_io::bindings::wasi::io;

use crate::host_call::{HostCall, HostCalls};
use crate::store::StoreData;

/// Interfaces of WASI 0.2 that a component may import. The runtimes of Rust, C, Go, JavaScript and Python
/// and the adapter for WASI preview 1 are linked against them whether they use them or not.
pub(crate) const INTERFACES: [&str; 26] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/instance-network",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/network",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];

/// Whether [`INTERFACES`] has the import, which is named with its version.
pub(crate) fn offers(import: &str) -> bool {
    import.split_once('@').is_some_and(|(interface, version)| {
        INTERFACES.contains(&interface) && version.starts_with("0.2.")
    })
}

/// Offers [`INTERFACES`] to components.
pub(crate) fn link(linker: &mut Linker<StoreData>) -> wasmtime::Result<()> {
    let (l, enter) = (linker, HostCall::enter);
    io::error::add_to_linker::<_, HostCalls>(l, enter)?;
    io::poll::add_to_linker::<_, HostCalls>(l, enter)?;
    io::streams::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::cli::environment::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::cli::exit::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::cli::stdin::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::cli::stdout::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::cli::stderr::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::cli::terminal_input::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::cli::terminal_output::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::cli::terminal_stdin::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::cli::terminal_stdout::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::cli::terminal_stderr::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::clocks::monotonic_clock::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::clocks::wall_clock::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::filesystem::preopens::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::random::insecure_seed::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::random::random::add_to_linker::<_, HostCalls>(l, enter)?;
    let options = p2::sockets::network::LinkOptions::default();
    p2::sockets::network::add_to_linker::<_, HostCalls>(l, &options, enter)?;
    p2::sockets::instance_network::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::sockets::ip_name_lookup::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::sockets::tcp_create_socket::add_to_linker::<_, HostCalls>(l, enter)?;
    p2::sockets::udp_create_socket::add_to_linker::<_, HostCalls>(l, enter)?;
    // All of these functions take a descriptor or a socket, and no guest ever has one. So they need not
    // be charged.
    p2::filesystem::types::add_to_linker::<_, WasiFilesystem>(l, StoreData::filesystem)?;
    p2::sockets::tcp::add_to_linker::<_, WasiSockets>(l, StoreData::sockets)?;
    p2::sockets::udp::add_to_linker::<_, WasiSockets>(l, StoreData::sockets)?;
    Ok(())
}

impl HostCall<'_> {
    fn table(&mut self) -> wasmtime::Result<&mut ResourceTable> {
        Ok(&mut self.store()?.table)
    }
}

impl WasiView for StoreData {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: self.wasi.empty_context(),
            table: &mut self.table,
        }
    }
}
