//! The road of a delivery, one file per step: admit, verify, authorize, resolve, select, notify.
//!
//! Whoever has a delivery takes it along a [`Road`]: the listener, the replay of a recorded one, the
//! commands that explain what serving would do. What travels is a [`Passage`], and each step takes
//! the stage that the one before has made, so that none can be left out. An [`Ending`] is how the
//! road ends early, and [`Told`] how it ends after its last step. Whoever wants to know why tells
//! an [`Observe`]r along.

mod admit;
mod authorize;
mod comparison;
mod ending;
mod memory;
mod notify;
mod observe;
mod passage;
mod resolve;
mod road;
mod select;
mod selector;
mod verify;

pub use admit::{Admitted, Arrived};
pub use authorize::Authorized;
pub use ending::Ending;
pub use memory::{Claim, Memory, NoRoom, Room};
pub use notify::Told;
pub use observe::{Decision, Observe};
pub use passage::Passage;
pub use road::Road;
pub use select::Selected;
pub use selector::{Selection, Selector};
