//! Changes of artifacts in one event.

use crate::{ArtifactChange, Change, Event};

/// The changes of an event without duplicates. Beyond [`Event::MOST_CHANGES`] duplicates are kept: an
/// event with that many changes is shortened to the repositories anyway.
pub fn changes(all: impl IntoIterator<Item = ArtifactChange>) -> Vec<Change> {
    let mut kept: Vec<ArtifactChange> = Vec::new();
    for change in all {
        if kept.len() > Event::MOST_CHANGES || !kept.contains(&change) {
            kept.push(change);
        }
    }
    kept.into_iter().map(Change::Artifact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(repository: &str, tag: &str) -> ArtifactChange {
        ArtifactChange {
            tag: Some(tag.into()),
            ..ArtifactChange::in_repository(vec![repository.into()])
        }
    }

    #[test]
    fn each_is_told_once() {
        let (one, other) = (tag("r.io/a", "v1"), tag("r.io/a", "v2"));
        let repeated = [one.clone(), other.clone(), one.clone()];
        assert_eq!(
            changes(repeated),
            [Change::Artifact(one), Change::Artifact(other)]
        );
        assert!(changes([]).is_empty());
    }

    #[test]
    fn too_many_are_any_of_their_repositories() {
        let many = (0..10_000).map(|index| {
            let repository = ["r.io/a", "r.io/b"][index % 2];
            ArtifactChange {
                deleted: true,
                ..tag(repository, &index.to_string())
            }
        });
        let event = Event {
            changes: changes(many),
            ..Event::new("DELETE")
        };
        let gone = ["r.io/a", "r.io/b"].map(|repository| {
            Change::Artifact(ArtifactChange {
                deleted: true,
                ..ArtifactChange::in_repository(vec![repository.into()])
            })
        });
        assert_eq!(
            event.bounded(Event::LIMIT, Event::MOST_CHANGES).changes,
            gone
        );
    }
}
