use sigstore_types::dsse::DsseEnvelope;
use sigstore_types::intoto::Statement;

use crate::bundle::{PAYLOAD_TYPE, PREDICATE_TYPE, STATEMENT_TYPE};

/// Checks that an envelope says that its signer has signed the artefact with this digest. Returns what it
/// says instead, to be written after the signer's name.
pub(crate) fn check(envelope: &DsseEnvelope, hex: &str) -> Result<(), String> {
    if envelope.payload_type != PAYLOAD_TYPE {
        return Err(format!("has signed a {:?}", envelope.payload_type));
    }
    let statement: Statement = serde_json::from_slice(envelope.payload.as_bytes())
        .map_err(|error| format!("has signed no statement: {error}"))?;
    if statement.type_ != STATEMENT_TYPE || statement.predicate_type != PREDICATE_TYPE {
        let kind = statement.predicate_type;
        return Err(format!("has signed a statement of the type {kind:?}"));
    }
    let names_it = statement.subject.iter().any(|subject| {
        let sha256 = subject.digest.sha256.as_ref();
        sha256.is_some_and(|sha256| sha256.to_hex() == hex)
    });
    if names_it {
        Ok(())
    } else {
        Err("has signed another artefact".to_owned())
    }
}
