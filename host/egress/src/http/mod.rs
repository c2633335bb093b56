//! Requests that go where they are sent and no further.

mod address;
mod client;
mod freshness;
pub(crate) mod hosts;
mod policy;
mod recording;
mod resolver;

#[cfg(test)]
mod tests;

pub(crate) use address::Reach;
pub(crate) use client::{Client, GetError};
pub(crate) use policy::Policy;
pub use recording::Recording;
pub(crate) use resolver::SystemLookup;
