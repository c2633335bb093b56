use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address_scope::AddressScope;
use super::policy::DestinationPolicy;

/// Looks up the addresses of a name.
pub(crate) trait Lookup: Send + Sync + 'static {
    /// Returns all addresses, in the order in which they are to be tried.
    fn lookup(&self, name: &str) -> impl Future<Output = io::Result<Vec<IpAddr>>> + Send;
}

/// The system's resolver, which reads `/etc/hosts` and the search domains of a cluster.
pub(crate) struct SystemLookup;

impl Lookup for SystemLookup {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// No address of a name is allowed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct AddressRefused(String);

/// Gives the client only the addresses that the policy allows. The client connects to exactly these
/// and looks nothing up again, so a name that changes in between gains nothing (DNS rebinding).
pub(crate) struct Resolver<L> {
    policy: Arc<DestinationPolicy>,
    lookup: Arc<L>,
    /// The host of the proxy. It may be private whatever the policy is.
    proxy: Option<Arc<str>>,
}

impl<L> Resolver<L> {
    pub(crate) fn new(policy: Arc<DestinationPolicy>, lookup: L, proxy: Option<Arc<str>>) -> Self {
        Self {
            policy,
            lookup: Arc::new(lookup),
            proxy,
        }
    }
}

/// Checks the names that a proxy connects to.
pub(crate) trait NameCheck: Send + Sync {
    /// Checks every address that the name has here, since the proxy may choose any, and returns the
    /// widest scope of them. A name without an address here is left to the proxy, and counts as
    /// public.
    ///
    /// # Errors
    /// When an address is not allowed.
    fn check_name<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<AddressScope, String>>;
}

impl<L: Lookup> NameCheck for Resolver<L> {
    fn check_name<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<AddressScope, String>> {
        Box::pin(async move {
            let found = self.lookup.lookup(name).await.unwrap_or_default();
            for address in &found {
                self.policy.allows_address(name, *address)?;
            }
            Ok(found
                .into_iter()
                .map(AddressScope::of)
                .max()
                .unwrap_or(AddressScope::Public))
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
            // The owner of a public name decides where it leads, so its private addresses do not
            // count.
            let is_public = found
                .iter()
                .any(|at| AddressScope::of(*at) == AddressScope::Public);
            let mut refusal = None;
            let allowed: Vec<SocketAddr> = found
                .into_iter()
                .filter(|at| {
                    is_proxy || !is_public || AddressScope::of(*at) == AddressScope::Public
                })
                .filter(|address| {
                    is_proxy && AddressScope::of(*address) != AddressScope::Forbidden
                        || match policy.allows_address(name.as_str(), *address) {
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
