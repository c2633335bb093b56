use super::match_result::{Agreement, Difference, Doubt, Match};
use super::reference::{GitReference, is_commit, is_ref, non_empty};
use bellpull_core::RequestChange;

/// Prefixes of the refs that servers keep for requests in the target repository: GitHub, Gitea and
/// Azure DevOps (`refs/pull/17/head`, `/merge`), GitLab (`refs/merge-requests/17/head`), Bitbucket
/// Data Center (`refs/pull-requests/17/from`). No push event reports these refs.
const REQUEST_REFS: [&str; 3] = ["refs/pull/", "refs/merge-requests/", "refs/pull-requests/"];

impl GitReference {
    /// Compares with a pull request in the same repository. An event of a request means that its
    /// source branch is new or has moved, possibly in a fork. Its target branch moves when it is
    /// merged. No tag moves. Before the merge, no branch can be excluded.
    pub(super) fn compare_request(&self, request: &RequestChange) -> Match {
        match self {
            Self::Branch(branch) => compare_branch(branch, request),
            Self::Tag(_) | Self::Range(_) | Self::TagOrRange(..) => Match::Differs(Difference::Ref),
            Self::Name(name) => compare_name(name, request),
            Self::Commit(pinned) => match non_empty(request.head.as_deref()) {
                Some(head) if is_commit(head, pinned) => Match::Matched(Agreement::Commit),
                Some(_) => Match::Unknown(Doubt::Commit),
                None => Match::Unknown(Doubt::Ref),
            },
        }
    }
}

/// Compares a branch with a request. The event of an open request means that something in the
/// repository has changed, and the Receiver may not list the push events that would name the
/// branch.
fn compare_branch(branch: &str, request: &RequestChange) -> Match {
    let moved = |reference: Option<&str>| match non_empty(reference) {
        Some(moved) if is_ref(moved, "refs/heads/", branch) => Match::Matched(Agreement::Ref),
        Some(_) => Match::Differs(Difference::Ref),
        None => Match::Unknown(Doubt::Ref),
    };
    let source = moved(request.source.as_deref());
    let target = match request.merged {
        Some(true) => moved(request.target.as_deref()),
        Some(false) | None => Match::Unknown(Doubt::Request),
    };
    source.max(target)
}

fn compare_name(name: &str, request: &RequestChange) -> Match {
    if let Some(branch) = name.strip_prefix("refs/heads/") {
        return compare_branch(branch, request);
    }
    if name.starts_with("refs/tags/") {
        return Match::Differs(Difference::Ref);
    }
    let request_ref = REQUEST_REFS
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    match request_ref.and_then(|rest| rest.split('/').next()) {
        _ if !name.starts_with("refs/") => Match::Unknown(Doubt::SymbolicRef),
        Some(number) if number == request.number => Match::Matched(Agreement::Ref),
        Some(_) if !request.number.is_empty() => Match::Differs(Difference::Ref),
        // Gerrit has `refs/changes/`, and other servers may have other prefixes.
        _ => Match::Unknown(Doubt::Ref),
    }
}
