//! Constructors for the contract's records, meant for struct update syntax:
//! `Binding { warnings, ..Binding::signature("token") }`.

use crate::{
    ArtifactChange, Authentication, Binding, Change, Credential, Description, Event, GitChange,
    Paths, Problem, Source,
};

/// The names as the contract carries them.
pub fn names(names: &[&str]) -> Vec<String> {
    names.iter().copied().map(String::from).collect()
}

impl Description {
    /// A component for one `spec.type`, that knows no events, checks no credentials, takes no
    /// `spec.config` and fetches nothing. `version` is usually `env!("CARGO_PKG_VERSION")`.
    pub fn new(provider: &str, version: &str) -> Self {
        Self {
            providers: names(&[provider]),
            version: version.into(),
            documentation: String::new(),
            events: Vec::new(),
            credential_keys: Vec::new(),
            setting_keys: Vec::new(),
            config_schema: String::new(),
            fetch_hosts: Vec::new(),
        }
    }
}

impl Credential {
    /// A key that must be there, and that a check must have matched before a delivery is accepted.
    /// `encoding` is `text`, `base64`, `hex` or `whsec`.
    pub fn proving(key: &str, encoding: &str) -> Self {
        Self {
            key: key.into(),
            encoding: encoding.into(),
            proves: true,
        }
    }

    /// A key that must be there and proves nothing, such as one that only makes the path.
    pub fn needed(key: &str) -> Self {
        Self {
            key: key.into(),
            encoding: "text".into(),
            proves: false,
        }
    }
}

impl Binding {
    /// Deliveries are proved in the way given by these credentials; POST alone is answered, and
    /// nothing of the body is read before the proof.
    pub fn new(authentication: Authentication, credentials: Vec<Credential>) -> Self {
        Self {
            authentication,
            credentials,
            methods: names(&["POST"]),
            carriers: Vec::new(),
            issuers: Vec::new(),
            parses_before_verify: false,
            answers_handshakes: false,
            warnings: Vec::new(),
        }
    }

    /// Deliveries carry a MAC under the text of `key`.
    pub fn signature(key: &str) -> Self {
        Self::new(
            Authentication::Signature,
            vec![Credential::proving(key, "text")],
        )
    }

    /// Deliveries present the text of `key` at `carrier`, which then reads as redacted.
    pub fn secret(key: &str, carrier: Source) -> Self {
        Self {
            carriers: vec![carrier],
            ..Self::new(
                Authentication::Secret,
                vec![Credential::proving(key, "text")],
            )
        }
    }

    /// Deliveries present a token of one of these issuers at `carrier`, which then reads as
    /// redacted.
    pub fn token(issuers: Vec<String>, carrier: Source) -> Self {
        Self {
            carriers: vec![carrier],
            issuers,
            ..Self::new(Authentication::Token, Vec::new())
        }
    }
}

impl Problem {
    /// `at` is an RFC 6901 pointer into the Receiver's `spec`; the message says what is wrong and
    /// what to do.
    pub fn new(at: &str, message: &str) -> Self {
        Self {
            at: at.into(),
            message: message.into(),
        }
    }
}

