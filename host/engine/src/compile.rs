use std::hash::{Hash as _, Hasher};

use crate::config;

/// Why a component did not compile.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// This build of wasmtime cannot compile for the target.
    #[error("cannot compile for {target}: {source}")]
    Target {
        /// Target triple.
        target: String,
        /// What wasmtime says.
        source: wasmtime::Error,
    },
    /// The bytes are a core module.
    #[error(
        "this is a core WebAssembly module, not a component: make one with `wasm-tools component new`"
    )]
    CoreModule,
    /// Not WebAssembly, or beyond what is allowed.
    #[error("{0:#}")]
    Invalid(wasmtime::Error),
}

/// Compiles components for a target's baseline CPU, so that an artefact runs wherever the binary
/// does. Takes unbounded time and memory on hostile input: see the child process that runs it.
pub struct Compiler(wasmtime::Engine);

impl Compiler {
    /// A compiler for a target triple, `None` for this machine's architecture.
    ///
    /// # Errors
    /// When wasmtime has no compiler for the target.
    pub fn new(target: Option<&str>) -> Result<Self, CompileError> {
        let triple = target.map_or_else(baseline_target, ToOwned::to_owned);
        let mut config = config::portable();
        let engine = config
            .target(&triple)
            .and_then(|config| wasmtime::Engine::new(config));
        engine.map(Self).map_err(|source| CompileError::Target {
            target: triple,
            source,
        })
    }

    /// The artefact of a component.
    ///
    /// # Errors
    /// When `wasm` is not a component that the configuration admits.
    pub fn compile(&self, wasm: &[u8]) -> Result<Vec<u8>, CompileError> {
        // Bytes 4..8 are version and layer; a core module's are 1 and 0 (component-model,
        // design/mvp/Binary.md).
        if wasm.get(..8) == Some(b"\0asm\x01\0\0\0") {
            return Err(CompileError::CoreModule);
        }
        self.0
            .precompile_component(wasm)
            .map_err(CompileError::Invalid)
    }
}

/// Names what an artefact depends on besides the component: wasmtime's version and configuration.
#[must_use]
pub fn compatibility(engine: &wasmtime::Engine) -> String {
    let mut hasher = std::hash::DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn baseline_target() -> String {
    format!(
        "{}-unknown-{}-gnu",
        std::env::consts::ARCH,
        std::env::consts::OS
    )
}
