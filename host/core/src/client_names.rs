use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::text::printable;
use crate::{DeliveryClient, VerifiedCertificate, limits};

/// Bytes of a certificate that the log tells.
const DESCRIBED: usize = 512;

/// The names of client certificates of which a delivery must have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientNames(BTreeSet<String>);

/// Why a text does not list names. Lines are counted from 1. No variant holds a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientNamesError {
    #[error("there is no name: write one a line")]
    None,
    #[error("there are {0} names, at most {most} are taken", most = limits::CLIENT_NAMES)]
    TooMany(usize),
    #[error("line {0} is empty: remove it")]
    EmptyLine(usize),
    #[error("line {0} begins or ends with white space: remove that")]
    WhiteSpace(usize),
    #[error("line {0} has more than {most} bytes", most = limits::CLIENT_NAME)]
    TooLong(usize),
}

/// Why a client is not one of those that a binding names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientRefusal {
    #[error("no client certificate was verified on this connection")]
    NoCertificate,
    /// With what the certificate says, so that its owner sees what may be named.
    #[error("the client certificate has none of the names that the binding demands: it is {0}")]
    OtherNames(String),
}

impl ClientNames {
    /// Names, one a line. The last line may have a line end.
    ///
    /// # Errors
    /// When there is no name or too many, or when a line is no name.
    pub fn parse(text: &str) -> Result<Self, ClientNamesError> {
        let mut names = BTreeSet::new();
        for (line, name) in (1..).zip(text.lines()) {
            if name.is_empty() {
                return Err(ClientNamesError::EmptyLine(line));
            }
            if name.trim() != name {
                return Err(ClientNamesError::WhiteSpace(line));
            }
            if name.len() > limits::CLIENT_NAME {
                return Err(ClientNamesError::TooLong(line));
            }
            names.insert(name.to_owned());
        }
        match text.lines().count() {
            0 => Err(ClientNamesError::None),
            lines if lines > limits::CLIENT_NAMES => Err(ClientNamesError::TooMany(lines)),
            _ => Ok(Self(names)),
        }
    }

    /// Every name, once.
    #[must_use]
    pub fn all(&self) -> &BTreeSet<String> {
        &self.0
    }

    /// Checks that the listener has verified a certificate of the client, and that it has one of the names.
    ///
    /// # Errors
    /// When it has not. The reason is for the log.
    pub fn check(&self, client: &DeliveryClient) -> Result<(), ClientRefusal> {
        let certificate = client.certificate.as_deref();
        let certificate = certificate.ok_or(ClientRefusal::NoCertificate)?;
        let mut names = self.0.iter();
        if names.any(|name| has_name(certificate, name)) {
            Ok(())
        } else {
            Err(ClientRefusal::OtherNames(described(certificate)))
        }
    }
}

/// The subject and the alternative names of a certificate, as far as a line of the log has room.
fn described(certificate: &VerifiedCertificate) -> String {
    let VerifiedCertificate { subject, names } = certificate;
    let text = format!("{subject:?} with the names {names:?}");
    printable(&text, DESCRIBED)
}

/// Whether the certificate has the name: as its subject, or as one of its alternative names. A name is never
/// looked for among both, so that an authority which lets its clients choose alternative names does not
/// thereby let them choose subjects.
fn has_name(certificate: &VerifiedCertificate, name: &str) -> bool {
    if is_subject(name) {
        return certificate.subject == name;
    }
    let mut names = certificate.names.iter();
    names.any(|held| is_same_name(held, name))
}

/// Whether a name is a distinguished name (RFC 4514, section 2.3): it begins with an attribute type and `=`.
/// A URI has a colon before its first `=`.
fn is_subject(name: &str) -> bool {
    name.split_once('=').is_some_and(|(kind, _)| {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        !kind.is_empty() && kind.bytes().all(letter)
    })
}

