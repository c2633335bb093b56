use std::fmt;

/// Whether an event concerns an object, and why. Ordered: of several changes the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Match {
    /// The event is of something else.
    Differs(Difference),
    /// Nothing tells them apart; the object is notified.
    Unknown(Doubt),
    /// The event is of what the object follows.
    Matched(Agreement),
}

/// What makes the event another's. Ordered from far to near.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Difference {
    /// Such as a ref of Git and an artifact of a registry.
    Nature,
    /// Another repository or location.
    Repository,
    /// Something went; what is gone brings nothing to fetch.
    Deleted,
    /// Another ref, tag or digest.
    Ref,
    /// A tag that is not within the range, or that the filter of tags leaves out.
    Range,
    /// The commit that is pinned was there before.
    Commit,
}

/// What is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Doubt {
    /// The delivery tells more events than are known.
    Unlisted,
    /// The event names no changes.
    Changes,
    /// The event names no repository that can be read.
    Repository,
    /// The event names no ref, tag, digest or commit to compare.
    Ref,
    /// The commit that is pinned may have come along with the one that the event names.
    Commit,
    /// The two hosts may be one server.
    Host,
    /// The object follows a symbolic ref, such as `HEAD`.
    SymbolicRef,
    /// The range or the filter of tags cannot be read as Flux reads it.
    Range,
    /// The tag holds a signature or an attestation, for which the object may wait.
    Attachment,
    /// The object is of a kind that names nothing an event could name.
    Kind,
    /// The object is an index over HTTP, which any change may have brought about.
    Index,
    /// The object is a bucket, which any change may have filled.
    Store,
    /// What changed is of a kind that is not known here.
    Thing,
    /// A request that is not merged may be of the branch.
    Request,
    /// The object's spec cannot be read.
    Spec,
    /// The chart's source is not known.
    Source,
}

/// What is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Agreement {
    /// The repository, of which the object lists all.
    Repository,
    /// The place that the object reads.
    Location,
    /// The repository, and the tag is within the range.
    Range,
    /// The repository, and the ref, tag or digest.
    Ref,
    /// The repository, and the commit that is pinned.
    Commit,
}

impl Match {
    /// Whether the object is to be notified. Unknown means yes: a reconcile too many costs less than
    /// one that never comes.
    #[must_use]
    pub fn selects(self) -> bool {
        !matches!(self, Self::Differs(_))
    }
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Differs(difference) => match difference {
                Difference::Nature => "differs: the one is not of the kind of the other",
                Difference::Repository => "differs: another repository or location",
                Difference::Deleted => "differs: what is deleted brings nothing to fetch",
                Difference::Ref => "differs: another ref, tag or digest",
                Difference::Range => "differs: not among the versions of its range",
                Difference::Commit => "differs: the commit that is pinned was there before",
            },
            Self::Unknown(doubt) => match doubt {
                Doubt::Unlisted => "unknown: the delivery tells more events than are known",
                Doubt::Changes => "unknown: the event does not say what changed",
                Doubt::Repository => "unknown: the event names no repository that can be read",
                Doubt::Ref => "unknown: the event does not say which ref, tag, digest or commit",
                Doubt::Commit => "unknown: the commit that is pinned may have come along",
                Doubt::Host => "unknown: the two hosts may be one server",
                Doubt::SymbolicRef => "unknown: the object follows a symbolic ref",
                Doubt::Range => "unknown: the range or the filter of tags cannot be read",
                Doubt::Attachment => "unknown: the object may wait for this signature",
                Doubt::Kind => "unknown: objects of this kind name nothing that an event names",
                Doubt::Index => "unknown: an index over HTTP may come of any change",
                Doubt::Store => "unknown: a bucket may be filled by any change",
                Doubt::Thing => "unknown: what changed is of a kind that is not compared",
                Doubt::Request => "unknown: a request that is not merged may be of the branch",
                Doubt::Spec => "unknown: the spec of the object cannot be read",
                Doubt::Source => "unknown: the source of the chart is not known",
            },
            Self::Matched(agreement) => match agreement {
                Agreement::Repository => "matched: the same repository",
                Agreement::Location => "matched: the same location",
                Agreement::Range => "matched: the same repository, and a version of its range",
                Agreement::Ref => "matched: the same repository, and the same ref, tag or digest",
                Agreement::Commit => "matched: the same repository, and the commit that is pinned",
            },
        })
    }
}
