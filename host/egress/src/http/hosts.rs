//! Host patterns: `name` or `*.domain`, without case.

/// Whether a host is what the pattern names. `*.domain` stands for every name below the domain at
/// any depth, and not for the domain itself.
pub(crate) fn matches(pattern: &str, host: &str) -> bool {
    // A name may end in the root's dot (RFC 1034, section 3.1).
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

/// Whether a host is what one of the patterns names.
pub(crate) fn match_any(patterns: &[String], host: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, host))
}
