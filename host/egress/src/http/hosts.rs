//! Hosts, and patterns of them: `name` or `*.domain`. Case does not count.

use url::Url;

/// The host of a URL, with its port if that is not the default of the scheme.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Whether the pattern matches the host. `*.domain` matches every name below the domain, at any
/// depth, but not the domain itself.
pub(crate) fn matches(pattern: &str, host: &str) -> bool {
    // A name may end with the dot of the root (RFC 1034, section 3.1).
    let host = host.strip_suffix('.').unwrap_or(host);
    match pattern.strip_prefix("*.") {
        Some(domain) => {
            let Some(split) = host.len().checked_sub(domain.len()) else {
                return false;
            };
            match (host.get(..split), host.get(split..)) {
                (Some(below), Some(end)) => {
                    !domain.is_empty()
                        && below.len() > 1
                        && below.ends_with('.')
                        && end.eq_ignore_ascii_case(domain)
                }
                _ => false,
            }
        }
        None => !host.is_empty() && host.eq_ignore_ascii_case(pattern),
    }
}

/// Whether one of the patterns matches the host.
pub(crate) fn match_any(patterns: &[String], host: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, host))
}
