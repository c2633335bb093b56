use bellpull_core::{DescriptionError, Fault};
use bellpull_engine::{ArtefactError, EngineError, wasmtime};

use crate::{v0_1, wasi};

/// Why a sandbox cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The contract cannot be linked, or a thread cannot be started.
    #[error("cannot set up the sandbox: {0:#}")]
    Setup(wasmtime::Error),
    #[error("{0}")]
    Engine(#[from] EngineError),
}

/// Why a component is not served.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It exports no provider.
    #[error(
        "exports no Bellpull provider: expected {expected}, found {found}",
        expected = v0_1::GUEST
    )]
    NoGuest {
        /// The names of its exports.
        found: String,
    },
    /// It was made for another version of the contract.
    #[error(
        "made for contract {found}, this Bellpull takes {accepted}: rebuild it with a matching SDK or upgrade Bellpull",
        accepted = v0_1::GUEST
    )]
    Version {
        /// The export that names the other version.
        found: String,
    },
    /// It imports a capability that it is not granted.
    #[error("imports {interface}, which must be granted: start with --grant {provider}={grant}")]
    NotGranted {
        /// The import.
        interface: String,
        /// The first of its provider names.
        provider: String,
        /// The value for the flag.
        grant: &'static str,
    },
    /// It imports an interface of WASI that no component may import.
    #[error(
        "imports {0}, and of WASI a component may import none but {taken}, each 0.2: build it without \
         what needs it",
        taken = wasi::INTERFACES.join(", ")
    )]
    Wasi(String),
    /// It imports another version of WASI.
    #[error(
        "imports {0}: it is built for a WASI other than 0.2, which this contract does not take: build \
         it for WASI 0.2 (wasm32-wasip2)"
    )]
    OtherWasi(String),
    /// It has an unknown import, or its types differ from those of the contract.
    #[error("does not fit the contract: {0:#}")]
    Link(wasmtime::Error),
    /// Its code cannot be loaded.
    #[error(transparent)]
    Artefact(#[from] ArtefactError),
    /// The engine of its class cannot be set up.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// Its description breaks a rule.
    #[error("its description cannot be served")]
    Description(#[from] DescriptionError),
    /// It failed in `describe`.
    #[error("failed in describe ({fault}): {reason}{}", said(last_lines))]
    Faulted {
        fault: Fault,
        /// For the author of the component.
        reason: String,
        /// The last lines that it has logged or printed.
        last_lines: Vec<String>,
    },
}

fn said(lines: &[String]) -> String {
    match lines {
        [] => String::new(),
        lines => format!("; its last lines: {}", lines.join(" / ")),
    }
}
