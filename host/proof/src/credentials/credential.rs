//! A value of a Secret, prepared for checks.

use bellpull_core::{CredentialUse, SecretBytes, SecretData};
use sha2::{Digest as _, Sha256};

use super::error::CredentialError;
use super::flaws;
use super::value::{check_usable, decode_value, previous_value, required};
use crate::hmac::MacKey;

pub(super) struct Credential {
    pub(super) value: SecretBytes,
    // Digests are compared, so that the time does not depend on the length of the value.
    pub(super) digest: [u8; 32],
    pub(super) mac_key: MacKey,
}

/// The valid values of a key: the current one and, during a rotation, the previous one.
pub(super) fn active_values(
    secret: &SecretData,
    wanted: &CredentialUse,
) -> Result<Vec<Credential>, CredentialError> {
    let current = required(secret, &wanted.key)?;
    let mut values = vec![prepare(current, &wanted.key, wanted)?];
    if let Some((previous, value)) = previous_value(secret, &wanted.key) {
        check_usable(value.expose(), &previous)?;
        values.push(prepare(value, &previous, wanted)?);
    }
    Ok(values)
}

fn prepare(
    value: &SecretBytes,
    key: &str,
    wanted: &CredentialUse,
) -> Result<Credential, CredentialError> {
    let mac_key = decode_value(value, key, wanted.encoding)?;
    if mac_key.is_empty() {
        return Err(CredentialError::Empty(key.to_owned()));
    }
    if flaws::is_blank(&mac_key) {
        return Err(CredentialError::DecodesBlank(key.to_owned()));
    }
    if let Some(flaw) = unpresentable(value.expose(), wanted) {
        return Err(CredentialError::Unpresentable(key.to_owned(), flaw));
    }
    Ok(Credential {
        digest: Sha256::digest(value.expose()).into(),
        value: value.clone(),
        mac_key: MacKey::new(mac_key),
    })
}

/// Why no request can present the value at any of its places. A credential that does not prove is
/// not checked.
fn unpresentable(value: &[u8], wanted: &CredentialUse) -> Option<String> {
    if !wanted.proves {
        return None;
    }
    let mut flaws = wanted
        .presented
        .iter()
        .map(|place| flaws::unpresentable(value, place));
    let first = flaws.next()??;
    flaws.all(|flaw| flaw.is_some()).then_some(first)
}
