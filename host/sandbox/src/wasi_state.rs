use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder};

/// Bytes that a guest may print to stdout and stderr together. More of them trap.
const OUTPUT: usize = 64 << 10;

/// What a guest has of WASI. Each part is made when the guest first asks for it.
#[derive(Default)]
pub(crate) struct WasiState {
    output: Option<MemoryOutputPipe>,
    ctx: Option<WasiCtx>,
}

impl WasiState {
    /// Where stdout and stderr go.
    pub(crate) fn output(&mut self) -> MemoryOutputPipe {
        let output = self
            .output
            .get_or_insert_with(|| MemoryOutputPipe::new(OUTPUT));
        output.clone()
    }

    /// Takes what the guest has printed.
    pub(crate) fn take_output(&mut self) -> Option<String> {
        let output = self.output.take()?;
        Some(String::from_utf8_lossy(&output.contents()).into_owned())
    }

    /// A context without files, environment, arguments and network.
    pub(crate) fn empty_context(&mut self) -> &mut WasiCtx {
        self.ctx.get_or_insert_with(|| {
            WasiCtxBuilder::new()
                .allow_tcp(false)
                .allow_udp(false)
                .build()
        })
    }
}
