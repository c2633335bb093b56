//! Credentials and their checks: HMAC, signatures and public keys, the credentials of a Receiver,
//! the values that a delivery presents, JSON pointers, and the search for secrets that a component
//! must not see.

mod challenge;
pub mod credentials;
mod hmac;
pub mod json;
mod message;
mod presented;
mod redaction;
pub mod signature;

pub use challenge::{is_challenge, is_single_value};
pub use credentials::{CredentialError, Credentials, sign};
pub use hmac::{HmacAlgorithm, MacEncoding};
pub use message::{Part, covers_content, message_parts};
pub use presented::{presented, presented_at_one_of};
pub use redaction::{Redaction, SearchBudgetExceeded};
