//! HTTP: listener, pipeline, answers, health, metrics.

mod answer;
mod body;
mod connection;
mod gateway;
mod linger;
mod listener;
mod metrics;
mod phase;
mod probes;
mod readiness;
mod road;
mod serve;
mod settings;

pub use gateway::{Gateway, Ports};
pub use listener::bind;
pub use metrics::Metrics;
pub use phase::Phase;
pub use readiness::{Latch, Readiness};
pub use serve::{Ended, Listeners, Probes, serve, serve_probes};
pub use settings::Settings;
