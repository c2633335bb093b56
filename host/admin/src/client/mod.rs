//! Asks other processes.

mod admin_client;
mod ask;
mod replicas;

#[cfg(test)]
mod tests;

pub use admin_client::AdminClient;
pub use ask::Ask;
pub use replicas::Replicas;
