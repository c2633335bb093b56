use crate::{ArtifactChange, Event, GitChange, OtherChange, Paths, RequestChange};

impl Event {
    /// An event of which only the sender's name for it is known.
    pub fn new(kind: &str) -> Self {
        Self {
            kind: kind.into(),
            action: None,
            changes: Vec::new(),
            payload: None,
            extensions: Vec::new(),
        }
    }

    /// The most bytes of all texts of one event.
    pub const LIMIT: usize = 128 * 1024;

    /// The most bytes of a payload: half of what an event may hold, because the changes repeat texts of
    /// the payload.
    pub const LONGEST_PAYLOAD: usize = Self::LIMIT / 2;

    /// The event with a payload that filters see in place of the body. A payload longer than
    /// [`Event::LONGEST_PAYLOAD`] is left out.
    pub fn with_payload(self, payload: &str) -> Self {
        Self {
            payload: (payload.len() <= Self::LONGEST_PAYLOAD).then(|| payload.into()),
            ..self
        }
    }

    /// The most changes of one event.
    pub const MOST_CHANGES: usize = 512;
}

impl GitChange {
    /// A change of an unknown ref and unknown files of a repository. Filters treat unknown as "any".
    pub fn in_repository(repositories: Vec<String>) -> Self {
        Self {
            repositories,
            ref_: None,
            before: None,
            after: None,
            deleted: false,
            paths: Paths::Unknown,
        }
    }
}

impl ArtifactChange {
    /// A change of an unknown tag and an unknown digest of a repository.
    pub fn in_repository(repositories: Vec<String>) -> Self {
        Self {
            repositories,
            tag: None,
            digest: None,
            deleted: false,
        }
    }
}

impl RequestChange {
    /// A change of an unknown pull or merge request of a repository.
    pub fn in_repository(repositories: Vec<String>) -> Self {
        Self {
            repositories,
            number: String::new(),
            source: None,
            target: None,
            head: None,
            action: None,
            merged: None,
            draft: None,
            labels: None,
        }
    }
}

impl OtherChange {
    /// A change of something of this kind, at an unknown location.
    pub fn of(kind: &str) -> Self {
        Self {
            kind: kind.into(),
            locations: Vec::new(),
            name: None,
            revision: None,
            attributes: Vec::new(),
        }
    }
}
