//! Configures wasmtime; compiles components into artefacts and loads them. The build of the bundled
//! providers and the serving process share it, so that one loads what the other has compiled.

mod artefact;
mod ask;
mod class;
mod compile;
mod config;
mod digest;
mod engine;
mod ticker;

pub use artefact::{Artefact, ArtefactError};
pub use ask::{AskError, Member};
pub use class::{Class, ClassLimits};
pub use compile::{CompileError, Compiler};
pub use config::TICK;
pub use digest::Digest;
pub use engine::{ByClass, Engine, EngineError, Engines, LARGE_SLOTS};
pub use ticker::Running;

// Artefacts load in the version of wasmtime that compiled them, so the house has one.
pub use wasmtime;
pub use wasmtime::component::Component;
