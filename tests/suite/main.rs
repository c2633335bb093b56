//! Bellpull's tests across crates: one binary, a module for each part.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is how a failure is told"
)]

mod attack;
mod cases;
mod cluster;
mod corruption;
mod egress;
mod filter;
mod handshakes;
mod house;
mod matching;
mod plugins;
mod projects;
mod road;
mod sandbox;
mod secrecy;
mod serve;
mod variants;
