use sigstore_types::bundle::{
    MediaType, PublicKeyIdentifier, SignatureContent, VerificationMaterial,
    VerificationMaterialContent,
};
use sigstore_types::dsse::{DsseEnvelope, DsseSignature, pae};
use sigstore_types::{Bundle, KeyId, PayloadBytes, SignatureBytes};

use crate::error::SigningKeyError;
use crate::signing_key::SigningKey;

/// Media type of a bundle.
pub const BUNDLE_TYPE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
/// Type of what an envelope holds (DSSE, `protocol.md`; in-toto, `envelope.md`).
pub(crate) const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
pub(crate) const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// What a statement says of its subjects: that somebody has signed them (cosign 3.0, `sign`).
pub const PREDICATE_TYPE: &str = "https://sigstore.dev/cosign/sign/v1";

/// A bundle that says that `key` has signed the artefact of this digest (`sha256:` and hex).
///
/// # Errors
/// When the key cannot sign, or the digest is not one of SHA-256.
pub fn sign_artefact(digest: &str, key: &SigningKey) -> Result<Vec<u8>, SigningKeyError> {
    let digest = digest.strip_prefix("sha256:");
    let digest = digest.ok_or(SigningKeyError::Digest)?;
    // `Statement` of the crate writes members that cosign leaves out.
    let statement = serde_json::json!({
        "_type": STATEMENT_TYPE,
        "subject": [{"digest": {"sha256": digest}}],
        "predicateType": PREDICATE_TYPE,
    });
    let payload = statement.to_string().into_bytes();
    let signature = key.sign(&pae(PAYLOAD_TYPE, &payload))?;
    let envelope = DsseEnvelope::new(
        PAYLOAD_TYPE,
        PayloadBytes::new(payload),
        DsseSignature::new(SignatureBytes::new(signature), KeyId::new("")),
    );
    let material = VerificationMaterialContent::PublicKey(PublicKeyIdentifier::new(key.hint()));
    let bundle = Bundle::new(
        MediaType::Bundle0_3,
        VerificationMaterial::new(material),
        SignatureContent::DsseEnvelope(envelope),
    );
    Ok(serde_json::to_vec(&bundle)?)
}
