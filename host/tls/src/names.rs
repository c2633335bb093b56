use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::challenges::{Challenges, is_validation};
use crate::pair::CertificatePair;

/// Certificates by the server names that they are for.
#[derive(Default)]
pub(crate) struct CertificatesByName {
    names: HashMap<String, Arc<CertifiedKey>>,
    /// For a client that asks for no name, or for one that no certificate is for. It sees by the
    /// certificate what it has reached.
    first: Option<Arc<CertifiedKey>>,
}

impl CertificatesByName {
    /// Of two pairs for one name, the first counts.
    pub(crate) fn new<'a>(pairs: impl IntoIterator<Item = &'a CertificatePair>) -> Self {
        let mut names = HashMap::new();
        let mut first = None;
        for pair in pairs {
            first.get_or_insert_with(|| Arc::clone(&pair.key));
            for name in &pair.facts.dns_names {
                let key = || Arc::clone(&pair.key);
                names.entry(name.clone()).or_insert_with(key);
            }
        }
        Self { names, first }
    }

    /// The certificate for a server name: one that has the name, else one that has a `*` for its first
    /// label (RFC 9525, section 6.3), else the first.
    fn choose(&self, name: Option<&str>) -> Option<Arc<CertifiedKey>> {
        let named = name.and_then(|name| {
            let name = name.to_ascii_lowercase();
            let wildcard = || {
                let (_, parent) = name.split_once('.')?;
                self.names.get(&format!("*.{parent}"))
            };
            self.names.get(&name).or_else(wildcard)
        });
        named.or(self.first.as_ref()).cloned()
    }
}

/// Chooses among the certificates of the moment.
#[derive(Default)]
pub(crate) struct CertificateChooser {
    certificates: ArcSwap<CertificatesByName>,
    challenges: Challenges,
}

impl CertificateChooser {
    pub(crate) fn set(&self, certificates: CertificatesByName) {
        self.certificates.store(Arc::new(certificates));
    }

    pub(crate) fn challenges(&self) -> &Challenges {
        &self.challenges
    }
}

impl fmt::Debug for CertificateChooser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateChooser").finish_non_exhaustive()
    }
}

impl ResolvesServerCert for CertificateChooser {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if is_validation(&hello) {
            return self.challenges.for_name(hello.server_name()?);
        }
        self.certificates.load().choose(hello.server_name())
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    fn pair(names: &[&str]) -> CertificatePair {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(names).unwrap().self_signed(&key);
        let (certificate, key) = (certificate.unwrap().pem(), key.serialize_pem());
        let provider = rustls::crypto::ring::default_provider();
        CertificatePair::read(certificate.as_bytes(), key.as_bytes(), &provider).unwrap()
    }

    #[test]
    fn the_name_that_a_client_asks_for_decides() {
        let pairs = [
            pair(&["hooks.example.com", "HOOKS.example.net"]),
            pair(&["*.example.com"]),
            pair(&["hooks.example.com", "example.org"]),
        ];
        let certificates = CertificatesByName::new(&pairs);
        for (name, expected) in [
            (Some("hooks.example.com"), 0),
            (Some("Hooks.Example.Com"), 0),
            (Some("hooks.example.net"), 0),
            (Some("other.example.com"), 1),
            (Some("example.org"), 2),
            (Some("deep.other.example.com"), 0),
            (Some("example.com"), 0),
            (Some("elsewhere.test"), 0),
            (None, 0),
        ] {
            let chosen = certificates.choose(name).unwrap();
            let at = pairs
                .iter()
                .position(|pair| Arc::ptr_eq(&pair.key, &chosen));
            assert_eq!(at, Some(expected), "{name:?}");
        }
    }
}