impl Event {
    /// An event of which nothing but the sender's name for it is known.
    pub fn new(kind: &str) -> Self {
        Self {
            kind: kind.into(),
            action: None,
            delivery_id: None,
            signed_at: None,
            changes: Vec::new(),
            payload: None,
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

    /// As it is with at most [`Event::MOST_CHANGES`] and within [`Event::LIMIT`]; else it names the
    /// repositories alone; if that is too much too, nothing that changed; and in the end its kind alone.
    /// To pass the limit is a fault of the component, and who sends a delivery must not be able to cause
    /// one: every ref that a push moved is a change with all the names of its repository.
    pub(crate) fn bounded(self) -> Self {
        if self.changes.len() <= Self::MOST_CHANGES && self.length() <= Self::LIMIT {
            return self;
        }
        let mut changes: Vec<Change> = Vec::new();
        for change in &self.changes {
            if !changes.iter().any(|told| told.is_where(change)) {
                changes.push(change.somewhere());
            }
            if changes.len() > Self::MOST_CHANGES {
                changes.clear();
                break;
            }
        }
        let mut brief = Self { changes, ..self };
        if brief.length() > Self::LIMIT {
            brief.changes.clear();
        }
        match brief.length() <= Self::LIMIT {
            true => brief,
            false => Self::new(&brief.kind),
        }
    }

    fn length(&self) -> usize {
        let own = [
            &self.action,
            &self.delivery_id,
            &self.signed_at,
            &self.payload,
        ];
        let changes = self.changes.iter().map(|change| match change {
            Change::Git(git) => {
                let (Paths::Complete(paths) | Paths::Truncated(paths)) = &git.paths else {
                    return all(&git.repositories) + some(&[&git.ref_, &git.before, &git.after]);
                };
                all(&git.repositories) + all(paths) + some(&[&git.ref_, &git.before, &git.after])
            }
            Change::Artifact(artifact) => artifact.length(),
        });
        self.kind.len() + some(&own) + changes.sum::<usize>()
    }
}

impl Change {
    /// What it says of where: its repositories, and whether something is gone there.
    fn place(&self) -> (&[String], bool) {
        match self {
            Self::Git(git) => (&git.repositories, git.deleted),
            Self::Artifact(artifact) => (&artifact.repositories, artifact.deleted),
        }
    }

    fn is_where(&self, other: &Self) -> bool {
        self.place() == other.place()
    }

    /// Of the change, that alone.
    fn somewhere(&self) -> Self {
        let (repositories, deleted) = self.place();
        let repositories = repositories.to_vec();
        match self {
            Self::Git(_) => Self::Git(GitChange {
                deleted,
                ..GitChange::in_repository(repositories)
            }),
            Self::Artifact(_) => Self::Artifact(ArtifactChange {
                deleted,
                ..ArtifactChange::in_repository(repositories)
            }),
        }
    }
}

fn all(texts: &[String]) -> usize {
    texts.iter().map(String::len).sum()
}

fn some(texts: &[&Option<String>]) -> usize {
    texts
        .iter()
        .filter_map(|text| text.as_deref())
        .map(str::len)
        .sum()
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

    /// Bytes of text in it.
    pub(crate) fn length(&self) -> usize {
        all(&self.repositories) + some(&[&self.tag, &self.digest])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(length: usize) -> Event {
        let git = GitChange {
            ref_: Some("r".into()),
            paths: Paths::Complete(names(&["p"])),
            ..GitChange::in_repository(names(&["u"]))
        };
        let artifact = ArtifactChange {
            tag: Some("t".into()),
            ..ArtifactChange::in_repository(vec!["a".repeat(length - 6)])
        };
        Event {
            action: Some("x".into()),
            changes: vec![Change::Git(git), Change::Artifact(artifact)],
            ..Event::new("k")
        }
    }

    #[test]
    fn an_event_of_the_limit_keeps_its_changes() {
        assert_eq!(event(Event::LIMIT).length(), Event::LIMIT);
        assert_eq!(event(Event::LIMIT).bounded(), event(Event::LIMIT));
    }

    #[test]
    fn a_longer_one_knows_of_none() {
        let bounded = event(Event::LIMIT + 7).bounded();
        assert_eq!((bounded.kind.as_str(), bounded.changes), ("k", vec![]));
        assert_eq!(bounded.action.as_deref(), Some("x"));
    }

    fn push(refs: usize, url: &str) -> Event {
        let moved = |name: usize| GitChange {
            ref_: Some(["refs/tags/", &name.to_string()].concat()),
            ..GitChange::in_repository(names(&[url]))
        };
        Event {
            changes: (0..refs).map(moved).map(Change::Git).collect(),
            ..Event::new("push")
        }
    }

    #[test]
    fn many_changes_name_their_repositories_alone() {
        let most = Event::MOST_CHANGES;
        assert_eq!(push(most, "u").bounded(), push(most, "u"));
        let alone = |url: &str| Change::Git(GitChange::in_repository(names(&[url])));
        assert_eq!(push(most + 1, "u").bounded().changes, [alone("u")]);
        let long = "u".repeat(Event::LIMIT / most);
        assert_eq!(push(most, &long).bounded().changes, [alone(&long)]);
    }

    #[test]
    fn many_repositories_are_not_told() {
        let change = |name: usize| {
            let repositories = vec![name.to_string()];
            Change::Artifact(ArtifactChange::in_repository(repositories))
        };
        let told = |count| Event {
            changes: (0..count).map(change).collect(),
            ..Event::new("push")
        };
        let most = Event::MOST_CHANGES;
        assert_eq!(told(most).bounded().changes.len(), most);
        assert_eq!(told(most + 1).bounded().changes, []);
    }

    #[test]
    fn one_that_is_long_without_them_has_its_kind_alone() {
        let event = Event {
            action: Some("x".repeat(Event::LIMIT)),
            ..event(Event::LIMIT)
        };
        assert_eq!(event.bounded(), Event::new("k"));
    }
}
