//! The gateway over real sockets, with fakes behind its ports.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is how a failure is told"
)]

mod addresses;
mod drain;
mod framing;
mod http2;
mod limits;
mod logs;
mod outcomes;
mod probes;
mod proxy_protocol;
mod renegotiation;
mod room;
mod selection;
mod sizes;
mod support;
mod timeouts;
mod tls;
mod validation;