fn is_same_name(held: &str, name: &str) -> bool {
    if is_dns(name) && held.eq_ignore_ascii_case(name) {
        return true;
    }
    match (held.parse::<IpAddr>(), name.parse::<IpAddr>()) {
        (Ok(held), Ok(name)) => held == name,
        _ => held == name,
    }
}

/// Whether a name may be a DNS name (RFC 5280, section 4.2.1.6). Email addresses and URIs have an `@` or a
/// colon.
fn is_dns(name: &str) -> bool {
    let letter =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'*');
    name.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        reason = "in tests a panic is how a failure is told"
    )]

    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_text_lists_names_by_its_lines() {
        let many = "a\n".repeat(limits::CLIENT_NAMES + 1);
        let long = "a".repeat(limits::CLIENT_NAME + 1);
        let longest = "a".repeat(limits::CLIENT_NAME);
        for (text, expected) in [
            ("a", Ok(1)),
            ("a\n", Ok(1)),
            ("a\r\nCN=b, O=c\r\n", Ok(2)),
            ("a\na\n", Ok(1)),
            (longest.as_str(), Ok(1)),
            ("", Err(ClientNamesError::None)),
            ("\n", Err(ClientNamesError::EmptyLine(1))),
            ("a\n\n", Err(ClientNamesError::EmptyLine(2))),
            ("a\n\nb", Err(ClientNamesError::EmptyLine(2))),
            (" a", Err(ClientNamesError::WhiteSpace(1))),
            ("a\nb\t", Err(ClientNamesError::WhiteSpace(2))),
            (long.as_str(), Err(ClientNamesError::TooLong(1))),
            (
                many.as_str(),
                Err(ClientNamesError::TooMany(limits::CLIENT_NAMES + 1)),
            ),
        ] {
            let names = ClientNames::parse(text).map(|names| names.all().len());
            assert_eq!(names, expected, "{:?}", text.get(..20).unwrap_or(text));
        }
    }

    #[test]
    fn a_certificate_has_a_name_by_the_rules_of_its_kind() {
        let certificate = Arc::new(VerifiedCertificate {
            subject: "CN=sender,O=Acme".to_owned(),
            names: [
                "Sender.Example",
                "*.ci.example",
                "Ops@acme.example",
                "spiffe://acme.example/ci?a=b",
                "2001:db8::1",
                "CN=chosen",
            ]
            .map(str::to_owned)
            .to_vec(),
        });
        let client = DeliveryClient {
            certificate: Some(certificate),
            ..DeliveryClient::default()
        };
        for (text, expected) in [
            ("sender.example", true),
            ("other.example\nSENDER.example", true),
            ("example", false),
            ("sender.example.", false),
            ("*.ci.example", true),
            ("a.ci.example", false),
            ("*.example", false),
            ("Ops@acme.example", true),
            ("ops@acme.example", false),
            ("spiffe://acme.example/ci?a=b", true),
            ("spiffe://acme.example/CI?a=b", false),
            ("2001:DB8:0::1", true),
            ("2001:db8::2", false),
            ("CN=sender,O=Acme", true),
            ("CN=sender", false),
            ("cn=sender,O=Acme", false),
            ("CN=sender, O=Acme", false),
            ("sender", false),
            // An alternative name does not count as a subject.
            ("CN=chosen", false),
        ] {
            let checked = ClientNames::parse(text).unwrap().check(&client);
            assert_eq!(checked.is_ok(), expected, "{text}: {checked:?}");
        }
    }

    #[test]
    fn a_client_without_a_certificate_has_no_name() {
        let checked = ClientNames::parse("a")
            .unwrap()
            .check(&DeliveryClient::default());
        assert_eq!(checked, Err(ClientRefusal::NoCertificate));
        // A subject may be empty, and no name is.
        let nameless = DeliveryClient {
            certificate: Some(Arc::default()),
            ..DeliveryClient::default()
        };
        let checked = ClientNames::parse("a").unwrap().check(&nameless);
        let told = checked.unwrap_err().to_string();
        assert!(told.ends_with("it is \"\" with the names []"), "{told}");
    }
}
