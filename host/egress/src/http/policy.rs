use std::net::IpAddr;

use url::{Host, Origin, Url};

use super::address_scope::AddressScope;
use super::hosts;

/// The destinations that requests of one kind may reach.
#[derive(Clone, Debug)]
pub(crate) enum DestinationPolicy {
    /// The issuers that Receivers and components name. A cluster's own issuer is private.
    Issuers {
        /// Whether only https and public addresses are allowed.
        public_only: bool,
        /// Patterns of the hosts that may be private. An empty list allows all hosts.
        private_hosts: Vec<String>,
    },
    /// The places where an issuer says that its keys are.
    Keys {
        /// Whether only https is allowed.
        https_only: bool,
        /// The scope of the issuer's own address. The keys must not be nearer than the issuer.
        issuer: AddressScope,
    },
    /// The registries of artefacts that whoever runs Bellpull names, and where these send it.
    Registries {
        /// Hosts, with their port if it is not 80, that are asked by http.
        plain_http: Vec<String>,
        /// The scope of the registry's own address, for what a registry names.
        registry: AddressScope,
    },
    /// The authority that whoever runs Bellpull names, and no other server.
    Authority {
        /// Where its directory is.
        origin: Origin,
    },
    /// The collector of traces that whoever runs Bellpull names, and no other server.
    Collector {
        /// Where it takes them.
        origin: Origin,
    },
    /// The hosts that a component's description lists.
    Documents {
        /// Patterns of the hosts that may be private.
        private_hosts: Vec<String>,
    },
}

impl DestinationPolicy {
    /// Checks a URL before a request. The addresses of a host name are checked when it is resolved.
    ///
    /// # Errors
    /// When the URL is not allowed.
    pub(crate) fn allows_url(&self, url: &Url) -> Result<(), String> {
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            other => return Err(format!("{other} is not a scheme that is asked: use https")),
        };
        let host = url.host_str().unwrap_or_default();
        match self {
            Self::Issuers {
                public_only: true, ..
            }
            | Self::Keys {
                https_only: true, ..
            } if !https => {
                return Err("only https is asked, since issuers must be public here".to_owned());
            }
            Self::Issuers { .. } | Self::Keys { .. } => {}
            Self::Registries { plain_http, .. } => {
                let authority = hosts::authority(url);
                if !https && !plain_http.contains(&authority) {
                    return Err(format!(
                        "{authority} is asked by https only: --plain-http {authority} allows http"
                    ));
                }
            }
            Self::Authority { .. } if !https => {
                return Err("http is not a scheme that is asked: use https".to_owned());
            }
            Self::Authority { origin } if url.origin() != *origin => {
                return Err(alone("authority", origin, ", where its directory is"));
            }
            Self::Collector { origin } if url.origin() != *origin => {
                return Err(alone("collector", origin, ""));
            }
            Self::Authority { .. } | Self::Collector { .. } => {}
            Self::Documents { .. } if !https => {
                return Err("http is not a scheme that is asked: use https".to_owned());
            }
            Self::Documents { private_hosts } => {
                let port = url.port_or_known_default();
                if port != Some(443) && !hosts::match_any(private_hosts, host) {
                    return Err(format!(
                        "port {} is asked only on hosts that may be private",
                        port.unwrap_or_default()
                    ));
                }
            }
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("a URL with a user name or password is never asked".to_owned());
        }
        match url.host() {
            Some(Host::Domain(_)) => Ok(()),
            // Nothing resolves an address, so it is checked here.
            Some(Host::Ipv4(address)) => self.allows_address(host, address.into()),
            Some(Host::Ipv6(address)) => self.allows_address(host, address.into()),
            None => Err("the URL has no host".to_owned()),
        }
    }

    /// Checks an address of a host.
    ///
    /// # Errors
    /// When the host may not be reached at this address.
    pub(crate) fn allows_address(&self, host: &str, address: IpAddr) -> Result<(), String> {
        let nearest = match self {
            Self::Issuers {
                public_only: true, ..
            } => AddressScope::Public,
            Self::Issuers { private_hosts, .. } if private_hosts.is_empty() => {
                AddressScope::Loopback
            }
            Self::Keys { issuer, .. } => *issuer,
            Self::Registries { registry, .. } => *registry,
            Self::Authority { .. } | Self::Collector { .. } => AddressScope::Loopback,
            Self::Issuers { private_hosts, .. } | Self::Documents { private_hosts } => {
                if hosts::match_any(private_hosts, host) {
                    AddressScope::Loopback
                } else {
                    AddressScope::Public
                }
            }
        };
        match (AddressScope::of(address), self) {
            (AddressScope::Forbidden, _) => Err(format!(
                "{address} is link-local, reserved or a cloud's metadata: never asked"
            )),
            (scope, _) if scope >= nearest => Ok(()),
            (_, Self::Keys { .. }) => Err(format!(
                "{address} is a private address, nearer to this machine than the issuer's own"
            )),
            (_, Self::Registries { .. }) => Err(format!(
                "{address} is a private address, nearer to this machine than the registry's own"
            )),
            _ => Err(format!("{address} is a private address")),
        }
    }
}

/// Why another server is not asked.
fn alone(who: &str, origin: &Origin, why: &str) -> String {
    let origin = origin.ascii_serialization();
    format!("the {who} is asked at {origin} alone{why}")
}
