use crate::{ArtifactChange, Change, Event, GitChange, OtherChange, RequestChange};

impl Event {
    /// The event with at most `most` changes and `limit` bytes. If it has more, only the places of its
    /// changes are kept; if these are too many or too long, no changes; and if that is too long, only
    /// the kind.
    pub(crate) fn bounded(self, limit: usize, most: usize) -> Self {
        if self.changes.len() <= most && self.length() <= limit {
            return self;
        }
        let mut changes: Vec<Change> = Vec::new();
        for change in &self.changes {
            let somewhere = change.somewhere();
            if !changes.contains(&somewhere) {
                changes.push(somewhere);
            }
            if changes.len() > most {
                changes.clear();
                break;
            }
        }
        let mut brief = Self { changes, ..self };
        if brief.length() > limit {
            brief.changes.clear();
        }
        match brief.length() <= limit {
            true => brief,
            false => Self::new(&brief.kind),
        }
    }
}

impl Change {
    /// The place of the change, and whether something was deleted there.
    fn somewhere(&self) -> Self {
        match self {
            Self::Git(git) => Self::Git(GitChange {
                deleted: git.deleted,
                ..GitChange::in_repository(git.repositories.clone())
            }),
            Self::Artifact(artifact) => Self::Artifact(ArtifactChange {
                deleted: artifact.deleted,
                ..ArtifactChange::in_repository(artifact.repositories.clone())
            }),
            Self::Request(request) => {
                Self::Request(RequestChange::in_repository(request.repositories.clone()))
            }
            Self::Other(other) => Self::Other(OtherChange {
                locations: other.locations.clone(),
                ..OtherChange::of(&other.kind)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Paths, names};

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
        assert_eq!(
            event(Event::LIMIT).bounded(Event::LIMIT, Event::MOST_CHANGES),
            event(Event::LIMIT)
        );
    }

    #[test]
    fn a_longer_one_knows_of_none() {
        let bounded = event(Event::LIMIT + 7).bounded(Event::LIMIT, Event::MOST_CHANGES);
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
        assert_eq!(
            push(most, "u").bounded(Event::LIMIT, Event::MOST_CHANGES),
            push(most, "u")
        );
        let alone = |url: &str| Change::Git(GitChange::in_repository(names(&[url])));
        assert_eq!(
            push(most + 1, "u")
                .bounded(Event::LIMIT, Event::MOST_CHANGES)
                .changes,
            [alone("u")]
        );
        let long = "u".repeat(Event::LIMIT / most);
        assert_eq!(
            push(most, &long)
                .bounded(Event::LIMIT, Event::MOST_CHANGES)
                .changes,
            [alone(&long)]
        );
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
        assert_eq!(
            told(most)
                .bounded(Event::LIMIT, Event::MOST_CHANGES)
                .changes
                .len(),
            most
        );
        assert_eq!(
            told(most + 1)
                .bounded(Event::LIMIT, Event::MOST_CHANGES)
                .changes,
            []
        );
    }

    #[test]
    fn one_that_is_long_without_them_has_its_kind_alone() {
        let event = Event {
            action: Some("x".repeat(Event::LIMIT)),
            ..event(Event::LIMIT)
        };
        assert_eq!(
            event.bounded(Event::LIMIT, Event::MOST_CHANGES),
            Event::new("k")
        );
    }

    #[test]
    fn each_change_is_somewhere_and_has_a_length() {
        let request = RequestChange {
            number: "17".into(),
            target: Some("refs/heads/main".into()),
            labels: Some(names(&["a", "b"])),
            ..RequestChange::in_repository(names(&["u"]))
        };
        let other = OtherChange {
            locations: names(&["s3"]),
            attributes: vec![("k".into(), "value".into())],
            ..OtherChange::of("bucket")
        };
        for (change, length, kept) in [
            (Change::Request(request), 20, 1),
            (Change::Other(other), 14, 8),
        ] {
            assert_eq!(change.length(), length, "{change:?}");
            assert_eq!(change.somewhere().length(), kept, "{change:?}");
        }
    }
}
