//! The road: the way of a delivery from admission to its outcome, one file per step.
//!
//! The steps are admit, verify, authorize, resolve, select and notify. The listener takes each
//! delivery along a [`Road`], and so do the replay of a recorded delivery and the commands that
//! explain what serving would do.
//!
//! A delivery on the road is a [`Staged`] value. Each step takes the stage that the step before it
//! has made, so the compiler sees that no step is left out: [`Admitted`], [`Arrived`], accepted by
//! its component, [`Authorized`], resolved, [`Selected`], [`Notified`]. Any step may end the road
//! early with an [`Ending`]. An [`Observe`]r is told what each step finds out.

mod admit;
mod authorize;
mod comparison;
mod encoded_body;
mod ending;
mod memory;
mod notify;
mod observe;
mod resolve;
mod road;
mod select;
mod selector;
mod staged;
mod step;
mod verify;

pub use admit::{Admitted, Arrived};
pub use authorize::Authorized;
pub use ending::Ending;
pub use memory::{EvictableReservation, Memory, NoRoom, Reservation};
pub use notify::Notified;
pub use observe::{Decision, Observe};
pub use road::Road;
pub use select::Selected;
pub use selector::{Selection, Selector};
pub use staged::Staged;
pub use step::Step;
