use crate::shorten::length::some;
use crate::{Acceptance, Event};

impl Acceptance {
    /// The acceptance within the bounds. Of more than [`Acceptance::MOST_EVENTS`] events the first are
    /// kept, and the list is marked as incomplete. An id or time that takes more than half of
    /// [`Event::LIMIT`] is left out. If the rest is too long, or has more than
    /// [`Acceptance::MOST_CHANGES`] changes, each event is shortened to its share.
    pub(crate) fn bounded(mut self) -> Self {
        if self.events.len() > Self::MOST_EVENTS {
            self.events.truncate(Self::MOST_EVENTS);
            self.complete = false;
        }
        let own = some(&[&self.delivery_id, &self.signed_at]);
        if own > Event::LIMIT / 2 {
            return Self {
                delivery_id: None,
                signed_at: None,
                ..self
            }
            .bounded();
        }
        let left = Event::LIMIT - own;
        let told = self.events.iter().map(Event::length).sum::<usize>();
        let count = self.events.len().max(1);
        let share = match told > left {
            true => left / count,
            false => left,
        };
        let changes: usize = self.events.iter().map(|event| event.changes.len()).sum();
        let most = match changes > Self::MOST_CHANGES {
            true => Self::MOST_CHANGES / count,
            false => Event::MOST_CHANGES,
        };
        let most = most.min(Event::MOST_CHANGES);
        let events = self.events.into_iter();
        Self {
            events: events.map(|event| event.bounded(share, most)).collect(),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ArtifactChange, Change, GitChange, names};

    fn event(length: usize) -> Event {
        let artifact = ArtifactChange::in_repository(vec!["a".repeat(length - 1)]);
        Event {
            changes: vec![Change::Artifact(artifact)],
            ..Event::new("k")
        }
    }

    fn push(refs: usize) -> Event {
        let moved = |name: usize| GitChange {
            ref_: Some(["refs/tags/", &name.to_string()].concat()),
            ..GitChange::in_repository(names(&["u"]))
        };
        Event {
            changes: (0..refs).map(moved).map(Change::Git).collect(),
            ..Event::new("push")
        }
    }

    #[test]
    fn an_acceptance_is_within_the_limit_as_a_whole() {
        let told = |ids: usize, lengths: &[usize]| Acceptance {
            events: lengths.iter().map(|length| event(*length)).collect(),
            delivery_id: Some("i".repeat(ids)),
            ..event(6).into()
        };
        let kept = told(10, &[1000, Event::LIMIT - 1010]);
        assert_eq!(kept.clone().bounded(), kept);
        for (ids, lengths) in [
            (10, &[1000, Event::LIMIT - 1009] as &[_]),
            (Event::LIMIT, &[1000]),
            (Event::LIMIT / 2, &[Event::LIMIT, Event::LIMIT, 10]),
        ] {
            let bounded = told(ids, lengths).bounded();
            let told = bounded.events.iter().map(Event::length).sum::<usize>();
            let length = told + some(&[&bounded.delivery_id]);
            assert!(length <= Event::LIMIT, "{ids} {lengths:?}: {length}");
            assert_eq!(bounded.events.len(), lengths.len(), "{ids} {lengths:?}");
        }
    }

    #[test]
    fn a_delivery_of_more_events_or_changes_than_are_told_says_so() {
        let (events, changes) = (Acceptance::MOST_EVENTS, Acceptance::MOST_CHANGES);
        let told = |counts: &[usize]| Acceptance {
            events: counts.iter().map(|count| push(*count)).collect(),
            ..push(0).into()
        };
        let of = |bounded: &Acceptance| -> Vec<usize> {
            let events = bounded.events.iter();
            events.map(|event| event.changes.len()).collect()
        };
        let share = changes / events;
        for (counts, expected, complete) in [
            (vec![1; events], vec![1; events], true),
            (vec![1; events + 1], vec![1; events], false),
            (vec![share; events], vec![share; events], true),
            (
                [vec![share; events - 1], vec![share + 1]].concat(),
                [vec![share; events - 1], vec![1]].concat(),
                true,
            ),
            (vec![512; 4], vec![512; 4], true),
            (vec![512, 512, 512, 512, 1], vec![1; 5], true),
        ] {
            let bounded = told(&counts).bounded();
            assert_eq!(
                (of(&bounded), bounded.complete),
                (expected, complete),
                "{counts:?}"
            );
        }
    }
}
