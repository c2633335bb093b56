//! Where requests come from: trusted proxies, and what an address may send that proves nothing.

mod forwarded;
mod network;
mod unproven_limit;

pub(crate) use forwarded::{claimed_addresses, client_address};
pub(crate) use network::ClientNetwork;
pub(crate) use unproven_limit::UnprovenLimit;
