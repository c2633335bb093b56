//! The way in: sockets, HTTP, and the road of a delivery from its path to its answer.
//!
//! [`Listeners`] are bound before anything serves; [`serve()`] runs a [`Gateway`] and the probes on
//! them until it is told to drain. What a delivery meets on its way is in `road`, one file per step.

mod accept;
mod answer;
mod connection;
mod count;
mod gateway;
mod linger;
mod listeners;
mod metrics;
mod probes;
mod readiness;
mod record;
mod road;
mod serve;
mod settings;

pub use gateway::Gateway;
pub use listeners::{BindError, ListenerRole, Listeners};
pub use metrics::Metrics;
pub use probes::PluginPage;
pub use readiness::{Latch, Readiness};
pub use serve::{Drained, Shutdown, serve};
pub use settings::Settings;
