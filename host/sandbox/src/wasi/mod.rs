//! WASI 0.2 as an empty world: no files, environment, arguments or network. For guests whose
//! language's runtime asks for it.
//!
//! Every function that a guest can reach is charged as a call of the contract is, and none of them
//! waits: a guest that sleeps is charged for the time and goes on at once.

mod cli;
mod clocks;
mod poll;
mod random;
mod sockets;
mod streams;

use bellpull_engine::wasmtime;
use bellpull_engine::wasmtime::component::{HasSelf, Linker, ResourceTable};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView as _};
use wasmtime_wasi::p2::bindings as p2;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView as _};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_io::bindings::wasi::io;

use crate::state::State;

/// What a guest may write to stdout and stderr together, bytes; more traps.
const OUTPUT: usize = 64 << 10;

/// Interfaces of WASI 0.2 that a component may import: what the runtimes of Rust, C, Go,
/// JavaScript and Python, and the adapter for WASI preview 1, are linked against whether they use
/// it or not.
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

/// Whether an interface, named with its version, is among them.
pub(crate) fn offers(import: &str) -> bool {
    import.split_once('@').is_some_and(|(interface, version)| {
        INTERFACES.contains(&interface) && version.starts_with("0.2.")
    })
}

/// What a guest has of WASI, made when it first asks for it.
#[derive(Default)]
pub(crate) struct World {
    output: Option<MemoryOutputPipe>,
    ctx: Option<WasiCtx>,
}

impl World {
    fn output(&mut self) -> MemoryOutputPipe {
        let output = self
            .output
            .get_or_insert_with(|| MemoryOutputPipe::new(OUTPUT));
        output.clone()
    }

    /// Takes what the guest has printed.
    pub(crate) fn printed(&mut self) -> Option<String> {
        let output = self.output.take()?;
        Some(String::from_utf8_lossy(&output.contents()).into_owned())
    }
}

/// Offers [`INTERFACES`] to components.
pub(crate) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    fn state(state: &mut State) -> &mut State {
        state
    }
    type Own = HasSelf<State>;
    let l = linker;
    io::error::add_to_linker::<_, Own>(l, state)?;
    io::poll::add_to_linker::<_, Own>(l, state)?;
    io::streams::add_to_linker::<_, Own>(l, state)?;
    p2::cli::environment::add_to_linker::<_, Own>(l, state)?;
    p2::cli::exit::add_to_linker::<_, Own>(l, state)?;
    p2::cli::stdin::add_to_linker::<_, Own>(l, state)?;
    p2::cli::stdout::add_to_linker::<_, Own>(l, state)?;
    p2::cli::stderr::add_to_linker::<_, Own>(l, state)?;
    p2::cli::terminal_input::add_to_linker::<_, Own>(l, state)?;
    p2::cli::terminal_output::add_to_linker::<_, Own>(l, state)?;
    p2::cli::terminal_stdin::add_to_linker::<_, Own>(l, state)?;
    p2::cli::terminal_stdout::add_to_linker::<_, Own>(l, state)?;
    p2::cli::terminal_stderr::add_to_linker::<_, Own>(l, state)?;
    p2::clocks::monotonic_clock::add_to_linker::<_, Own>(l, state)?;
    p2::clocks::wall_clock::add_to_linker::<_, Own>(l, state)?;
    p2::filesystem::preopens::add_to_linker::<_, Own>(l, state)?;
    p2::random::insecure_seed::add_to_linker::<_, Own>(l, state)?;
    p2::random::random::add_to_linker::<_, Own>(l, state)?;
    let options = p2::sockets::network::LinkOptions::default();
    p2::sockets::network::add_to_linker::<_, Own>(l, &options, state)?;
    p2::sockets::instance_network::add_to_linker::<_, Own>(l, state)?;
    p2::sockets::ip_name_lookup::add_to_linker::<_, Own>(l, state)?;
    p2::sockets::tcp_create_socket::add_to_linker::<_, Own>(l, state)?;
    p2::sockets::udp_create_socket::add_to_linker::<_, Own>(l, state)?;
    // All of their functions take a descriptor or a socket, of which no guest ever has one.
    p2::filesystem::types::add_to_linker::<_, WasiFilesystem>(l, State::filesystem)?;
    p2::sockets::tcp::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    p2::sockets::udp::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    Ok(())
}

impl State {
    /// The table of what a guest holds, at the price of one host call.
    fn charged(&mut self) -> wasmtime::Result<&mut ResourceTable> {
        self.budget.host_call().map_err(wasmtime::Error::new)?;
        Ok(&mut self.table)
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let empty = || {
            WasiCtxBuilder::new()
                .allow_tcp(false)
                .allow_udp(false)
                .build()
        };
        WasiCtxView {
            ctx: self.world.ctx.get_or_insert_with(empty),
            table: &mut self.table,
        }
    }
}
