use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Policy;
use super::address::Reach;

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
    /// A proxy may be private, whatever else may.
    proxy: Option<Arc<str>>,
}

impl<L> Resolver<L> {
    pub(crate) fn new(policy: Arc<Policy>, lookup: L, proxy: Option<Arc<str>>) -> Self {
        Self {
            policy,
            lookup: Arc::new(lookup),
            proxy,
        }
    }
}

/// Judges a name that a proxy is to connect to.
pub(crate) trait Judge: Send + Sync {
    /// Who the name may be, if every address that it has here may be connected to, since the proxy
    /// may choose any. A name that has none here is for the proxy to judge, and counts as public.
    ///
    /// # Errors
    /// Why not.
    fn judge<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Reach, String>>;
}

impl<L: Lookup> Judge for Resolver<L> {
    fn judge<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Reach, String>> {
        Box::pin(async move {
            let found = self.lookup.lookup(name).await.unwrap_or_default();
            for address in &found {
                self.policy.allows(name, *address)?;
            }
            Ok(found
                .into_iter()
                .map(Reach::of)
                .max()
                .unwrap_or(Reach::Public))
        })
    }
}

impl<L: Lookup> Resolve for Resolver<L> {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = Arc::clone(&self.policy);
        let lookup = Arc::clone(&self.lookup);
        let proxy = self.proxy.as_deref();
        let is_proxy = proxy.is_some_and(|proxy| proxy.eq_ignore_ascii_case(name.as_str()));
        Box::pin(async move {
            let found = lookup.lookup(name.as_str()).await?;
            // A name that is public and private besides is public: its owner says where it leads.
            let is_public = found.iter().any(|at| Reach::of(*at) == Reach::Public);
            let mut refusal = None;
            let allowed: Vec<SocketAddr> = found
                .into_iter()
                .filter(|at| is_proxy || !is_public || Reach::of(*at) == Reach::Public)
                .filter(|address| {
                    is_proxy && Reach::of(*address) != Reach::Never
                        || match policy.allows(name.as_str(), *address) {
                            Ok(()) => true,
                            Err(why) => {
                                refusal.get_or_insert(why);
                                false
                            }
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
