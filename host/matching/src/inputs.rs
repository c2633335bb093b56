use std::fmt;

use serde::Serialize;

use super::answer::{Agreement, Difference, Doubt, Match};
use super::follows::named;
use bellpull_core::Change;

/// What of a repository a ResourceSetInputProvider lists (controlplaneio-fluxcd/flux-operator v0.58.1,
/// `api/v1/resourcesetinputprovider_types.go`). Which of them its filters take is not asked: what no
/// longer passes changes the list too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum InputsFollow {
    /// Open pull or merge requests, with the commits of their sources.
    Requests,
    /// Branches with their commits.
    Branches,
    /// Tags with their commits.
    Tags,
    /// Environments of GitLab, with what is deployed there.
    Environments,
    /// Tags of an artifact with their digests.
    Artifacts,
}

impl InputsFollow {
    /// Of a provider's `spec.type`; none where that lists nothing of a repository.
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

    /// What a change of the same repository is to this. What is deleted changes a list as well.
    pub(super) fn compare(self, change: &Change) -> Match {
        let any = Match::Matched(Agreement::Repository);
        match (self, change) {
            (Self::Artifacts, Change::Artifact(_)) | (Self::Requests, Change::Request(_)) => any,
            (Self::Artifacts, _) | (_, Change::Artifact(_) | Change::Other(_)) => {
                Match::Differs(Difference::Nature)
            }
            (Self::Tags, Change::Request(_)) => Match::Differs(Difference::Ref),
            // Its source may be a branch of the repository, or be deployed.
            (_, Change::Request(_)) => Match::Unknown(Doubt::Ref),
            (_, Change::Git(git)) => match named(git.reference.as_deref()) {
                None => Match::Unknown(Doubt::Ref),
                Some(tag) if tag.starts_with("refs/tags/") => match self {
                    Self::Tags => any,
                    Self::Environments => Match::Unknown(Doubt::Ref),
                    _ => Match::Differs(Difference::Ref),
                },
                Some(branch) => match self {
                    Self::Tags if branch.starts_with("refs/") => Match::Differs(Difference::Ref),
                    Self::Tags | Self::Branches => any,
                    // A request may be of it, and what is deployed too.
                    _ => Match::Unknown(Doubt::Ref),
                },
            },
        }
    }
}

impl fmt::Display for InputsFollow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requests => "all requests",
            Self::Branches => "all branches",
            Self::Tags | Self::Artifacts => "all tags",
            Self::Environments => "all environments",
        })
    }
}
