//! Where requests come from: trusted proxies, and what an address may send that proves nothing.

mod forwarded;
mod unproven_limit;

pub(crate) use forwarded::{claimed_addresses, client_address};
pub(crate) use unproven_limit::UnprovenLimit;
