use std::net::IpAddr;
use std::sync::Arc;

/// Who sent a request, as far as its connection tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryClient {
    /// Where the request comes from. `None`: it did not come over a network, or the proxies on its way
    /// do not tell.
    pub address: Option<IpAddr>,
    /// The certificate of the client. Its chain, its dates and its key have been verified.
    pub certificate: Option<Arc<VerifiedCertificate>>,
}

/// The certificate with which a client has proven itself in a TLS handshake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifiedCertificate {
    /// The distinguished name of the subject as text (RFC 4514). It may be empty.
    pub subject: String,
    /// The subject alternative names (RFC 5280, section 4.2.1.6) that are DNS names, email addresses,
    /// URIs and IP addresses, in the order of the certificate.
    pub names: Vec<String>,
}
