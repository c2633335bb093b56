use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Policy;

/// Asks for the addresses of a name.
pub(crate) trait Lookup: Send + Sync + 'static {
    /// All addresses, in the order in which they are to be tried.
    fn lookup(&self, name: &str) -> impl Future<Output = io::Result<Vec<IpAddr>>> + Send;
}

/// The system's resolver, so that `/etc/hosts` and a cluster's search domains count.
pub(crate) struct SystemLookup;

impl Lookup for SystemLookup {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// A name whose addresses may not be connected to.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct AddressRefused(String);

/// Gives the client the addresses that were judged, and no others: between the judgement and the
/// connection nothing is looked up again, so that a name that changes meanwhile gains nothing.
pub(crate) struct Resolver<L> {
    policy: Arc<Policy>,
    lookup: Arc<L>,
}

impl<L> Resolver<L> {
    pub(crate) fn new(policy: Arc<Policy>, lookup: L) -> Self {
        Self {
            policy,
            lookup: Arc::new(lookup),
        }
    }
}

impl<L: Lookup> Resolve for Resolver<L> {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = Arc::clone(&self.policy);
        let lookup = Arc::clone(&self.lookup);
        Box::pin(async move {
            let found = lookup.lookup(name.as_str()).await?;
            let mut refusal = None;
            let allowed: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| match policy.allows(name.as_str(), *address) {
                    Ok(()) => true,
                    Err(why) => {
                        refusal.get_or_insert(why);
                        false
                    }
                })
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            match refusal {
                Some(why) if allowed.is_empty() => Err(AddressRefused(why).into()),
                _ => Ok(Box::new(allowed.into_iter()) as Addrs),
            }
        })
    }
}
