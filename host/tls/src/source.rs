use crate::challenges::VALIDATION_PROTOCOL;

/// The protocols of requests over TLS, the preferred one first (RFC 7301).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Where the certificates of a server come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CertificateSource {
    Files,
    /// An authority issues them, after it has validated the server by connections to it.
    Authority,
}

impl CertificateSource {
    /// What a client may ask for by ALPN.
    pub(crate) fn protocols(self) -> Vec<Vec<u8>> {
        let validation = (self == Self::Authority).then_some(VALIDATION_PROTOCOL);
        let protocols = PROTOCOLS.into_iter().chain(validation);
        protocols.map(<[u8]>::to_vec).collect()
    }
}
