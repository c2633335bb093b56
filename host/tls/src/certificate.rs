use std::net::IpAddr;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rustls_pki_types::CertificateDer;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, SubjectAltName};

use crate::TlsError;

/// What a certificate says that is needed here.
#[derive(Debug)]
pub(crate) struct CertificateFacts {
    /// The subject as text (RFC 4514).
    pub(crate) subject: String,
    /// Its subject alternative names: DNS names, email addresses, URIs and IP addresses.
    pub(crate) names: Vec<String>,
    /// Those that are DNS names, in lower case.
    pub(crate) dns_names: Vec<String>,
    /// Since when it holds, in seconds since 1970.
    pub(crate) not_before: u64,
    /// When it expires, in seconds since 1970.
    pub(crate) not_after: u64,
    /// The two as text.
    pub(crate) begins: String,
    pub(crate) expires: String,
    /// The identifier of its issuer's key, if it has one (RFC 5280, section 4.2.1.1).
    pub(crate) issuer_key: Option<Vec<u8>>,
    /// Its serial number, as DER encodes it.
    pub(crate) serial: Vec<u8>,
}

impl CertificateFacts {
    /// # Errors
    /// When the certificate is not one of X.509: what is wrong with it.
    pub(crate) fn read(certificate: &CertificateDer<'_>) -> Result<Self, String> {
        let wrong = |error: x509_cert::der::Error| error.to_string();
        let certificate = Certificate::from_der(certificate)
            .map_err(wrong)?
            .tbs_certificate;
        // A kind of name that cannot be read costs the names, and not the connection.
        let alternative = certificate.get::<SubjectAltName>().ok().flatten();
        let alternative = alternative.map_or_else(Vec::new, |(_, names)| names.0);
        let dns_names = alternative.iter().filter_map(|name| match name {
            GeneralName::DnsName(name) => Some(name.as_str().to_ascii_lowercase()),
            _ => None,
        });
        let issuer_key = certificate.get::<AuthorityKeyIdentifier>().ok().flatten();
        let issuer_key = issuer_key.and_then(|(_, identifier)| identifier.key_identifier);
        let validity = certificate.validity;
        let not_after = validity.not_after;
        Ok(Self {
            subject: certificate.subject.to_string(),
            dns_names: dns_names.collect(),
            names: alternative.iter().filter_map(name).collect(),
            not_before: validity.not_before.to_unix_duration().as_secs(),
            not_after: not_after.to_unix_duration().as_secs(),
            begins: validity.not_before.to_string(),
            expires: not_after.to_string(),
            issuer_key: issuer_key.map(|key| key.as_bytes().to_vec()),
            serial: certificate.serial_number.as_bytes().to_vec(),
        })
    }

    /// Checks that the certificate, which stands in `file`, holds at this time.
    ///
    /// # Errors
    /// When it does not yet, or no longer.
    pub(crate) fn holds_at(&self, now: SystemTime, file: &Path) -> Result<(), TlsError> {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let file = || file.to_owned();
        if now < self.not_before {
            let from = self.begins.clone();
            return Err(TlsError::NotYetValid { file: file(), from });
        }
        if now > self.not_after {
            let since = self.expires.clone();
            return Err(TlsError::Expired {
                file: file(),
                since,
            });
        }
        Ok(())
    }
}

/// The text of a name, if it is written as names of its kind are and no other. So a text alone says what
/// kind of name it is: an authority may let its clients choose some kinds, and not the others.
fn name(name: &GeneralName) -> Option<String> {
    let is_address = |text: &str| text.parse::<IpAddr>().is_ok();
    let is_dns = |text: &str| {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.*".contains(&byte);
        text.bytes().all(letter) && !is_address(text)
    };
    let (text, is_of_its_kind) = match name {
        GeneralName::DnsName(name) => (name.as_str(), is_dns(name.as_str())),
        GeneralName::Rfc822Name(name) => {
            let text = name.as_str();
            (text, text.contains('@') && !text.contains(':'))
        }
        GeneralName::UniformResourceIdentifier(name) => {
            let text = name.as_str();
            (text, text.contains(':') && !is_address(text))
        }
        GeneralName::IpAddress(address) => return ip_address(address.as_bytes()),
        _ => return None,
    };
    is_of_its_kind.then(|| text.to_owned())
}

fn ip_address(octets: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    let v6 = || <[u8; 16]>::try_from(octets).map(IpAddr::from);
    v4.or_else(|_| v6()).ok().map(|address| address.to_string())
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, SanType};

    use super::*;

    #[test]
    fn subject_and_names_are_text() {
        let mut params = CertificateParams::new(vec!["CI.example.com".to_owned()]).unwrap();
        params
            .distinguished_name
            .push(DnType::OrganizationName, "Acme, Inc.");
        params.distinguished_name.push(DnType::CommonName, "ci");
        let uri = "spiffe://example.com/ci".try_into().unwrap();
        params.subject_alt_names.extend([
            SanType::URI(uri),
            SanType::Rfc822Name("ci@example.com".try_into().unwrap()),
            SanType::IpAddress("192.0.2.1".parse().unwrap()),
            SanType::IpAddress("2001:db8::1".parse().unwrap()),
        ]);
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let read = CertificateFacts::read(certificate.der()).unwrap();
        assert_eq!(
            read.names,
            [
                "CI.example.com",
                "spiffe://example.com/ci",
                "ci@example.com",
                "192.0.2.1",
                "2001:db8::1",
            ]
        );
        // The last part of the certificate comes first, and a comma within a value is escaped.
        assert_eq!(read.subject, r"O=Acme\, Inc.,CN=ci");
        let facts = CertificateFacts::read(certificate.der()).unwrap();
        assert_eq!(facts.dns_names, ["ci.example.com"]);
    }

    #[test]
    fn a_name_of_one_kind_that_is_written_as_another_does_not_count() {
        let text = |text: &str| text.try_into().unwrap();
        let mut params = CertificateParams::default();
        params.subject_alt_names = vec![
            SanType::URI(text("sender.example.com")),
            SanType::Rfc822Name(text("sender.example.com")),
            SanType::DnsName(text("spiffe://example.com/ci")),
            SanType::DnsName(text("192.0.2.1")),
            SanType::URI(text("2001:db8::1")),
            SanType::Rfc822Name(text("x:ci@example.com")),
            SanType::DnsName(text("kept.example.com")),
        ];
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let read = CertificateFacts::read(certificate.der()).unwrap();
        assert_eq!(read.names, ["kept.example.com"]);
    }

    #[test]
    fn what_is_no_certificate_is_told() {
        for bytes in [&b""[..], b"\x30\x00", b"nonsense"] {
            let error = CertificateFacts::read(&CertificateDer::from(bytes)).unwrap_err();
            assert!(!error.is_empty(), "{bytes:?}");
        }
    }
}
