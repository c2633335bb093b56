//! The API for whoever runs Bellpull, under `/v1`: records of deliveries, replays, notifications by hand,
//! Receivers, plugins and the log level.
//!
//! [`Admin`] is what can be asked. [`LocalAdmin`] answers for this process, and [`AdminClient`] asks
//! another one over any stream of bytes. [`Replicas`] asks all replicas and merges their answers.
//! [`AdminRoutes`] serves an [`Admin`] as HTTP.

mod admin;
pub mod api;
mod client;
mod error;
mod local;
mod server;

pub use admin::{Admin, Answer};
pub use client::{AdminClient, Ask, Replicas};
pub use error::{AdminError, ErrorKind};
pub use local::{LocalAdmin, LocalParts, Process};
pub use server::{Access, AdminRoutes, AskedAction, Checked};
