//! The house rules that no compiler checks.

#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is how a failure is told"
)]

mod chart;
mod circles;
mod contract;
mod dependencies;
mod files;
mod flags;
mod hostile_crates;
mod imports;
mod marks;
mod names;
mod papers;
mod plans;
mod sources;
