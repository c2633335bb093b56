//! The way to the network, for the keys of token issuers, for what components fetch, and for registries.

mod clients;
mod lazy;
mod network;
mod recorded;
mod registry;

pub(crate) use lazy::LazyEgress;
pub(crate) use network::network_settings;
pub use recorded::RecordedEgress;
pub(crate) use registry::{client_certificate, registry};
