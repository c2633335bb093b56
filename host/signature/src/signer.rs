use std::fmt;

use bellpull_proof::signature::PublicKey;

use crate::trusted_key::TrustedKey;

/// Who has signed. Two are the same if they have the same public key, whatever it is called, or the same
/// issuer and subject, whichever identities of a policy they match.
#[derive(Clone, Debug)]
pub struct Signer {
    name: String,
    proof: SignerProof,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum SignerProof {
    Key(PublicKey),
    Identity { issuer: String, subject: String },
}

impl Signer {
    pub(crate) fn of_key(key: &TrustedKey) -> Self {
        Self {
            name: key.name().to_owned(),
            proof: SignerProof::Key(key.key().clone()),
        }
    }

    pub(crate) fn of_identity(issuer: &str, subject: &str) -> Self {
        Self {
            name: format!("{subject} ({issuer})"),
            proof: SignerProof::Identity {
                issuer: issuer.to_owned(),
                subject: subject.to_owned(),
            },
        }
    }

    /// The name of the key, or subject and issuer of the identity as `SUBJECT (ISSUER)`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl PartialEq for Signer {
    fn eq(&self, other: &Self) -> bool {
        self.proof == other.proof
    }
}

impl Eq for Signer {}

impl fmt::Display for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}
