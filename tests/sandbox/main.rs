//! Components, recorded deliveries and the served binary. `tests/cluster` has the tests against a
//! Kubernetes API server.

#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is how a failure is told"
)]

mod attack;
mod cases;
mod client_certificates;
mod corruption;
mod egress;
mod handshakes;
mod hostile;
mod matching;
mod misbehaviour;
mod papers;
mod plugins;
mod projects;
mod registry;
mod road;
mod secrecy;
mod serve;
mod variants;
