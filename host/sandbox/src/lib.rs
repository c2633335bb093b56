//! One delivery in one fresh WebAssembly sandbox: store, limits, imports, permits, breaker.

mod breaker;
mod budget;
mod lane;
mod load;
mod metrics;
mod permits;
mod sandbox;
mod state;
mod stop;
mod v0_1;
mod wasi;

pub use load::{LoadError, Loaded, Origin};
pub use metrics::Metrics;
pub use sandbox::{Sandbox, SandboxError, Settings, Usage};
