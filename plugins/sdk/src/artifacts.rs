//! What many artifacts of one delivery become in its event.

use crate::{ArtifactChange, Change, Event};

/// More than these of one delivery are not compared one by one.
pub const MOST: usize = 256;

/// Bytes of names that are kept, half of what one event may hold.
const ROOM: usize = Event::LIMIT / 2;

/// The changes of an event, each once. Of more than [`MOST`], or longer ones than an event holds, the
/// repositories alone are told, which is any tag of them; of too many repositories none, which is any
/// at all. Who sends a delivery decides how many there are, and must not be able to have it refused.
pub fn changes(all: impl IntoIterator<Item = ArtifactChange>) -> Vec<Change> {
    let mut each = Distinct::default();
    let mut places = Distinct::default();
    for change in all {
        places.add(ArtifactChange {
            deleted: change.deleted,
            ..ArtifactChange::in_repository(change.repositories.clone())
        });
        each.add(change);
    }
    let told = each.told().or_else(|| places.told()).unwrap_or_default();
    told.into_iter().map(Change::Artifact).collect()
}

#[derive(Default)]
struct Distinct {
    kept: Vec<ArtifactChange>,
    are_too_many: bool,
}

impl Distinct {
    fn add(&mut self, change: ArtifactChange) {
        if self.are_too_many || self.kept.contains(&change) {
            return;
        }
        self.are_too_many = self.kept.len() == MOST;
        self.kept.push(change);
    }

    fn told(self) -> Option<Vec<ArtifactChange>> {
        let length: usize = self.kept.iter().map(ArtifactChange::length).sum();
        (!self.are_too_many && length <= ROOM).then_some(self.kept)
    }
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

    fn place(repository: &str) -> ArtifactChange {
        ArtifactChange::in_repository(vec![repository.into()])
    }

    fn told(all: impl IntoIterator<Item = ArtifactChange>) -> Vec<ArtifactChange> {
        let artifact = |change| match change {
            Change::Artifact(artifact) => artifact,
            Change::Git(git) => panic!("{git:?}"),
        };
        changes(all).into_iter().map(artifact).collect()
    }

    #[test]
    fn each_is_told_once() {
        let (one, other) = (tag("r.io/a", "v1"), tag("r.io/a", "v2"));
        let repeated = [one.clone(), other.clone(), one.clone()];
        assert_eq!(told(repeated), [one, other]);
        assert!(told([]).is_empty());
    }

    #[test]
    fn too_many_are_any_of_their_repositories() {
        let many = |count: usize| {
            (0..count).map(|index| tag(["r.io/a", "r.io/b"][index % 2], &index.to_string()))
        };
        assert_eq!(told(many(MOST)).len(), MOST);
        for count in [MOST + 1, 10_000] {
            assert_eq!(told(many(count)), [place("r.io/a"), place("r.io/b")]);
        }
        let gone = many(MOST + 1).map(|change| ArtifactChange {
            deleted: true,
            ..change
        });
        assert!(told(gone).iter().all(|change| change.deleted));
    }

    #[test]
    fn too_many_repositories_are_any_at_all() {
        let many = (0..10_000).map(|index| tag(&["r.io/", &index.to_string()].concat(), "v1"));
        assert!(told(many).is_empty());
    }

    #[test]
    fn what_an_event_cannot_hold_is_any_of_its_repositories() {
        let long = "x".repeat(ROOM);
        assert_eq!(told([tag("r.io/a", &long)]), [place("r.io/a")]);
        assert!(told([tag(&long, "v1")]).len() == 1);
        assert!(told([tag(&[&long, "x"].concat(), "v1")]).is_empty());
    }
}
