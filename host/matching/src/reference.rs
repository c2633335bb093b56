//! The ref, tag or digest of a repository that an object follows, and its comparison with changes.

use std::fmt;

use regex::RegexBuilder;
use serde::Serialize;

use super::match_result::{Agreement, Difference, Doubt, Match};
use super::range::{VersionRange, version_of};
use bellpull_core::{ArtifactChange, GitChange};

/// The commits that a GitRepository fetches: its `spec.ref`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum GitReference {
    Branch(String),
    Tag(String),
    /// The highest version among the tags.
    Range(String),
    /// A tag and a range. The range wins by Flux's documentation and the tag by its code
    /// (`gogit/client.go` of fluxcd/pkg/git v0.52.0), so the object may follow either.
    TagOrRange(String, String),
    /// A full ref name.
    Name(String),
    Commit(String),
}

/// The artifacts of a repository that an object reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ArtifactReference {
    /// Every tag.
    AllTags,
    Tag(String),
    /// The highest version among the tags. With a pattern: among the tags that match it.
    Range(String, Option<String>),
    /// The manifest with this digest.
    Digest(String),
}

impl GitReference {
    /// Compares with a change of the same repository. An event names only the last commit of a
    /// push, so a pinned commit may be among the earlier ones.
    pub(super) fn compare(&self, change: &GitChange) -> Match {
        if let Self::Commit(pinned) = self {
            return match non_empty(change.after.as_deref()) {
                None => Match::Unknown(Doubt::Ref),
                Some(after) if is_commit(after, pinned) => Match::Matched(Agreement::Commit),
                Some(_) => match non_empty(change.before.as_deref()) {
                    Some(before) if is_commit(before, pinned) => Match::Differs(Difference::Commit),
                    _ => Match::Unknown(Doubt::Commit),
                },
            };
        }
        let Some(moved) = non_empty(change.reference.as_deref()) else {
            return Match::Unknown(Doubt::Ref);
        };
        match self {
            Self::Branch(branch) => same_ref(is_ref(moved, "refs/heads/", branch)),
            Self::Tag(tag) => same_ref(is_ref(moved, "refs/tags/", tag)),
            Self::Range(range) => compare_git_range(moved, range),
            Self::TagOrRange(tag, range) => {
                same_ref(is_ref(moved, "refs/tags/", tag)).max(compare_git_range(moved, range))
            }
            // `refs/tags/v1^{}` is the commit that an annotated tag points to.
            Self::Name(name) if name.starts_with("refs/") => same_ref(
                name.strip_suffix("^{}").unwrap_or(name) == moved || short_name(name) == moved,
            ),
            Self::Name(_) => Match::Unknown(Doubt::SymbolicRef),
            Self::Commit(_) => Match::Unknown(Doubt::Ref),
        }
    }
}

impl ArtifactReference {
    /// Compares with a change of the same repository.
    pub(super) fn compare(&self, change: &ArtifactChange) -> Match {
        let tag = non_empty(change.tag.as_deref());
        // Harbor sends the digest as the tag if there is no tag.
        let (tag, digest) = match tag {
            Some(digest) if digest.contains(':') => (None, Some(digest)),
            tag => (tag, non_empty(change.digest.as_deref())),
        };
        let attached = match tag.and_then(attached_digest) {
            Some(hex) => self.may_wait_for_attachment(hex),
            None => false,
        };
        if attached {
            return Match::Unknown(Doubt::Attachment);
        }
        match (self, tag) {
            (Self::AllTags, _) => Match::Matched(Agreement::Repository),
            (Self::Digest(wanted), _) => match digest {
                Some(digest) => same_ref(digest.eq_ignore_ascii_case(wanted)),
                None => Match::Unknown(Doubt::Ref),
            },
            (_, None) => Match::Unknown(Doubt::Ref),
            (Self::Tag(wanted), Some(tag)) => same_ref(tag == wanted),
            (Self::Range(range, filter), Some(tag)) => {
                compare_artifact_range(tag, range, filter.as_deref())
            }
        }
    }

    fn may_wait_for_attachment(&self, hex: &str) -> bool {
        match self {
            Self::AllTags => false,
            Self::Tag(_) | Self::Range(..) => true,
            Self::Digest(digest) => digest
                .split_once(':')
                .is_some_and(|(_, wanted)| hex == wanted),
        }
    }
}

