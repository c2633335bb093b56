use std::net::IpAddr;

use bellpull_core::VerifiedCertificate;
use rustls_pki_types::CertificateDer;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, SubjectAltName};

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
    /// The same as text.
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
        let alternative = certificate.get::<SubjectAltName>().map_err(wrong)?;
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
            expires: not_after.to_string(),
            issuer_key: issuer_key.map(|key| key.as_bytes().to_vec()),
            serial: certificate.serial_number.as_bytes().to_vec(),
        })
    }
}

fn name(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name)
        | GeneralName::Rfc822Name(name)
        | GeneralName::UniformResourceIdentifier(name) => Some(name.as_str().to_owned()),
        GeneralName::IpAddress(address) => ip_address(address.as_bytes()),
        _ => None,
    }
}

fn ip_address(octets: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    let v6 = || <[u8; 16]>::try_from(octets).map(IpAddr::from);
    v4.or_else(|_| v6()).ok().map(|address| address.to_string())
}

/// The certificate of a client that a TLS handshake has verified.
///
/// # Errors
/// When it is not one of X.509: what is wrong with it.
pub fn verified_certificate(
    certificate: &CertificateDer<'_>,
) -> Result<VerifiedCertificate, String> {
    let CertificateFacts { subject, names, .. } = CertificateFacts::read(certificate)?;
    Ok(VerifiedCertificate { subject, names })
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
        let read = verified_certificate(certificate.der()).unwrap();
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
    fn what_is_no_certificate_is_told() {
        for bytes in [&b""[..], b"\x30\x00", b"nonsense"] {
            let error = verified_certificate(&CertificateDer::from(bytes)).unwrap_err();
            assert!(!error.is_empty(), "{bytes:?}");
        }
    }
}
