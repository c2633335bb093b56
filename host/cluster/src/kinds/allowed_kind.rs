use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use bellpull_core::KindKey;

/// The groups whose kinds are always allowed: those that Flux's Receivers may name
/// (fluxcd/notification-controller v1.9.3, `api/v1/reference_types.go`), and that of Flux Operator.
const FLUX_GROUPS: [&str; 6] = [
    "fluxcd.controlplane.io",
    "helm.toolkit.fluxcd.io",
    "image.toolkit.fluxcd.io",
    "kustomize.toolkit.fluxcd.io",
    "source.extensions.fluxcd.io",
    "source.toolkit.fluxcd.io",
];

/// A kind outside Flux's groups that may be notified: `GROUP/KIND`, or `KIND` in the core group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AllowedKind {
    group: String,
    kind: String,
}

/// The text is not a `GROUP/KIND`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not GROUP/KIND, such as apps/Deployment")]
pub struct NotAKind;

impl FromStr for AllowedKind {
    type Err = NotAKind;

    fn from_str(text: &str) -> Result<Self, NotAKind> {
        use bellpull_core::names::{is_kind, is_subdomain};
        let (group, kind) = text.split_once('/').unwrap_or(("", text));
        let core = group.is_empty() && !text.contains('/');
        if (core || is_subdomain(group)) && is_kind(kind) {
            Ok(Self {
                group: group.to_owned(),
                kind: kind.to_owned(),
            })
        } else {
            Err(NotAKind)
        }
    }
}

impl fmt::Display for AllowedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.group.is_empty() {
            return f.write_str(&self.kind);
        }
        write!(f, "{}/{}", self.group, self.kind)
    }
}

/// Why a kind may not be notified; `None` when it may.
pub(super) fn refuse(key: &KindKey, allowed: &BTreeSet<AllowedKind>) -> Option<String> {
    let group = key
        .api_version
        .split_once('/')
        .map_or("", |(group, _)| group);
    let kind = AllowedKind {
        group: group.to_owned(),
        kind: key.kind.clone(),
    };
    let is_allowed = FLUX_GROUPS.contains(&group) || allowed.contains(&kind);
    (!is_allowed).then(|| {
        format!("{kind} is not a kind of Flux: start with --allow-target {kind} to allow it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_its_group_before_it() {
        let cases = [
            ("apps/Deployment", Ok("apps/Deployment")),
            ("argoproj.io/Application", Ok("argoproj.io/Application")),
            ("ConfigMap", Ok("ConfigMap")),
            ("", Err(NotAKind)),
            ("/ConfigMap", Err(NotAKind)),
            ("apps/", Err(NotAKind)),
            ("apps/v1/Deployment", Err(NotAKind)),
            ("../Deployment", Err(NotAKind)),
        ];
        for (text, expected) in cases {
            let got = text.parse::<AllowedKind>().map(|kind| kind.to_string());
            assert_eq!(got, expected.map(ToOwned::to_owned), "{text:?}");
        }
    }
}
