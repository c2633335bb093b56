//! Objects in, routes and conditions out. The plan says what answers each webhook path and what the
//! status of each Receiver says, for a folder and for a cluster alike.
//!
//! [`Planner`] keeps the plans. One Receiver is planned by `plan_receiver`: `check` validates its spec
//! and Secret, `filters` compiles its expressions, `configure` asks its component, `strength` compares
//! the answer with what it demands, `route` and `draft` make the plan. `publication` makes one plan of
//! all. [`status`] turns its states into conditions and Events.

mod baseline;
mod check;
mod configure;
mod configure_answer;
mod draft;
mod filters;
mod inputs;
mod objects;
mod oidc;
pub mod path;
mod pending;
mod plan_receiver;
mod planned;
mod planner;
mod policy;
mod publication;
mod question;
mod reason;
mod receiver_state;
mod route;
pub mod status;
mod strength;
mod strength_memory;
mod view_limits;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use bellpull_ports::{Filters, Routes};

pub use objects::{Kinds, Objects, SecretState, UnreadableReceiver, UnreadableSpec};
pub use planner::Planner;
pub use question::{Answer, Question};
pub use reason::{Reason, ReasonKind, Unready};
pub use receiver_state::ReceiverState;
pub use strength::{Remembered, Strength};

/// What answers each path, and the state of each Receiver.
pub struct Plan<C, F: Filters> {
    pub routes: Routes<C, F>,
    /// Sorted by namespace and name.
    pub receivers: Vec<Arc<ReceiverState>>,
}
