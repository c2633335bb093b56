//! One file per page.

pub(crate) mod deliveries;
pub(crate) mod delivery;
pub(crate) mod filter;
pub(crate) mod now;
pub(crate) mod receivers;
pub(crate) mod replay;
