//! Every interleaving of a few deliveries with the workers of their targets, one after another.
//!
//! What runs is the crate's own code over tokio's primitives and timers. Shuttle decides, at each mark of
//! [`crate::concurrency`] and wherever a task waits, which task goes on. A task that waits for ever fails
//! the test. The bounds are in each test: so many deliveries, targets, attempts and times that the clock
//! goes on. What one call of `FairSlots` or of a primitive of tokio does is one step.

mod clock;
mod coalescing;
mod draining;
mod explore;
mod intervals;
mod ledger;
mod limits;
mod retry;
mod tasks;
mod world;

pub(crate) use clock::sleep_until;
pub(crate) use tasks::{interleave, spawn};
