//! The way to the network, for the keys of token issuers and for what components fetch.

mod clients;
mod lazy;
mod recorded;

pub(crate) use lazy::LazyEgress;
pub use recorded::RecordedEgress;
