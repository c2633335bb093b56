use crate::{ArtifactChange, Event, GitChange, OtherChange, Paths, RequestChange};

impl Event {
    /// An event of which nothing but the sender's name for it is known.
    pub fn new(kind: &str) -> Self {
        Self {
            kind: kind.into(),
            action: None,
            changes: Vec::new(),
            payload: None,
            extensions: Vec::new(),
        }
    }

    /// Bytes of text that one event may hold.
    pub const LIMIT: usize = 128 * 1024;

    /// Bytes of the payload that filters see: half of what an event may hold, as its changes tell the
    /// payload's texts again.
    pub const LONGEST_PAYLOAD: usize = Self::LIMIT / 2;

    /// With a payload that filters see for the body, unless it is longer than
    /// [`Event::LONGEST_PAYLOAD`].
    pub fn with_payload(self, payload: &str) -> Self {
        Self {
            payload: (payload.len() <= Self::LONGEST_PAYLOAD).then(|| payload.into()),
            ..self
        }
    }

    /// Changes that are told one by one.
    pub const MOST_CHANGES: usize = 512;
}

impl GitChange {
    /// Something happened in a repository; which ref and which files is not known. Filters treat
    /// what is not known as "any".
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
    /// Something happened in a repository of a registry; which tag and which manifest is not known.
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
    /// Something happened to a pull or merge request of a repository; which request is not known.
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
    /// Something of this kind changed; where is not known.
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
