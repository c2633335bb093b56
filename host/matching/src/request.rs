use super::answer::{Agreement, Difference, Doubt, Match};
use super::follows::{GitFollows, is_commit, is_ref, named};
use bellpull_core::RequestChange;

/// Where servers keep requests among the refs of the repository that they would change: GitHub, Gitea
/// and Azure DevOps (`refs/pull/17/head`, `/merge`), GitLab (`refs/merge-requests/17/head`), Bitbucket
/// Data Center (`refs/pull-requests/17/from`). No push tells of them.
const REQUESTS: [&str; 3] = ["refs/pull/", "refs/merge-requests/", "refs/pull-requests/"];

impl GitFollows {
    /// What a request to change the same repository is to this. It says that its source is new or has
    /// moved, though that may be a branch of a fork; its target moves when it is merged, and no tag
    /// does. What is not merged leaves no branch out.
    pub(super) fn compare_request(&self, request: &RequestChange) -> Match {
        match self {
            Self::Branch(branch) => of_branch(branch, request),
            Self::Tag(_) | Self::Range(_) | Self::TagOrRange(..) => Match::Differs(Difference::Ref),
            Self::Name(name) => of_name(name, request),
            Self::Commit(pinned) => match named(request.head.as_deref()) {
                Some(head) if is_commit(head, pinned) => Match::Matched(Agreement::Commit),
                Some(_) => Match::Unknown(Doubt::Commit),
                None => Match::Unknown(Doubt::Ref),
            },
        }
    }
}

/// While a request is open its sender tells of a repository of which something has changed, and a
/// Receiver need not list the pushes that would tell which branch it was.
fn of_branch(branch: &str, request: &RequestChange) -> Match {
    let moved = |reference: Option<&str>| match named(reference) {
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

fn of_name(name: &str, request: &RequestChange) -> Match {
    if let Some(branch) = name.strip_prefix("refs/heads/") {
        return of_branch(branch, request);
    }
    if name.starts_with("refs/tags/") {
        return Match::Differs(Difference::Ref);
    }
    let own = REQUESTS.iter().find_map(|prefix| name.strip_prefix(prefix));
    match own.and_then(|own| own.split('/').next()) {
        _ if !name.starts_with("refs/") => Match::Unknown(Doubt::SymbolicRef),
        Some(number) if number == request.number => Match::Matched(Agreement::Ref),
        Some(_) if !request.number.is_empty() => Match::Differs(Difference::Ref),
        // Gerrit has `refs/changes/`, and another server may have others.
        _ => Match::Unknown(Doubt::Ref),
    }
}
