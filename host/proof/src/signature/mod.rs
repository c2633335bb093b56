//! Signatures that are verified with a public key.

mod algorithm;
mod error;
mod key;
mod pem;
mod rsa;

#[cfg(test)]
mod tests;

pub use algorithm::SignatureAlgorithm;
pub use error::KeyError;
pub use key::PublicKey;
