//! How Bellpull configures, compiles and loads components. Shared by the build of the bundled
//! providers and by the serving process, so that what one writes the other loads.

mod ask;
mod class;
mod compile;
mod config;
mod digest;
mod load;
mod ticker;

pub use ask::{AskError, Member};
pub use class::{Class, Room};
pub use compile::{CompileError, Compiler};
pub use config::TICK;
pub use digest::Digest;
pub use load::{Artefact, Engine, EngineError, Engines, LARGE_SLOTS, LoadError};
pub use ticker::Running;

// The one version of wasmtime that artefacts belong to.
pub use wasmtime;
pub use wasmtime::component::Component;
