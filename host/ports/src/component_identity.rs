use std::sync::Arc;

/// Which component a Receiver is bound to, as records and people tell components apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentIdentity {
    /// Its version, as it describes itself.
    pub version: String,
    /// The SHA-256 digest of its file: `sha256:` and hexadecimal digits.
    pub digest: Arc<str>,
}
