//! Runs components of providers: each call in a fresh WebAssembly instance, with bounded time, memory
//! and work of the host.

mod breaker;
mod call_budget;
mod catalog;
mod configure;
mod error;
mod fair_queue;
mod fault;
mod fault_counts;
mod grants;
mod guest_log;
mod guest_memory;
mod guest_time;
mod host_call;
mod link;
mod load;
mod loaded_component;
mod log_rate;
mod metrics;
mod network_wait;
mod permits;
mod proof_rule;
mod receive_call;
mod redaction;
mod resource_limits;
mod runtime;
mod sandbox;
mod settings;
mod shape;
mod slow_guests;
mod store;
mod v0_1;
mod verify;
mod violation;
mod wasi;
mod wasi_state;

pub use catalog::Catalog;
pub use error::{LoadError, SandboxError};
pub use grants::{Granted, Grants};
pub use link::CONTRACTS;
pub use loaded_component::LoadedComponent;
pub use metrics::SandboxMetrics;
pub use sandbox::Sandbox;
pub use settings::SandboxSettings;
pub use shape::Shape;
