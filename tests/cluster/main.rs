//! What needs Go: a real Kubernetes API server, Flux's controllers, an ACME authority, and the conformance
//! cases of CEL.

#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is how a failure is told"
)]

mod acme;
mod artefacts;
mod beside;
mod cel;
mod commands;
mod definition;
mod e2e;
mod faults;
mod filters;
mod flux;
mod google;
mod intervals;
mod kit;
mod manifests;
mod matching;
mod ours;
mod parity;
mod plugin_walk;
mod rbac;
mod receiver_plugins;
mod scale;
mod selection;
mod serving;
mod signatures;
mod tokens;
mod world;
