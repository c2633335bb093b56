//! GET requests that reach only the destinations that a policy allows.

mod address_scope;
mod authority;
mod client;
mod collector;
mod error;
mod freshness;
pub(crate) mod hosts;
mod network;
mod one_server;
mod policy;
mod recording;
mod registries;
mod resolver;
mod response;
mod tls;

#[cfg(test)]
mod tests;

pub(crate) use address_scope::AddressScope;
pub use authority::{AuthorityHttp, AuthorityHttpError};
pub(crate) use client::Client;
pub use collector::{CollectorHttp, CollectorHttpError};
pub(crate) use error::GetError;
pub(crate) use policy::DestinationPolicy;
pub use recording::Recording;
pub use registries::{
    RegistryAddress, RegistryHttp, RegistryHttpError, RegistryRequest, RegistryResponse,
};
pub(crate) use resolver::SystemLookup;
