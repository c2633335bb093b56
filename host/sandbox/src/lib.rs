//! One delivery in one fresh WebAssembly sandbox: store, limits, imports, permits, breaker.

mod breaker;
mod budget;
mod catalog;
mod grants;
mod lane;
mod load;
mod metrics;
mod permits;
mod run;
mod runtime;
mod sandbox;
mod seats;
mod shown;
mod state;
mod stop;
mod talk;
mod time;
mod turns;
mod v0_1;
mod waits;
mod wasi;

pub use catalog::Catalog;
pub use grants::{Granted, Grants};
pub use load::{CONTRACTS, LoadError, Loaded, Shape};
pub use metrics::Metrics;
pub use sandbox::{Sandbox, SandboxError, Settings};
