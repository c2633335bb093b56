//! Derives forgeries from accepted cases: deliveries that a stranger could send, who knows no credential
//! and may have recorded a delivery. A component has to refuse them.

mod accepted;
mod body;
mod derive;
mod forged_proof;
mod forgery;
mod place;
mod proof;
mod secret;
mod text;

#[cfg(test)]
mod tests;

pub use accepted::AcceptedCase;
pub use derive::{Derivation, derive};
pub use forgery::{Expected, Forgery, Judgement};
pub use proof::Proofs;
