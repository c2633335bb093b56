//! Recorded deliveries, called cases: folders with a `case.yaml`, and perhaps the body beside it.
//! `bellpull check` replays them, and `bellpull send` signs and sends those that are samples.
//! `tests/cases/README.md` describes the format.

pub(crate) mod archive;
mod case;
mod compare;
mod delivery;
mod format;
pub mod hostile;
mod replay;
mod result;
mod sample;
mod saved;
mod sign;

pub(crate) use case::{CASE_FILE, find_folders};
pub use case::{Case, find};
pub use format::{CaseOutcome, Expectation};
pub use replay::{BoundCase, PreparedCase, run};
pub use result::CaseResult;
pub use sample::{SAMPLES, Sample};
pub use saved::{BODY_FILE, SavedCase, SavedReceiver};
pub use sign::Signer;

#[cfg(test)]
mod tests;
