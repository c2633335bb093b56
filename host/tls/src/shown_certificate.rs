use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bellpull_core::VerifiedCertificate;
use rustls::server::danger::ClientCertVerifier;
use rustls_pki_types::CertificateDer;

use crate::TlsServer;
use crate::certificate::CertificateFacts;

/// The longest chain of a client, in bytes. A connection holds it for as long as it is open.
const LONGEST_CHAIN: usize = 16 << 10;

/// What verifies the certificates of clients at one time.
#[derive(Clone)]
pub struct ClientAuthority(Option<Arc<dyn ClientCertVerifier>>);

/// A certificate that a client has shown in its handshake, and that was verified then.
#[derive(Clone)]
pub struct ShownCertificate {
    certificate: Arc<VerifiedCertificate>,
    not_after: SystemTime,
    authority: ClientAuthority,
}

impl TlsServer {
    /// What verifies the certificates of clients in a handshake that begins now.
    #[must_use]
    pub fn client_authority(&self) -> ClientAuthority {
        ClientAuthority(self.verifier())
    }
}

impl ShownCertificate {
    /// The first certificate of a chain that `authority` has verified. `None`: the client has shown none.
    ///
    /// # Errors
    /// When the chain is too long, or the certificate is not one of X.509: what is wrong.
    pub fn of(
        chain: Option<&[CertificateDer<'_>]>,
        authority: ClientAuthority,
    ) -> Result<Option<Self>, String> {
        let Some((first, others)) = chain.and_then(<[_]>::split_first) else {
            return Ok(None);
        };
        let bytes = first.len() + others.iter().map(|other| other.len()).sum::<usize>();
        if bytes > LONGEST_CHAIN {
            return Err(format!("its chain has more than {LONGEST_CHAIN} bytes"));
        }
        let facts = CertificateFacts::read(first)?;
        Ok(Some(Self {
            not_after: UNIX_EPOCH + Duration::from_secs(facts.not_after),
            certificate: Arc::new(VerifiedCertificate {
                subject: facts.subject,
                names: facts.names,
            }),
            authority,
        }))
    }

    /// The certificate, if it still counts: a connection may outlive it, and its authority.
    #[must_use]
    pub fn now(&self, server: &TlsServer) -> Option<Arc<VerifiedCertificate>> {
        let authority = server.client_authority();
        let is_trusted = match (&self.authority.0, &authority.0) {
            (Some(then), Some(now)) => Arc::ptr_eq(then, now),
            _ => false,
        };
        let counts = is_trusted && SystemTime::now() <= self.not_after;
        counts.then(|| Arc::clone(&self.certificate))
    }
}
