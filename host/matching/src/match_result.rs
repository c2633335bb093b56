use std::fmt;

/// Whether an event concerns an object, and why. Of several changes, the greatest result counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Match {
    /// The event concerns something else.
    Differs(Difference),
    /// The event may concern the object, so the object is notified.
    Unknown(Doubt),
    /// The event concerns what the object follows.
    Matched(Agreement),
}

/// Why an event concerns something else. Ordered from unrelated to closely related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Difference {
    /// A change of another kind, such as an artifact for an object that follows a Git ref.
    Nature,
    /// Another repository or location.
    Repository,
    /// A deletion, which brings nothing to fetch.
    Deleted,
    /// Another ref, tag or digest.
    Ref,
    /// A tag outside the version range, or one that the tag filter rejects.
    Range,
    /// The pinned commit was there before the change.
    Commit,
}

/// Why it is not known whether an event concerns an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Doubt {
    /// The list of events is incomplete.
    Unlisted,
    /// The event names no changes.
    Changes,
    /// The event names no repository in a readable form.
    Repository,
    /// The event names no ref, tag, digest or commit to compare.
    Ref,
    /// The pinned commit may be part of a push whose last commit the event names.
    Commit,
    /// The two hosts may be the same server.
    Host,
    /// The object follows a symbolic ref, such as `HEAD`.
    SymbolicRef,
    /// The version range or the tag filter cannot be parsed as Flux parses it.
    Range,
    /// The tag is a signature or an attestation that the object may wait for.
    Attachment,
    /// An object of this kind follows nothing that an event names.
    Kind,
    /// The object is a chart index over HTTP, which any change may have updated.
    Index,
    /// The object is a bucket, which any change may have filled.
    Store,
    /// Changes of this kind are not compared.
    ChangeKind,
    /// A pull request that is not merged may concern the branch.
    Request,
    /// The object's spec cannot be parsed.
    Spec,
    /// The chart's source is not known.
    Source,
}

/// What an event and an object have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Agreement {
    /// The repository. The object follows all of it.
    Repository,
    /// The location that the object reads from.
    Location,
    /// The repository, and a tag in the version range.
    Range,
    /// The repository, and the ref, tag or digest.
    Ref,
    /// The repository, and the pinned commit.
    Commit,
}

impl Match {
    /// Whether the object is notified. Unknown means yes, because a superfluous reconcile costs
    /// less than a missing one.
    #[must_use]
    pub fn selects(self) -> bool {
        !matches!(self, Self::Differs(_))
    }
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Differs(difference) => match difference {
                Difference::Nature => "differs: a change of another kind than the object follows",
                Difference::Repository => "differs: another repository or location",
                Difference::Deleted => "differs: a deletion brings nothing to fetch",
                Difference::Ref => "differs: another ref, tag or digest",
                Difference::Range => "differs: not a version in its range",
                Difference::Commit => "differs: the pinned commit was there before",
            },
            Self::Unknown(doubt) => match doubt {
                Doubt::Unlisted => "unknown: the list of events is incomplete",
                Doubt::Changes => "unknown: the event does not say what changed",
                Doubt::Repository => "unknown: the event names no readable repository",
                Doubt::Ref => "unknown: the event does not say which ref, tag, digest or commit",
                Doubt::Commit => "unknown: the pinned commit may be part of the push",
                Doubt::Host => "unknown: the two hosts may be the same server",
                Doubt::SymbolicRef => "unknown: the object follows a symbolic ref",
                Doubt::Range => "unknown: the version range or the tag filter cannot be read",
                Doubt::Attachment => "unknown: the object may wait for this signature",
                Doubt::Kind => "unknown: events name nothing that an object of this kind follows",
                Doubt::Index => "unknown: any change may have updated an index over HTTP",
                Doubt::Store => "unknown: any change may have filled a bucket",
                Doubt::ChangeKind => "unknown: changes of this kind are not compared",
                Doubt::Request => "unknown: a request that is not merged may concern the branch",
                Doubt::Spec => "unknown: the spec of the object cannot be read",
                Doubt::Source => "unknown: the source of the chart is not known",
            },
            Self::Matched(agreement) => match agreement {
                Agreement::Repository => "matched: the same repository",
                Agreement::Location => "matched: the same location",
                Agreement::Range => "matched: the same repository, and a version in its range",
                Agreement::Ref => "matched: the same repository, and the same ref, tag or digest",
                Agreement::Commit => "matched: the same repository, and the pinned commit",
            },
        })
    }
}
