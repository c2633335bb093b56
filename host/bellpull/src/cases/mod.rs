//! Recorded deliveries as data: a folder with a `case.yaml`, and perhaps the body beside it. One
//! set of them is what `bellpull check` replays, what `bellpull send` signs and sends, and what
//! `tests/cases/README.md` describes.

mod compare;
mod format;
mod load;
mod replay;
mod run;
mod sample;
mod sign;

pub use compare::Replayed;
pub use format::{CaseOutcome, Expectation};
pub use load::{Case, find};
pub use run::{Prepared, run};
pub use sample::{SAMPLES, Sample};
pub use sign::Signer;

#[cfg(test)]
mod tests;
