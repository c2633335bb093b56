//! MACs that the host computes, for answers.

use super::Credentials;
use crate::hmac::Algorithm;

impl Credentials {
    /// The HMAC of the message under the current value of `key`: whoever asks for it knows that one.
    /// `None` when the key is not bound.
    #[must_use]
    pub fn mac(&self, key: &str, algorithm: Algorithm, message: &[&[u8]]) -> Option<Vec<u8>> {
        let current = self.values(key).first()?;
        Some(current.mac_key.mac(algorithm, message))
    }
}
