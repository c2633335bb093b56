//! Finds the key or certificate in a PEM text (RFC 7468).

use rustls_pki_types::pem::{Error, PemObject as _, SectionKind};

use super::error::KeyError;

const PUBLIC_KEY: &str = "PUBLIC KEY";
const CERTIFICATE: &str = "CERTIFICATE";
/// The first line of an RSA key without its type, as older tools write it.
const PKCS1: &[u8] = b"-----BEGIN RSA PUBLIC KEY-----";

/// The DER of the public key. The text may not have another section, because that might be the one
/// that was meant.
pub(super) fn public_key(text: &[u8]) -> Result<Vec<u8>, KeyError> {
    let mut keys = Vec::new();
    for section in sections(text) {
        match section? {
            (SectionKind::PublicKey, der) => keys.push(der),
            (kind, _) => return Err(other(kind)),
        }
    }
    match (keys.pop(), keys.len()) {
        (Some(key), 0) => Ok(key),
        (Some(_), more) => Err(KeyError::Several(more + 1)),
        (None, _) if text.windows(PKCS1.len()).any(|window| window == PKCS1) => {
            Err(KeyError::OtherSection {
                found: "an RSA PUBLIC KEY (PKCS #1)",
                remedy: "convert it with 'openssl rsa -RSAPublicKey_in -pubout'",
            })
        }
        (None, _) => Err(KeyError::NoSection { wanted: PUBLIC_KEY }),
    }
}

/// The DER of the first certificate. In a chain, this is the sender's (RFC 8446, section 4.4.2).
pub(super) fn certificate(text: &[u8]) -> Result<Vec<u8>, KeyError> {
    for section in sections(text) {
        if let (SectionKind::Certificate, der) = section? {
            return Ok(der);
        }
    }
    Err(KeyError::NoSection {
        wanted: CERTIFICATE,
    })
}

fn sections(text: &[u8]) -> impl Iterator<Item = Result<(SectionKind, Vec<u8>), KeyError>> {
    <(SectionKind, Vec<u8>)>::pem_slice_iter(text).map(|section| section.map_err(broken))
}

/// An error without a quotation of the text, which may be a secret that was pasted by mistake.
fn broken(error: Error) -> KeyError {
    KeyError::Pem(match error {
        Error::MissingSectionEnd { .. } => "a BEGIN line has no END line of the same label".into(),
        Error::IllegalSectionStart { .. } => "a BEGIN line is not '-----BEGIN ...-----'".into(),
        Error::Base64Decode(_) => "the text between BEGIN and END is not base64".into(),
        _ => "it cannot be read".into(),
    })
}

fn other(kind: SectionKind) -> KeyError {
    let (found, remedy) = match kind {
        SectionKind::Certificate => (
            "a certificate",
            "extract its key with 'openssl x509 -pubkey -noout'",
        ),
        SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey => (
            "a private key",
            "keep it secret and give the output of 'openssl pkey -pubout'",
        ),
        _ => ("something else", "give one 'PUBLIC KEY' section"),
    };
    KeyError::OtherSection { found, remedy }
}
