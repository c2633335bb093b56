//! Private keys as `cosign generate-key-pair` encrypts them: scrypt makes a key of the password, and NaCl's
//! secretbox holds a PKCS#8 key (sigstore/sigstore, `pkg/cryptoutils`; secure-systems-lab/encrypted).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_secretbox::aead::{Aead as _, KeyInit as _};
use crypto_secretbox::{Key, Nonce, XSalsa20Poly1305};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::error::SigningKeyError;

/// The most that is spent on a password: 1 GiB of memory.
const MAX_LOG_N: u8 = 20;
const MAX_R: u32 = 8;
const MAX_P: u32 = 16;

#[derive(Deserialize)]
struct EncryptedKey {
    kdf: Kdf,
    cipher: Cipher,
    ciphertext: String,
}

#[derive(Deserialize)]
struct Kdf {
    name: String,
    params: ScryptParameters,
    salt: String,
}

#[derive(Deserialize)]
struct ScryptParameters {
    #[serde(rename = "N")]
    n: u64,
    r: u32,
    p: u32,
}

#[derive(Deserialize)]
struct Cipher {
    name: String,
    nonce: String,
}

/// The PKCS#8 key that a password opens.
pub(crate) fn decrypt(json: &[u8], password: &[u8]) -> Result<Zeroizing<Vec<u8>>, SigningKeyError> {
    let wrong = |what: &str| SigningKeyError::Encrypted(what.to_owned());
    let encrypted: EncryptedKey =
        serde_json::from_slice(json).map_err(|error| wrong(&error.to_string()))?;
    let EncryptedKey {
        kdf,
        cipher,
        ciphertext,
    } = &encrypted;
    if kdf.name != "scrypt" || cipher.name != "nacl/secretbox" {
        return Err(wrong(
            "it is encrypted by other means than scrypt and nacl/secretbox",
        ));
    }
    let decoded = |what: &str, text: &str| {
        STANDARD
            .decode(text)
            .map_err(|_| wrong(&format!("its {what} is no base64")))
    };
    let ScryptParameters { n, r, p } = kdf.params;
    let log_n = n.checked_ilog2().filter(|log| 1 << log == n);
    let log_n = log_n.and_then(|log| u8::try_from(log).ok());
    let log_n = log_n.filter(|log| *log <= MAX_LOG_N && r <= MAX_R && p <= MAX_P);
    let parameters = log_n.and_then(|log_n| scrypt::Params::new(log_n, r, p).ok());
    let parameters = parameters.ok_or_else(|| wrong("its scrypt parameters are not taken"))?;

    let mut key = Zeroizing::new([0; 32]);
    scrypt::scrypt(
        password,
        &decoded("salt", &kdf.salt)?,
        &parameters,
        key.as_mut(),
    )
    .map_err(|error| wrong(&error.to_string()))?;
    let nonce: [u8; 24] = decoded("nonce", &cipher.nonce)?
        .try_into()
        .map_err(|_| wrong("its nonce does not have 24 bytes"))?;
    let secretbox = XSalsa20Poly1305::new(Key::from_slice(key.as_ref()));
    let opened = secretbox.decrypt(
        Nonce::from_slice(&nonce),
        decoded("ciphertext", ciphertext)?.as_slice(),
    );
    opened
        .map(Zeroizing::new)
        .map_err(|_| SigningKeyError::Password)
}
