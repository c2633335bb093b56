//! What the tests share.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is how a failure is told"
)]

pub mod attack;
mod background;
pub mod cases;
pub mod cel;
pub mod cluster;
pub mod connect;
pub mod followers;
mod go;
pub mod guest;
pub mod hostile;
pub mod https;
pub mod issuer;
pub mod manifests;
pub mod nowhere;
pub mod otlp;
pub mod patience;
pub mod project;
pub mod prometheus;
pub mod push;
pub mod serve;
pub mod soak;
pub mod variants;
mod verify;

pub use verify::verify;
