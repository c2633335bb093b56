//! The way in and out: sockets, HTTP, what is answered and what is counted.
//!
//! [`Listeners`] are bound before anything serves; [`serve()`] runs a [`Gateway`] and the probes on
//! them until it is told to drain. A request becomes a delivery in `intake`, and travels along a
//! [`Road`](bellpull_road::Road).

mod accept;
mod answer;
mod connection;
mod count;
mod gateway;
mod intake;
mod linger;
mod listeners;
mod metrics;
mod parting;
mod peer;
mod probes;
mod readiness;
mod record;
mod serve;
mod settings;

pub use gateway::Gateway;
pub use listeners::{BindError, ListenerRole, Listeners};
pub use metrics::Metrics;
pub use probes::PluginPage;
pub use readiness::{Concern, Latch, Readiness};
pub use serve::{Drained, Shutdown, serve};
pub use settings::Settings;
