//! The values of `--plugin-override` and `--grant`.

use std::fmt;

use bellpull_engine::Digest;

/// A provider name, for any component or only for the one with a digest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProviderClaim {
    pub provider: String,
    /// The digest of the component; `None`: any component.
    pub digest: Option<Digest>,
}

impl ProviderClaim {
    /// Whether this applies to a component with this digest.
    #[must_use]
    pub fn is_for(&self, digest: Digest) -> bool {
        self.digest.is_none_or(|asked| asked == digest)
    }
}

impl fmt::Display for ProviderClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.provider)?;
        match self.digest {
            Some(digest) => write!(f, "@{digest}"),
            None => Ok(()),
        }
    }
}

/// Parses `acme` or `acme@sha256:…`.
pub(super) fn claim(text: &str) -> Result<ProviderClaim, String> {
    let (provider, digest) = match text.split_once('@') {
        None => (text, None),
        Some((provider, digest)) => {
            let digest = Digest::parse(digest).ok_or_else(|| {
                format!(
                    "{digest:?} is not a digest: write sha256: and 64 digits, as `bellpull inspect` \
                     prints them"
                )
            })?;
            (provider, Some(digest))
        }
    };
    if provider.is_empty() {
        return Err("expected NAME or NAME@sha256:DIGEST".to_owned());
    }
    Ok(ProviderClaim {
        provider: provider.to_owned(),
        digest,
    })
}

/// The grants of one flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantList(pub(crate) Vec<Grant>);

/// One capability for one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) to: ProviderClaim,
    pub(crate) capability: Capability,
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.to, self.capability)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Capability {
    Jwt,
    Fetch(String),
    Read(String),
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Jwt => f.write_str("jwt"),
            Self::Fetch(host) => write!(f, "fetch:{host}"),
            Self::Read(key) => write!(f, "read:{key}"),
        }
    }
}

/// Parses `acme=jwt,fetch:example.com`. A capability without a name belongs to the name before it.
pub(super) fn grants(text: &str) -> Result<GrantList, String> {
    let expected = "expected NAME=jwt, NAME=fetch:HOST or NAME=read:KEY, for example \
                    acme=jwt,read:email";
    let mut list: Vec<Grant> = Vec::new();
    for part in text.split(',') {
        let (to, capability) = match (part.split_once('='), list.last()) {
            (Some(("", _)), _) | (None, None) => return Err(expected.to_owned()),
            (Some((to, capability)), _) => (claim(to)?, capability),
            (None, Some(last)) => (last.to.clone(), part),
        };
        let capability = match capability.split_once(':') {
            None if capability == "jwt" => Capability::Jwt,
            Some(("fetch", host)) if !host.is_empty() => Capability::Fetch(host.to_owned()),
            Some(("read", key)) if !key.is_empty() => Capability::Read(key.to_owned()),
            _ => return Err(expected.to_owned()),
        };
        list.push(Grant { to, capability });
    }
    Ok(GrantList(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_names_a_provider_and_a_capability() {
        let digest = Digest::of(b"a");
        let given = format!("acme=jwt,fetch:*.example.com,read:email,beta@{digest}=jwt,read:x");
        let GrantList(list) = grants(&given).unwrap();
        let told: Vec<String> = list.iter().map(ToString::to_string).collect();
        let expected = [
            "acme=jwt".to_owned(),
            "acme=fetch:*.example.com".to_owned(),
            "acme=read:email".to_owned(),
            format!("beta@{digest}=jwt"),
            format!("beta@{digest}=read:x"),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn an_error_says_what_a_grant_looks_like() {
        for text in [
            "",
            "acme",
            "acme=",
            "acme=read",
            "acme=read:",
            "=read:email",
            "acme=fetch:",
            "acme=jwt:x",
            "jwt,acme=jwt",
            "acme=jwt,",
        ] {
            let error = grants(text).unwrap_err();
            assert!(error.contains("NAME=read:KEY"), "{text}: {error}");
        }
        for text in ["acme@=jwt", "acme@sha256:00=jwt", "acme@1.0=jwt"] {
            let error = grants(text).unwrap_err();
            assert!(error.contains("is not a digest"), "{text}: {error}");
        }
    }

    #[test]
    fn a_claim_is_a_name_and_may_have_a_digest() {
        let digest = Digest::of(b"a");
        for text in ["acme".to_owned(), format!("acme@{digest}")] {
            assert_eq!(claim(&text).unwrap().to_string(), text);
        }
        for (text, part) in [
            ("", "expected NAME"),
            ("@", "is not a digest"),
            ("acme@sha256:1", "is not a digest"),
            (&format!("@{digest}"), "expected NAME"),
        ] {
            let error = claim(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}, expected {part}");
        }
    }
}
