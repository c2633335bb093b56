use std::hash::{DefaultHasher, Hash as _, Hasher};

use wasmparser::{Validator, WasmFeatures};

use crate::class::Class;
use crate::config;

/// Why a component cannot be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// This build of wasmtime cannot compile for the target.
    #[error("cannot compile for {target}: {source}")]
    Target {
        target: String,
        source: wasmtime::Error,
    },
    /// The bytes are a core module.
    #[error(
        "this is a core WebAssembly module, not a component: make one of it with `bellpull pack`, \
         or build it for wasm32-wasip2"
    )]
    CoreModule,
    /// The bytes do not begin as WebAssembly does.
    #[error("this is not a WebAssembly component: it begins as something else")]
    NotWasm,
    /// The bytes begin as a component and are not valid.
    #[error("this is not a WebAssembly component: {0}")]
    NotComponent(wasmparser::BinaryReaderError),
    /// The component has asynchronous functions, streams or futures, as components for WASI 0.3 have.
    #[error(
        "it is built for WASI 0.3, or has asynchronous functions, which this contract does not take: \
         build it for WASI 0.2 (wasm32-wasip2), with synchronous functions"
    )]
    Asynchronous,
    /// A core module has several memories. Composed components may have one each.
    #[error(
        "a core module in it uses several memories, which this Bellpull does not take: build each module \
         with one memory"
    )]
    MultiMemory,
    /// The component uses a feature that is switched off, or passes a limit of wasmtime.
    #[error("{0:#}")]
    Invalid(wasmtime::Error),
}

/// Compiles components for the baseline CPU of a target, so that an artefact runs wherever the binary
/// does. Hostile input makes it take unbounded time and memory: run it in a limited child process.
pub struct Compiler {
    target: String,
}

impl Compiler {
    /// A compiler for a target triple; `None` is the architecture of this machine.
    #[must_use]
    pub fn new(target: Option<&str>) -> Self {
        Self {
            target: target.map_or_else(baseline_target, ToOwned::to_owned),
        }
    }

    /// Compiles a component. The artefact is a byte for its class, followed by its code.
    ///
    /// # Errors
    /// When `wasm` is not a component, or the configuration does not allow it.
    pub fn compile(&self, wasm: &[u8]) -> Result<Vec<u8>, CompileError> {
        // Bytes 4..8 are version and layer; a core module's are 1 and 0 (component-model,
        // design/mvp/Binary.md).
        if wasm.get(..8) == Some(b"\0asm\x01\0\0\0") {
            return Err(CompileError::CoreModule);
        }
        if !wasm.is_empty() && !wasm.starts_with(b"\0asm") {
            return Err(CompileError::NotWasm);
        }
        let (class, engine) = self.engine(wasm)?;
        if class == Class::Composed && needs(wasm, WasmFeatures::MULTI_MEMORY) {
            return Err(CompileError::MultiMemory);
        }
        // WASI 0.3 is made of the asynchronous part (component-model, design/mvp/Concurrency.md).
        let code = engine.precompile_component(wasm).map_err(|error| {
            match needs(wasm, WasmFeatures::CM_ASYNC) {
                true => CompileError::Asynchronous,
                false => CompileError::Invalid(error),
            }
        })?;
        Ok([&[class.tag()], code.as_slice()].concat())
    }

    /// A name for what an artefact depends on beside its component: the target, and wasmtime's version
    /// and configuration.
    ///
    /// # Errors
    /// When `wasm` is not a component, or wasmtime cannot compile for the target.
    pub fn compatibility(&self, wasm: &[u8]) -> Result<String, CompileError> {
        let (_, engine) = self.engine(wasm)?;
        let mut hasher = DefaultHasher::new();
        compatibility(&engine, &mut hasher);
        Ok(format!("{:016x}", hasher.finish()))
    }

    fn engine(&self, wasm: &[u8]) -> Result<(Class, wasmtime::Engine), CompileError> {
        let class = Class::of(wasm).map_err(CompileError::NotComponent)?;
        let mut config = config::portable(class);
        let engine = config
            .target(&self.target)
            .and_then(|config| wasmtime::Engine::new(config));
        let engine = engine.map_err(|source| CompileError::Target {
            target: self.target.clone(),
            source,
        })?;
        Ok((class, engine))
    }
}

/// Whether `wasm` is valid with a feature of WebAssembly and not without it.
fn needs(wasm: &[u8], feature: WasmFeatures) -> bool {
    let valid = |features| Validator::new_with_features(features).validate_all(wasm);
    let all = WasmFeatures::all();
    valid(all).is_ok() && valid(all.difference(feature)).is_err()
}

pub(crate) fn compatibility(engine: &wasmtime::Engine, hasher: &mut impl Hasher) {
    engine.precompile_compatibility_hash().hash(hasher);
}

fn baseline_target() -> String {
    format!(
        "{}-unknown-{}-gnu",
        std::env::consts::ARCH,
        std::env::consts::OS
    )
}