/// An empty name counts as absent.
pub(super) fn non_empty(name: Option<&str>) -> Option<&str> {
    name.filter(|name| !name.is_empty())
}

fn same_ref(is_same: bool) -> Match {
    match is_same {
        true => Match::Matched(Agreement::Ref),
        false => Match::Differs(Difference::Ref),
    }
}

/// Whether a moved ref is `name`. Some senders give the short name, which may be a branch or a tag.
pub(super) fn is_ref(moved: &str, prefix: &str, name: &str) -> bool {
    moved == name || moved.strip_prefix(prefix) == Some(name)
}

fn short_name(name: &str) -> &str {
    let heads = name.strip_prefix("refs/heads/");
    heads.or(name.strip_prefix("refs/tags/")).unwrap_or(name)
}

/// Whether two commit ids are equal. Either may be abbreviated; Git writes at least seven digits.
pub(super) fn is_commit(one: &str, other: &str) -> bool {
    let length = one.len().min(other.len());
    match (one.get(..length), other.get(..length)) {
        (Some(one), Some(other)) => length >= 7 && one.eq_ignore_ascii_case(other),
        _ => false,
    }
}

fn compare_git_range(moved: &str, range: &str) -> Match {
    match moved.strip_prefix("refs/tags/") {
        Some(tag) => compare_version(tag, range),
        None if moved.starts_with("refs/") => Match::Differs(Difference::Ref),
        None => compare_version(moved, range),
    }
}

fn compare_version(tag: &str, range: &str) -> Match {
    let Some(range) = VersionRange::parse(range) else {
        return Match::Unknown(Doubt::Range);
    };
    match version_of(tag).is_some_and(|version| range.contains(&version)) {
        true => Match::Matched(Agreement::Range),
        false => Match::Differs(Difference::Range),
    }
}

/// Limits for a tag filter and its compiled form: far more than one needs.
const MAX_FILTER_BYTES: usize = 1024;
const MAX_COMPILED_FILTER_BYTES: usize = 1 << 18;

/// Compares a tag with a range and a tag filter. A tag cannot contain `+`, so charts are tagged
/// with `_` instead.
fn compare_artifact_range(tag: &str, range: &str, filter: Option<&str>) -> Match {
    let result = compare_version(&tag.replace('_', "+"), range);
    let Some(filter) = filter.filter(|_| result.selects()) else {
        return result;
    };
    if filter.len() > MAX_FILTER_BYTES {
        return Match::Unknown(Doubt::Range);
    }
    let pattern = RegexBuilder::new(filter)
        .size_limit(MAX_COMPILED_FILTER_BYTES)
        .build();
    match pattern.map(|pattern| pattern.is_match(tag)) {
        Ok(true) => result,
        Ok(false) => Match::Differs(Difference::Range),
        Err(_) => Match::Unknown(Doubt::Range),
    }
}

/// The digest of the artifact that a signature or attestation belongs to, by its tag. cosign and
/// the OCI distribution specification ("referrers tag schema") write `sha256-<hex>`, followed by a
/// suffix such as `.sig`.
fn attached_digest(tag: &str) -> Option<&str> {
    let hex = tag.strip_prefix("sha256-")?.split('.').next()?;
    (hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hex)
}

impl fmt::Display for GitReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Branch(branch) => write!(f, "refs/heads/{branch}"),
            Self::Tag(tag) => write!(f, "refs/tags/{tag}"),
            Self::Range(range) => write!(f, "tags within {range:?}"),
            Self::TagOrRange(tag, range) => write!(f, "refs/tags/{tag} or tags within {range:?}"),
            Self::Name(name) => f.write_str(name),
            Self::Commit(commit) => write!(f, "commit {commit}"),
        }
    }
}

impl fmt::Display for ArtifactReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllTags => f.write_str("all tags"),
            Self::Tag(tag) => write!(f, "tag {tag}"),
            Self::Range(range, None) => write!(f, "tags within {range:?}"),
            Self::Range(range, Some(filter)) => {
                write!(f, "tags within {range:?} and like {filter:?}")
            }
            Self::Digest(digest) => f.write_str(digest),
        }
    }
}
