use std::net::IpAddr;

use url::{Host, Url};

use super::address::Reach;
use super::hosts;

/// Where requests of one kind may go.
#[derive(Clone, Debug)]
pub(crate) enum Policy {
    /// To the issuers that Receivers and components name. A cluster's own issuer is private.
    Issuers {
        /// Whether by https to public addresses alone.
        public_only: bool,
        /// Patterns of the hosts that may be private; any may where there are none.
        private_hosts: Vec<String>,
    },
    /// To where an issuer says that its keys are.
    Keys {
        /// Whether by https alone.
        https_only: bool,
        /// Who the issuer is: it leads to nobody who is nearer.
        issuer: Reach,
    },
    /// To hosts that a component's description lists.
    Documents {
        /// Patterns of the hosts that may be private.
        private_hosts: Vec<String>,
    },
}

impl Policy {
    /// Whether the URL may be asked for; of a host name its addresses are judged when it is
    /// resolved.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn admits(&self, url: &Url) -> Result<(), String> {
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
            // Nobody resolves these, so that they are judged here.
            Some(Host::Ipv4(address)) => self.allows(host, address.into()),
            Some(Host::Ipv6(address)) => self.allows(host, address.into()),
            None => Err("the URL has no host".to_owned()),
        }
    }

    /// Whether the host may be reached at this address.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn allows(&self, host: &str, address: IpAddr) -> Result<(), String> {
        let nearest = match self {
            Self::Issuers {
                public_only: true, ..
            } => Reach::Public,
            Self::Issuers { private_hosts, .. } if private_hosts.is_empty() => Reach::Own,
            Self::Keys { issuer, .. } => *issuer,
            Self::Issuers { private_hosts, .. } | Self::Documents { private_hosts } => {
                if hosts::match_any(private_hosts, host) {
                    Reach::Own
                } else {
                    Reach::Public
                }
            }
        };
        match (Reach::of(address), self) {
            (Reach::Never, _) => Err(format!(
                "{address} is link-local, reserved or a cloud's metadata: never asked"
            )),
            (reach, _) if reach >= nearest => Ok(()),
            (_, Self::Keys { .. }) => Err(format!(
                "{address} is a private address, nearer to this machine than the issuer's own"
            )),
            _ => Err(format!("{address} is a private address")),
        }
    }
}
