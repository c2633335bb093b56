use bellpull_proof::signature::{KeyError, PublicKey, SignatureAlgorithm};
use sigstore_types::Bundle;
use sigstore_types::bundle::{MediaType, SignatureContent, VerificationMaterialContent};
use sigstore_types::intoto::Statement;

use crate::bundle::{PAYLOAD_TYPE, PREDICATE_TYPE, STATEMENT_TYPE};

/// Longest reason of one bundle in an error, bytes.
const MAX_BUNDLES_TOLD: usize = 4;

/// A public key whose signatures count.
#[derive(Clone, Debug)]
pub struct TrustedKey {
    name: String,
    key: PublicKey,
    algorithm: SignatureAlgorithm,
}

/// Why a key is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TrustedKeyError {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("it is an RSA key: give an ECDSA key on P-256 or an Ed25519 key")]
    Rsa,
}

/// Why an artefact does not count as signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("signed by {signed} of the keys, {minimum} wanted: {reasons}")]
pub struct NotSigned {
    /// By how many distinct keys it is signed.
    pub signed: usize,
    pub minimum: usize,
    /// What is wrong with the bundles that there are.
    pub reasons: String,
}

impl TrustedKey {
    /// Reads a public key in PEM: ECDSA on P-256, or Ed25519.
    ///
    /// # Errors
    /// When it is another one, or none.
    pub fn from_pem(name: &str, pem: &str) -> Result<Self, TrustedKeyError> {
        let key = PublicKey::from_pem(pem)?;
        let algorithms = [
            SignatureAlgorithm::EcdsaP256Sha256,
            SignatureAlgorithm::Ed25519,
        ];
        let fits = |algorithm: &SignatureAlgorithm| key.verify(*algorithm, &[], &[]).is_ok();
        let algorithm = algorithms.into_iter().find(fits);
        Ok(Self {
            name: name.to_owned(),
            algorithm: algorithm.ok_or(TrustedKeyError::Rsa)?,
            key,
        })
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Checks bundles of the artefact of this digest (`sha256:` and hex) against keys. A key counts once,
/// whatever it is called and however often it has signed. Returns the names of the keys that have signed.
///
/// # Errors
/// When fewer than `minimum` keys have signed.
pub fn verify_artefact<'k>(
    digest: &str,
    bundles: &[Vec<u8>],
    keys: &'k [TrustedKey],
    minimum: usize,
) -> Result<Vec<&'k str>, NotSigned> {
    let mut signed: Vec<&TrustedKey> = Vec::new();
    let mut reasons = Vec::new();
    for bundle in bundles {
        match signer(digest, bundle, keys) {
            Ok(key) if signed.iter().any(|known| known.key == key.key) => {}
            Ok(key) => signed.push(key),
            Err(reason) => reasons.push(reason),
        }
    }
    if signed.len() >= minimum.max(1) {
        return Ok(signed.into_iter().map(TrustedKey::name).collect());
    }
    reasons.dedup();
    reasons.truncate(MAX_BUNDLES_TOLD);
    if bundles.is_empty() {
        reasons.push("it has no signature (no Sigstore bundle is attached to it)".to_owned());
    }
    Err(NotSigned {
        signed: signed.len(),
        minimum: minimum.max(1),
        reasons: reasons.join("; "),
    })
}

/// The key that has signed the artefact by this bundle.
fn signer<'k>(
    digest: &str,
    bundle: &[u8],
    keys: &'k [TrustedKey],
) -> Result<&'k TrustedKey, String> {
    let bundle: Bundle = serde_json::from_slice(bundle)
        .map_err(|error| format!("a signature is no Sigstore bundle: {error}"))?;
    if bundle.media_type != MediaType::Bundle0_3 {
        return Err(format!(
            "a bundle is of the type {}",
            bundle.media_type.as_str()
        ));
    }
    if !matches!(
        bundle.verification_material.content,
        VerificationMaterialContent::PublicKey(_)
    ) {
        return Err("a bundle is signed with a certificate, and not with a key".to_owned());
    }
    let SignatureContent::DsseEnvelope(envelope) = &bundle.content else {
        return Err("a bundle has no DSSE envelope".to_owned());
    };
    let message = envelope.pae();
    let signature = envelope.signature.sig.as_bytes();
    let key = keys.iter().find(|trusted| {
        let verified = trusted
            .key
            .verify(trusted.algorithm, &[&message], signature);
        verified.unwrap_or(false)
    });
    let key = key.ok_or("a signature is of none of the keys")?;
    // What is read from here on is proved to be of that key.
    if envelope.payload_type != PAYLOAD_TYPE {
        return Err(format!(
            "{} has signed a {:?}",
            key.name, envelope.payload_type
        ));
    }
    let statement: Statement = serde_json::from_slice(envelope.payload.as_bytes())
        .map_err(|error| format!("{} has signed no statement: {error}", key.name))?;
    if statement.type_ != STATEMENT_TYPE || statement.predicate_type != PREDICATE_TYPE {
        return Err(format!(
            "{} has signed a statement of the type {:?}",
            key.name, statement.predicate_type
        ));
    }
    let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
    let names_it = statement.subject.iter().any(|subject| {
        let sha256 = subject.digest.sha256.as_ref();
        sha256.is_some_and(|sha256| sha256.to_hex() == hex)
    });
    if !names_it {
        return Err(format!("{} has signed another artefact", key.name));
    }
    Ok(key)
}
