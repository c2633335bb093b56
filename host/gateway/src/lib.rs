//! The HTTP side of the host: listeners, the bodies of deliveries, answers, probes and metrics.
//!
//! [`Listeners`] are bound before anything serves. [`serve()`] runs a [`Gateway`] and the probes on
//! them until it is told to drain. The gateway reads each request to its end, takes the delivery
//! along a [`Road`](bellpull_road::Road), and answers with how the road ended.

mod admin;
mod answer;
mod body;
mod client;
mod delivery_log;
mod gateway;
mod http_ending;
mod in_flight;
mod listener;
mod metrics;
mod probes;
mod readiness;
mod serve;
mod settings;

pub use admin::{AdminPages, AdminRequest};
pub use gateway::Gateway;
pub use listener::{BindError, ListenerRole, Listeners, ProxyProtocol};
pub use metrics::GatewayMetrics;
pub use readiness::{Concern, Latch, Readiness};
pub use serve::{Drained, Shutdown, serve, serve_pages};
pub use settings::GatewaySettings;
