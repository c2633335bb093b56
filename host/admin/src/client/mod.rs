//! Asks other processes.

mod admin_client;
mod ask;
mod replicas;

pub use admin_client::AdminClient;
pub use ask::Ask;
pub use replicas::Replicas;
