use sigstore_types::bundle::{MediaType, SignatureContent, VerificationMaterialContent};
use sigstore_types::dsse::DsseEnvelope;
use sigstore_types::{Bundle, Sha256Hash};

use crate::signer::Signer;
use crate::statement;
use crate::trusted_identity::TrustedIdentity;
use crate::trusted_key::TrustedKey;
use crate::trusted_root::TrustedRoot;

/// Longest bundle that is read, bytes: one with a certificate and a proof of inclusion has 10 KiB.
pub const MAX_BUNDLE: usize = 1 << 20;
/// Most bundles that are looked at.
const MAX_BUNDLES: usize = 256;
/// Most reasons in an error, and the length of one in characters: others have written parts of them.
const MAX_REASONS: usize = 4;
const MAX_REASON: usize = 300;

/// Whose signatures count, and how many are wanted.
#[derive(Clone, Debug, Default)]
pub struct SignaturePolicy {
    /// Keys whose signatures count.
    pub keys: Vec<TrustedKey>,
    /// Whose signatures with a certificate count. They need a trusted root.
    pub identities: Vec<TrustedIdentity>,
    /// Who proves certificates, times and log entries.
    pub trusted_root: Option<TrustedRoot>,
    /// How many distinct public keys and distinct identities must have signed: 0 means 1. An identity is an
    /// issuer with a subject, so that two subjects which match one expression are two.
    pub minimum: usize,
    /// Whether a signature by a key counts only with an inclusion proof of a log of the trusted root. One with
    /// a certificate always needs it.
    pub log_entry: bool,
}

/// Why an artefact does not count as signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("signed by {signed} of those that count, {minimum} wanted: {reasons}")]
pub struct NotSigned {
    /// How many distinct keys and identities have signed it.
    pub signed: usize,
    pub minimum: usize,
    /// What is wrong with the bundles that there are.
    pub reasons: String,
}

impl SignaturePolicy {
    /// Checks bundles of the artefact of this digest (`sha256:` and hex), and returns who has signed it, each
    /// once. Nothing is asked of a network. A bundle is of version 0.3 and has a DSSE envelope around an in-toto
    /// statement of the type that `cosign sign` writes.
    ///
    /// - A bundle of a key is checked with each of the keys. What it says of logs and times counts only with
    ///   [`Self::log_entry`]: then each entry must be of this envelope and key, with an inclusion proof and a
    ///   signed checkpoint of a log of the trusted root.
    /// - A bundle with a certificate is checked against the trusted root: a proven time of the signature, the
    ///   certificate's chain, validity at that time and use, its entry in a log of certificates, and the entries
    ///   in logs as above. Then issuer and subject must be those of one of the identities.
    ///
    /// A bundle that is wrong takes nothing away from the others.
    ///
    /// # Errors
    /// When fewer than [`Self::minimum`] have signed.
    pub fn verify(&self, digest: &str, bundles: &[Vec<u8>]) -> Result<Vec<Signer>, NotSigned> {
        let mut signers: Vec<Signer> = Vec::new();
        let mut reasons: Vec<String> = Vec::new();
        if bundles.is_empty() {
            reasons.push("it has no signature (no Sigstore bundle is attached to it)".to_owned());
        }
        for bundle in bundles.iter().take(MAX_BUNDLES) {
            match self.signer(digest, bundle) {
                Ok(signer) if signers.contains(&signer) => {}
                Ok(signer) => signers.push(signer),
                Err(reason) => {
                    let reason = readable(&reason);
                    if reasons.len() < MAX_REASONS && !reasons.contains(&reason) {
                        reasons.push(reason);
                    }
                }
            }
        }
        let minimum = self.minimum.max(1);
        if signers.len() >= minimum {
            return Ok(signers);
        }
        if bundles.len() > MAX_BUNDLES {
            let all = bundles.len();
            reasons.push(format!(
                "of {all} signatures the first {MAX_BUNDLES} were looked at"
            ));
        }
        if reasons.is_empty() {
            let names: Vec<String> = signers.iter().map(ToString::to_string).collect();
            reasons.push(format!("nobody but {} has signed it", names.join(", ")));
        }
        Err(NotSigned {
            signed: signers.len(),
            minimum,
            reasons: reasons.join("; "),
        })
    }

    fn signer(&self, digest: &str, bundle: &[u8]) -> Result<Signer, String> {
        let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
        let digest = Sha256Hash::from_hex(hex).map_err(|_| "its digest is not one of SHA-256")?;
        if bundle.len() > MAX_BUNDLE {
            let length = bundle.len();
            return Err(format!(
                "a bundle has {length} bytes, and {MAX_BUNDLE} are read at most"
            ));
        }
        let bundle: Bundle = serde_json::from_slice(bundle)
            .map_err(|error| format!("a signature is no Sigstore bundle: {error}"))?;
        if bundle.media_type != MediaType::Bundle0_3 {
            let kind = bundle.media_type.as_str();
            return Err(format!("a bundle is of the type {kind}"));
        }
        let SignatureContent::DsseEnvelope(envelope) = &bundle.content else {
            return Err("a bundle has no DSSE envelope".to_owned());
        };
        let signer = match &bundle.verification_material.content {
            VerificationMaterialContent::PublicKey(_) => self.by_key(&bundle, envelope, &digest)?,
            _ => self.by_certificate(&bundle, &digest)?,
        };
        // What is read from here on is proved to be of that signer.
        match statement::check(envelope, &digest.to_hex()) {
            Ok(()) => Ok(signer),
            Err(said) => Err(format!("{signer} {said}")),
        }
    }

    fn by_key(
        &self,
        bundle: &Bundle,
        envelope: &DsseEnvelope,
        digest: &Sha256Hash,
    ) -> Result<Signer, String> {
        let message = envelope.pae();
        let signature = envelope.signature.sig.as_bytes();
        let mut keys = self.keys.iter();
        let key = keys.find(|key| key.has_signed(&message, signature));
        let key = key.ok_or("a signature is of none of the keys")?;
        if self.log_entry {
            let name = key.name();
            let root = self.trusted_root.as_ref().ok_or_else(|| {
                format!("{name} has signed it, and no trusted root is given to check its log entry")
            })?;
            root.logged(bundle, digest, key.der()).map_err(|reason| {
                format!("{name} has signed it, and no log proves it: {reason}")
            })?;
        }
        Ok(Signer::of_key(key))
    }

    fn by_certificate(&self, bundle: &Bundle, digest: &Sha256Hash) -> Result<Signer, String> {
        if self.identities.is_empty() {
            return Err("a bundle is signed with a certificate, and only keys count".to_owned());
        }
        let root = self.trusted_root.as_ref();
        let root = root.ok_or(
            "a bundle is signed with a certificate, and no trusted root is given to check it",
        )?;
        let identity = root
            .certified(bundle, digest)
            .map_err(|reason| format!("a signature with a certificate is not proved: {reason}"))?;
        let signer = Signer::of_identity(&identity.issuer, &identity.subject);
        let mut trusted = self.identities.iter();
        if trusted.any(|trusted| trusted.matches(&identity.issuer, &identity.subject)) {
            Ok(signer)
        } else {
            Err(format!(
                "{signer} has signed it, and is none of the identities"
            ))
        }
    }
}

/// A reason as a line of bounded length.
fn readable(reason: &str) -> String {
    let characters = reason.chars().take(MAX_REASON);
    let visible = characters.map(|character| match character.is_control() {
        true => ' ',
        false => character,
    });
    visible.collect()
}
