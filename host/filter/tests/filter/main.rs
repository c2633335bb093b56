//! Filters as Receivers have them: what they read, what they come to, and what bounds them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is how a failure is told"
)]

mod any_text;
mod bounds;
mod explain;
mod flux;
mod git_changes;
mod oidc;
mod problems;
mod reference;
mod request_body;
mod requests;
mod several_events;
mod support;
mod variables;
