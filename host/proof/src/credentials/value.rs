//! One value of a Secret.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_core::{Encoding, SecretBytes, SecretData, is_encrypted};
use zeroize::Zeroizing;

use super::error::CredentialError;
use super::flaws;
use super::keys::previous_key;

/// Whether a value is none at all.
#[must_use]
pub fn is_nothing(value: &[u8]) -> bool {
    value.is_empty() || flaws::is_blank(value)
}

/// The value of a key that must be there, if it can be one.
///
/// # Errors
/// When it is missing, empty, blank or still encrypted.
pub fn required<'a>(secret: &'a SecretData, key: &str) -> Result<&'a SecretBytes, CredentialError> {
    let value = secret
        .get(key)
        .ok_or_else(|| CredentialError::Missing(key.to_owned()))?;
    usable(value.expose(), key).map(|()| value)
}

/// Whether the value can be one at all, whatever it is compared with.
///
/// # Errors
/// When it is empty, blank or still encrypted.
pub fn usable(value: &[u8], key: &str) -> Result<(), CredentialError> {
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

/// The value that a rotation has left behind, with its key. An empty one is how a rotation is often
/// ended, and so is a blank one; it must not match anything.
pub(super) fn left_behind<'a>(
    secret: &'a SecretData,
    key: &str,
) -> Option<(String, &'a SecretBytes)> {
    let previous = previous_key(key);
    let value = secret.get(&previous)?;
    (!flaws::is_blank(value.expose())).then_some((previous, value))
}

pub(super) fn decoded(
    value: &SecretBytes,
    key: &str,
    encoding: Encoding,
) -> Result<Zeroizing<Vec<u8>>, CredentialError> {
    decode(value.expose(), encoding).ok_or_else(|| {
        let ends = flaws::ends(value.expose());
        CredentialError::Encoding(key.to_owned(), expected(encoding), ends)
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

fn expected(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Text => "text",
        Encoding::Base64 => "base64",
        Encoding::Hex => "hexadecimal",
        Encoding::Whsec => "'whsec_' followed by base64",
    }
}
