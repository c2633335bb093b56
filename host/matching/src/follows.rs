//! What of a repository an object follows, and whether a change is of it.

use std::fmt;

use regex::RegexBuilder;
use serde::Serialize;

use super::answer::{Agreement, Difference, Doubt, Match};
use super::range::{Range, version_of};
use bellpull_core::{ArtifactChange, GitChange};

/// Which commits of a repository a GitRepository fetches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum GitFollows {
    Branch(String),
    Tag(String),
    /// The highest version among the tags.
    Range(String),
    /// Both are given. Flux's documentation lets the range win and its code the tag (`gogit/
    /// client.go` of fluxcd/pkg/git v0.52.0), so that either may be what is followed.
    TagOrRange(String, String),
    /// A full ref name.
    Name(String),
    Commit(String),
}

/// Which artifacts of a repository an object reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ArtifactFollows {
    /// The list of tags.
    AllTags,
    Tag(String),
    /// The highest version among the tags, or among those that the pattern matches.
    Range(String, Option<String>),
    /// One manifest.
    Digest(String),
}

impl GitFollows {
    /// What a change of the same repository is to this. An event names the last commit of a push
    /// alone: the one that is pinned may be among those before it.
    pub(super) fn compare(&self, change: &GitChange) -> Match {
        if let Self::Commit(pinned) = self {
            return match named(change.after.as_deref()) {
                None => Match::Unknown(Doubt::Ref),
                Some(after) if is_commit(after, pinned) => Match::Matched(Agreement::Commit),
                Some(_) => match named(change.before.as_deref()) {
                    Some(before) if is_commit(before, pinned) => Match::Differs(Difference::Commit),
                    _ => Match::Unknown(Doubt::Commit),
                },
            };
        }
        let Some(moved) = named(change.reference.as_deref()) else {
            return Match::Unknown(Doubt::Ref);
        };
        match self {
            Self::Branch(branch) => same(is_ref(moved, "refs/heads/", branch)),
            Self::Tag(tag) => same(is_ref(moved, "refs/tags/", tag)),
            Self::Range(range) => git_range(moved, range),
            Self::TagOrRange(tag, range) => {
                same(is_ref(moved, "refs/tags/", tag)).max(git_range(moved, range))
            }
            // What an annotated tag points to is written `refs/tags/v1^{}`.
            Self::Name(name) if name.starts_with("refs/") => {
                same(name.strip_suffix("^{}").unwrap_or(name) == moved || short(name) == moved)
            }
            Self::Name(_) => Match::Unknown(Doubt::SymbolicRef),
            Self::Commit(_) => Match::Unknown(Doubt::Ref),
        }
    }
}

impl ArtifactFollows {
    /// What a change of the same repository is to this.
    pub(super) fn compare(&self, change: &ArtifactChange) -> Match {
        let tag = named(change.tag.as_deref());
        // Harbor says the digest in place of a tag where there is none.
        let (tag, digest) = match tag {
            Some(digest) if digest.contains(':') => (None, Some(digest)),
            tag => (tag, named(change.digest.as_deref())),
        };
        let attached = match tag.and_then(attached_to) {
            Some(hex) => self.waits_for(hex),
            None => false,
        };
        if attached {
            return Match::Unknown(Doubt::Attachment);
        }
        match (self, tag) {
            (Self::AllTags, _) => Match::Matched(Agreement::Repository),
            (Self::Digest(wanted), _) => match digest {
                Some(digest) => same(digest.eq_ignore_ascii_case(wanted)),
                None => Match::Unknown(Doubt::Ref),
            },
            (_, None) => Match::Unknown(Doubt::Ref),
            (Self::Tag(wanted), Some(tag)) => same(tag == wanted),
            (Self::Range(range, filter), Some(tag)) => {
                artifact_range(tag, range, filter.as_deref())
            }
        }
    }

    fn waits_for(&self, hex: &str) -> bool {
        match self {
            Self::AllTags => false,
            Self::Tag(_) | Self::Range(..) => true,
            Self::Digest(digest) => digest
                .split_once(':')
                .is_some_and(|(_, wanted)| hex == wanted),
        }
    }
}

/// An empty name is none.
pub(super) fn named(name: Option<&str>) -> Option<&str> {
    name.filter(|name| !name.is_empty())
}

fn same(is_same: bool) -> Match {
    match is_same {
        true => Match::Matched(Agreement::Ref),
        false => Match::Differs(Difference::Ref),
    }
}

/// Senders give full names; some give the short one, which may be a branch or a tag.
pub(super) fn is_ref(moved: &str, prefix: &str, name: &str) -> bool {
    moved == name || moved.strip_prefix(prefix) == Some(name)
}

fn short(name: &str) -> &str {
    let heads = name.strip_prefix("refs/heads/");
    heads.or(name.strip_prefix("refs/tags/")).unwrap_or(name)
}

/// Commit ids are hexadecimal, and either may be cut. Git writes at least seven digits of one.
pub(super) fn is_commit(one: &str, other: &str) -> bool {
    let length = one.len().min(other.len());
    match (one.get(..length), other.get(..length)) {
        (Some(one), Some(other)) => length >= 7 && one.eq_ignore_ascii_case(other),
        _ => false,
    }
}

fn git_range(moved: &str, range: &str) -> Match {
    match moved.strip_prefix("refs/tags/") {
        Some(tag) => in_range(tag, range),
        None if moved.starts_with("refs/") => Match::Differs(Difference::Ref),
        None => in_range(moved, range),
    }
}

fn in_range(tag: &str, range: &str) -> Match {
    let Some(range) = Range::read(range) else {
        return Match::Unknown(Doubt::Range);
    };
    match version_of(tag).is_some_and(|version| range.holds(&version)) {
        true => Match::Matched(Agreement::Range),
        false => Match::Differs(Difference::Range),
    }
}

/// Much more than a filter of tags needs, as it is written and compiled.
const MAX_FILTER_BYTES: usize = 1024;
const MAX_COMPILED_FILTER_BYTES: usize = 1 << 18;

/// No tag may have `+`, so that charts are tagged with `_` in its place.
fn artifact_range(tag: &str, range: &str, filter: Option<&str>) -> Match {
    let within = in_range(&tag.replace('_', "+"), range);
    let Some(filter) = filter.filter(|_| within.selects()) else {
        return within;
    };
    if filter.len() > MAX_FILTER_BYTES {
        return Match::Unknown(Doubt::Range);
    }
    let pattern = RegexBuilder::new(filter)
        .size_limit(MAX_COMPILED_FILTER_BYTES)
        .build();
    match pattern.map(|pattern| pattern.is_match(tag)) {
        Ok(true) => within,
        Ok(false) => Match::Differs(Difference::Range),
        Err(_) => Match::Unknown(Doubt::Range),
    }
}

/// The digest that a tag is attached to: cosign and the OCI distribution specification ("referrers
/// tag schema") write `sha256-<hex>`, with `.sig` or the like behind.
fn attached_to(tag: &str) -> Option<&str> {
    let hex = tag.strip_prefix("sha256-")?.split('.').next()?;
    (hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hex)
}

impl fmt::Display for GitFollows {
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

impl fmt::Display for ArtifactFollows {
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
