use std::fmt;
use std::net::IpAddr;

use serde::Serialize;

/// A repository or another location in normal form. Two URLs have equal normal forms exactly if
/// they count as the same repository. Credentials in a URL are dropped.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Repository {
    /// In lower case, without user. For Git also without port.
    pub(super) host: String,
    /// Without leading or trailing slash. Empty only for [`Repository::base`].
    pub(super) path: String,
}

/// How two repositories are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    /// Different repositories.
    Other,
    /// The same repository if the two hosts are the same server.
    Perhaps,
    Same,
}

impl Repository {
    /// `None` if the host or the path is empty.
    pub(super) fn new(host: impl Into<String>, segments: &[&str]) -> Option<Self> {
        Self::base(host, segments).filter(|repository| !repository.path.is_empty())
    }

    /// A common prefix of repositories, which may be a whole registry. `None` if the host is empty.
    pub(super) fn base(host: impl Into<String>, segments: &[&str]) -> Option<Self> {
        let host = host.into();
        let path = segments.join("/");
        let named = !host.is_empty() && !host.starts_with(':');
        named.then_some(Self { host, path })
    }

    /// How `other` is related to this one.
    ///
    /// A server in a cluster or a private network often has a second name: a Gitea's events say
    /// `git.example.com` while objects read from `gitea.gitea.svc`. This cannot be decided here. So
    /// if one host is private and the paths are equal apart from a prefix, the repositories may be
    /// the same.
    pub(super) fn relation(&self, other: &Self) -> Relation {
        if self.host == other.host {
            return match self.path == other.path {
                true => Relation::Same,
                false => Relation::Other,
            };
        }
        let private = is_private(&self.host) || is_private(&other.host);
        let same_path =
            ends_with_path(&self.path, &other.path) || ends_with_path(&other.path, &self.path);
        match private && same_path {
            true => Relation::Perhaps,
            false => Relation::Other,
        }
    }

    /// How `other` is related to this one, if everything below this one belongs to it.
    pub(super) fn relation_below(&self, other: &Self) -> Relation {
        let start = match self.path.as_str() {
            "" => Some(""),
            path => {
                let start = other.path.get(..=path.len());
                start.and_then(|start| start.strip_suffix('/'))
            }
        };
        match start {
            Some(start) => self.relation(&Self {
                host: other.host.clone(),
                path: start.to_owned(),
            }),
            None => self.relation(other),
        }
    }

    /// The location `name` below this one.
    pub(super) fn join(&self, name: &str) -> Self {
        Self {
            host: self.host.clone(),
            path: [&self.path, "/", name]
                .concat()
                .trim_matches('/')
                .to_owned(),
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.host),
            path => write!(f, "{}/{path}", self.host),
        }
    }
}

/// Whether `whole` equals `tail` or ends with a slash and `tail`.
fn ends_with_path(whole: &str, tail: &str) -> bool {
    match whole.strip_suffix(tail) {
        Some(start) => start.is_empty() || start.ends_with('/'),
        None => false,
    }
}

/// Whether a host name is only valid in one network: addresses, single labels, names of Services,
/// and the domains of RFC 6761, RFC 6762, RFC 8375 and ICANN's `internal`.
fn is_private(host: &str) -> bool {
    const ENDINGS: [&str; 7] = [
        ".svc",
        ".local",
        ".localhost",
        ".internal",
        ".home.arpa",
        ".lan",
        ".test",
    ];
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    !name.contains('.')
        || address.parse::<IpAddr>().is_ok()
        || name.contains(".svc.")
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
}
