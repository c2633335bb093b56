use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::server::ClientHello;
use rustls::sign::CertifiedKey;

/// The protocol that an authority asks for by ALPN when it validates a name (RFC 8737, section 6.2).
pub const VALIDATION_PROTOCOL: &[u8] = b"acme-tls/1";

/// Whether a connection is an authority's that validates a name: it asks for that protocol and no
/// other (RFC 8737, section 3).
pub(crate) fn is_validation(hello: &ClientHello<'_>) -> bool {
    let mut asked = hello.alpn().into_iter().flatten();
    asked.next() == Some(VALIDATION_PROTOCOL) && asked.next().is_none()
}

/// The certificates that answer an authority's challenges, by the server names that they are for.
#[derive(Default)]
pub(crate) struct Challenges(Mutex<HashMap<String, Arc<CertifiedKey>>>);

impl Challenges {
    pub(crate) fn for_name(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        self.locked().get(&name.to_ascii_lowercase()).cloned()
    }

    pub(crate) fn show(&self, name: &str, certificate: CertifiedKey) {
        let name = name.to_ascii_lowercase();
        self.locked().insert(name, Arc::new(certificate));
    }

    pub(crate) fn remove(&self, name: &str) {
        self.locked().remove(&name.to_ascii_lowercase());
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<String, Arc<CertifiedKey>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
