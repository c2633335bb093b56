use std::fmt;

use serde::Serialize;

use super::match_result::{Agreement, Difference, Doubt, Match};
use super::reference::non_empty;
use bellpull_core::Change;

/// What a ResourceSetInputProvider lists of a repository (controlplaneio-fluxcd/flux-operator
/// v0.58.1, `api/v1/resourcesetinputprovider_types.go`). Its filters are not applied: an item that
/// no longer passes them also changes the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ListedInputs {
    /// Open pull or merge requests with their head commits.
    Requests,
    /// Branches with their commits.
    Branches,
    /// Tags with their commits.
    Tags,
    /// Environments of GitLab with their deployments.
    Environments,
    /// Tags of an artifact with their digests.
    Artifacts,
}

impl ListedInputs {
    /// What a provider with this `spec.type` lists. `None` if it lists nothing of a repository.
    pub(super) fn of(kind: &str) -> Option<Self> {
        let endings = [
            ("PullRequest", Self::Requests),
            ("MergeRequest", Self::Requests),
            ("Branch", Self::Branches),
            ("ArtifactTag", Self::Artifacts),
            ("Tag", Self::Tags),
            ("Environment", Self::Environments),
        ];
        let found = endings.iter().find(|(ending, _)| kind.ends_with(ending));
        found.map(|(_, follows)| *follows)
    }

    /// Compares with a change of the same repository. A deletion changes a list too.
    pub(super) fn compare(self, change: &Change) -> Match {
        let listed = Match::Matched(Agreement::Repository);
        match (self, change) {
            (Self::Artifacts, Change::Artifact(_)) | (Self::Requests, Change::Request(_)) => listed,
            (Self::Artifacts, _) | (_, Change::Artifact(_) | Change::Other(_)) => {
                Match::Differs(Difference::Nature)
            }
            (Self::Tags, Change::Request(_)) => Match::Differs(Difference::Ref),
            // Its source may be a branch of this repository, or may be deployed.
            (_, Change::Request(_)) => Match::Unknown(Doubt::Ref),
            (_, Change::Git(git)) => match non_empty(git.reference.as_deref()) {
                None => Match::Unknown(Doubt::Ref),
                Some(tag) if tag.starts_with("refs/tags/") => match self {
                    Self::Tags => listed,
                    Self::Environments => Match::Unknown(Doubt::Ref),
                    _ => Match::Differs(Difference::Ref),
                },
                Some(branch) => match self {
                    Self::Tags if branch.starts_with("refs/") => Match::Differs(Difference::Ref),
                    Self::Tags | Self::Branches => listed,
                    // The branch may belong to a request, or may be deployed.
                    _ => Match::Unknown(Doubt::Ref),
                },
            },
        }
    }
}

impl fmt::Display for ListedInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requests => "all requests",
            Self::Branches => "all branches",
            Self::Tags | Self::Artifacts => "all tags",
            Self::Environments => "all environments",
        })
    }
}
