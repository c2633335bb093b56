use std::fmt;
use std::net::IpAddr;

use serde::Serialize;

/// A repository by one name, however its URL was written: what two URLs fold to is equal exactly
/// when they are taken for the same repository. Credentials of a URL are not kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Repository {
    /// Lower case, without user; without port too, where the repository is Git's.
    pub(super) host: String,
    /// Without leading or trailing slash; empty only of [`Repository::base`].
    pub(super) path: String,
}

/// What one repository is to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    /// Another one.
    Other,
    /// The same, if two hosts are names of one server.
    Perhaps,
    Same,
}

impl Repository {
    /// None without a host, or a path to tell repositories apart.
    pub(super) fn new(host: impl Into<String>, segments: &[&str]) -> Option<Self> {
        Self::base(host, segments).filter(|repository| !repository.path.is_empty())
    }

    /// What repositories are below: a whole registry too. None without a host.
    pub(super) fn base(host: impl Into<String>, segments: &[&str]) -> Option<Self> {
        let host = host.into();
        let path = segments.join("/");
        let named = !host.is_empty() && !host.starts_with(':');
        named.then_some(Self { host, path })
    }

    /// What `other` is to this one.
    ///
    /// A server inside a cluster or a private network often has a second name, which its own
    /// webhooks give: the event of a Gitea says `git.example.com`, the object reads from
    /// `gitea.gitea.svc`. Nothing here can tell, so that a path that is the same, apart from a
    /// proxy's prefix, is the same repository perhaps.
    pub(super) fn relation(&self, other: &Self) -> Relation {
        if self.host == other.host {
            return match self.path == other.path {
                true => Relation::Same,
                false => Relation::Other,
            };
        }
        let private = is_private(&self.host) || is_private(&other.host);
        let same_path = is_tail(&self.path, &other.path) || is_tail(&other.path, &self.path);
        match private && same_path {
            true => Relation::Perhaps,
            false => Relation::Other,
        }
    }

    /// What `other` is to this one, where all that is below this one belongs to it.
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

    /// One below this one.
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

/// Whether `whole` is `tail`, or ends with it at a slash.
fn is_tail(whole: &str, tail: &str) -> bool {
    match whole.strip_suffix(tail) {
        Some(start) => start.is_empty() || start.ends_with('/'),
        None => false,
    }
}

/// Names that mean something in one network only: addresses, single labels, names of Services, and
/// the domains of RFC 6761, RFC 6762, RFC 8375 and ICANN's `internal`.
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
