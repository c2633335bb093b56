//! Checks of names by the rules of Kubernetes. Names become parts of a request's path, so only
//! valid ones may get there.

/// Whether `name` is a DNS label (RFC 1123): at most 63 of `a-z`, `0-9` and, not first or last,
/// `-`. Namespaces and API versions are labels.
#[must_use]
pub fn is_label(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    name.len() <= 63
        && name.bytes().next().is_some_and(plain)
        && name.bytes().next_back().is_some_and(plain)
        && name.bytes().all(|b| plain(b) || b == b'-')
}

/// Whether `name` is a DNS subdomain (RFC 1123): labels separated by dots, at most 253 bytes.
/// Object names and API groups are subdomains.
#[must_use]
pub fn is_subdomain(name: &str) -> bool {
    // Kubernetes lets a part between dots be longer than a label.
    let part = |part: &str| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        part.bytes().next().is_some_and(plain)
            && part.bytes().next_back().is_some_and(plain)
            && part.bytes().all(|b| plain(b) || b == b'-')
    };
    name.len() <= 253 && name.split('.').all(part)
}

/// Whether `version` is an `apiVersion`: `v1` or `group/v1`.
#[must_use]
pub fn is_api_version(version: &str) -> bool {
    match version.split_once('/') {
        Some((group, version)) => is_subdomain(group) && is_label(version),
        None => is_label(version),
    }
}

/// Whether `kind` has the form of a kind: letters and digits.
#[must_use]
pub fn is_kind(kind: &str) -> bool {
    !kind.is_empty() && kind.len() <= 63 && kind.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguishes_labels_and_subdomains() {
        let long = "a".repeat(64);
        let longest = "a".repeat(254);
        let cases = [
            ("a", true, true),
            ("a-1", true, true),
            ("a.b-c.d", false, true),
            (long.as_str(), false, true),
            (longest.as_str(), false, false),
            ("", false, false),
            ("-a", false, false),
            ("a-", false, false),
            ("a..b", false, false),
            (".", false, false),
            ("..", false, false),
            ("A", false, false),
            ("a/b", false, false),
            ("a?b", false, false),
            ("a%2fb", false, false),
            ("a\n", false, false),
            ("ä", false, false),
        ];
        for (name, label, subdomain) in cases {
            let got = (is_label(name), is_subdomain(name));
            assert_eq!(got, (label, subdomain), "{name:?}");
        }
    }

    #[test]
    fn an_api_version_may_have_a_group() {
        let cases = [
            ("v1", true),
            ("apps/v1", true),
            ("source.toolkit.fluxcd.io/v1beta2", true),
            ("", false),
            ("/v1", false),
            ("a/", false),
            ("a/b/c", false),
            ("../v1", false),
            ("a/../b", false),
        ];
        for (version, expected) in cases {
            assert_eq!(is_api_version(version), expected, "{version:?}");
        }
    }
}
