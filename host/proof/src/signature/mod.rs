//! Signatures by public keys: what a provider signs with a key that everybody may know.

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
