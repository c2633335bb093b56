//! Checks and decodes one value of a Secret.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_core::{Encoding, SecretBytes, SecretData, is_encrypted};
use zeroize::Zeroizing;

use super::error::CredentialError;
use super::flaws;
use super::key_names::previous_key;

/// Whether a value is empty or blank.
#[must_use]
pub fn is_empty_or_blank(value: &[u8]) -> bool {
    value.is_empty() || flaws::is_blank(value)
}

/// The value of a required key.
///
/// # Errors
/// If it is missing, empty, blank or still encrypted.
pub fn required<'a>(secret: &'a SecretData, key: &str) -> Result<&'a SecretBytes, CredentialError> {
    let value = secret
        .get(key)
        .ok_or_else(|| CredentialError::Missing(key.to_owned()))?;
    check_usable(value.expose(), key).map(|()| value)
}

/// Checks that a value can be a credential of any kind.
///
/// # Errors
/// If it is empty, blank or still encrypted.
pub fn check_usable(value: &[u8], key: &str) -> Result<(), CredentialError> {
    let key = || key.to_owned();
    if value.is_empty() {
        Err(CredentialError::Empty(key()))
    } else if flaws::is_blank(value) {
        Err(CredentialError::Blank(key()))
    } else if is_encrypted(value) {
        Err(CredentialError::Encrypted(key()))
    } else {
        Ok(())
    }
}

/// The previous value of a key, with its own key. A rotation is often ended by an empty or blank
/// value, which counts as absent.
pub(super) fn previous_value<'a>(
    secret: &'a SecretData,
    key: &str,
) -> Option<(String, &'a SecretBytes)> {
    let previous = previous_key(key);
    let value = secret.get(&previous)?;
    (!flaws::is_blank(value.expose())).then_some((previous, value))
}

pub(super) fn decode_value(
    value: &SecretBytes,
    key: &str,
    encoding: Encoding,
) -> Result<Zeroizing<Vec<u8>>, CredentialError> {
    decode(value.expose(), encoding).ok_or_else(|| {
        let ends = flaws::ends(value.expose());
        CredentialError::Encoding(key.to_owned(), encoding_name(encoding), ends)
    })
}

pub(super) fn decode(text: &[u8], encoding: Encoding) -> Option<Zeroizing<Vec<u8>>> {
    match encoding {
        Encoding::Text => Some(text.to_vec()),
        Encoding::Base64 => BASE64_STANDARD.decode(text).ok(),
        Encoding::Hex => hex::decode(text).ok(),
        Encoding::Whsec => BASE64_STANDARD.decode(text.strip_prefix(b"whsec_")?).ok(),
    }
    .map(Zeroizing::new)
}

fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Text => "text",
        Encoding::Base64 => "base64",
        Encoding::Hex => "hexadecimal",
        Encoding::Whsec => "'whsec_' followed by base64",
    }
}
