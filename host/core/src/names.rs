//! Names that Kubernetes takes. They become parts of a request's path, so what is no name must not
//! get there.

/// Whether `name` is a DNS label: at most 63 of `a-z`, `0-9` and, within, `-` (RFC 1123). Namespaces
/// are, and versions of an API.
#[must_use]
pub fn is_label(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    name.len() <= 63
        && name.bytes().next().is_some_and(plain)
        && name.bytes().next_back().is_some_and(plain)
        && name.bytes().all(|b| plain(b) || b == b'-')
}

/// Whether `name` is a DNS subdomain: labels with dots between, at most 253 bytes (RFC 1123). Names
/// of objects are, and groups of an API.
#[must_use]
pub fn is_subdomain(name: &str) -> bool {
    // A part between dots may be longer than a label, as Kubernetes takes it.
    let part = |part: &str| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        part.bytes().next().is_some_and(plain)
            && part.bytes().next_back().is_some_and(plain)
            && part.bytes().all(|b| plain(b) || b == b'-')
    };
    name.len() <= 253 && name.split('.').all(part)
}

/// Whether `version` is the `apiVersion` of a kind: `v1`, or `group/v1`.
#[must_use]
pub fn is_api_version(version: &str) -> bool {
    match version.split_once('/') {
        Some((group, version)) => is_subdomain(group) && is_label(version),
        None => is_label(version),
    }
}

/// Whether `kind` is one: letters and digits.
#[must_use]
pub fn is_kind(kind: &str) -> bool {
    !kind.is_empty() && kind.len() <= 63 && kind.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_names() {
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
    fn a_version_is_alone_or_behind_a_group() {
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
