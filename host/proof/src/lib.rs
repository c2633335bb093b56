//! Proof: credentials and how they are checked. HMAC, signatures and public keys, the credentials of a
//! Receiver, what a delivery presents where, JSON pointers, and the search for values of a Secret that
//! a component must not see.

mod challenge;
pub mod credentials;
mod hmac;
pub mod json;
mod message;
mod presented;
mod redaction;
pub mod signature;

pub use challenge::{is_challenge, is_of_one_piece};
pub use credentials::{CredentialError, Credentials, sign};
pub use hmac::{HmacAlgorithm, MacEncoding};
pub use message::{Part, covers_content, message_parts};
pub use presented::{presented, presented_at};
pub use redaction::{Redaction, Spent};
