use std::hash::{DefaultHasher, Hash as _, Hasher};

use wasmparser::{Validator, WasmFeatures};

use crate::{Class, config};

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
        "this is a core WebAssembly module, not a component: build it for wasm32-wasip2, or make \
         one with `wasm-tools component new`"
    )]
    CoreModule,
    /// The bytes are something else.
    #[error("this is not a WebAssembly component: it begins as something else")]
    NotWasm,
    /// The bytes only begin as a component.
    #[error("this is not a WebAssembly component: {0}")]
    NotComponent(wasmparser::BinaryReaderError),
    /// The component has asynchronous functions, streams or futures, as those for WASI 0.3 do.
    #[error(
        "it is built for WASI 0.3, or has asynchronous functions, which this contract does not take: \
         build it for WASI 0.2 (wasm32-wasip2), with synchronous functions"
    )]
    Asynchronous,
    /// Beyond what is allowed.
    #[error("{0:#}")]
    Invalid(wasmtime::Error),
}

/// Compiles components for a target's baseline CPU, so that an artefact runs wherever the binary
/// does. Takes unbounded time and memory on hostile input: see the child process that runs it.
pub struct Compiler {
    target: String,
}

impl Compiler {
    /// A compiler for a target triple, `None` for this machine's architecture.
    #[must_use]
    pub fn new(target: Option<&str>) -> Self {
        Self {
            target: target.map_or_else(baseline_target, ToOwned::to_owned),
        }
    }

    /// The artefact of a component: a byte for its class, and its code.
    ///
    /// # Errors
    /// When `wasm` is not a component that the configuration admits.
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
        let code =
            engine
                .precompile_component(wasm)
                .map_err(|error| match is_asynchronous(wasm) {
                    true => CompileError::Asynchronous,
                    false => CompileError::Invalid(error),
                })?;
        Ok([&[class.tag()], code.as_slice()].concat())
    }

    /// Names what the artefact of a component depends on beside the component: the target, wasmtime's
    /// version and configuration.
    ///
    /// # Errors
    /// When `wasm` is no component, or the target cannot be compiled for.
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

/// Whether it is a component but for the asynchronous part of the component model, which WASI 0.3 is
/// made of (component-model, design/mvp/Concurrency.md).
fn is_asynchronous(wasm: &[u8]) -> bool {
    let valid = |features| Validator::new_with_features(features).validate_all(wasm);
    let (all, without) = (WasmFeatures::all(), WasmFeatures::CM_ASYNC);
    valid(all).is_ok() && valid(all.difference(without)).is_err()
}

/// Names what an artefact depends on besides the component: wasmtime's version and configuration.
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
