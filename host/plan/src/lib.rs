//! Objects in, routes and conditions out. What to serve and what to say of each Receiver is decided
//! here, the same for a folder and for a cluster.

mod bind;
mod bounds;
mod check;
mod filters;
mod memory;
mod objects;
mod oidc;
pub mod path;
mod planned;
mod planner;
mod publication;
mod reason;
mod receiver_state;
pub mod status;
mod strength;
mod waiting;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use bellpull_ports::{Filters, Routes};

pub use objects::{Kinds, Objects, SecretState, Unreadable, UnreadableSpec};
pub use planner::Planner;
pub use reason::{Reason, ReasonKind, Unready};
pub use receiver_state::ReceiverState;
pub use strength::{Remembered, Strength};
pub use waiting::{Answer, Question};

/// What to serve and what to say.
pub struct Plan<C, F: Filters> {
    /// What answers each path.
    pub routes: Routes<C, F>,
    /// One state per Receiver, sorted by namespace and name.
    pub receivers: Vec<Arc<ReceiverState>>,
}
