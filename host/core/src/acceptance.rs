use std::cell::Cell;
use std::sync::Arc;

use serde::Serialize;

use crate::{Change, Claims, Event, EventSet, WrongFact};

/// What an accepted delivery tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// One at least, and at most [`limits::EVENTS`](crate::limits::EVENTS). Each is filtered and
    /// matched by itself.
    pub events: Vec<Event>,
    /// Whether these are all the events that the delivery tells and its Receiver lists. What an
    /// incomplete list leaves out may be of anything.
    pub complete: bool,
    /// The sender's id of the delivery.
    pub delivery_id: Option<String>,
    /// RFC 3339, when the proof covers it.
    pub signed_at: Option<String>,
    /// What the verified token says, for filters. The host knows it from its own verification, and
    /// tells it nobody else.
    pub claims: Option<Arc<Claims>>,
}

/// One event, and what is true of its whole delivery: as people and programs are told of it.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToldEvent<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_at: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Change]>::is_empty")]
    changes: &'a [Change],
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<&'a str>,
}

/// Some of the events of one delivery, as people and programs are told of them: `event` is the one,
/// where there is one, and `events` are all of them elsewhere, since none is more the one than the
/// others. `complete` is told where it is false.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToldEvents<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<ToldEvent<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<Vec<ToldEvent<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
}

/// What a text takes in memory beside its bytes, and what an event takes beside its texts.
const TEXT_OVERHEAD: usize = 48;
const EVENT_OVERHEAD: usize = 1 << 10;

impl From<Event> for Acceptance {
    /// Of a delivery that tells one thing.
    fn from(event: Event) -> Self {
        Self {
            events: vec![event],
            complete: true,
            delivery_id: None,
            signed_at: None,
            claims: None,
        }
    }
}

impl Acceptance {
    /// All that may select a target: each event, and what an incomplete list leaves out.
    #[must_use]
    pub fn all(&self) -> EventSet {
        let events = (0..self.events.len()).collect();
        match self.complete {
            true => events,
            false => events | EventSet::UNLISTED,
        }
    }

    /// Those of the events that are in `set`.
    pub fn among(&self, set: EventSet) -> impl Iterator<Item = &Event> {
        let events = self.events.iter().enumerate();
        let events = events.filter(move |(index, _)| set.contains(*index));
        events.map(|(_, event)| event)
    }

    /// The same, each as it is told.
    pub fn told_each(&self, set: EventSet) -> impl Iterator<Item = ToldEvent<'_>> {
        self.among(set).map(|event| ToldEvent {
            kind: &event.kind,
            action: event.action.as_deref(),
            delivery_id: self.delivery_id.as_deref(),
            signed_at: self.signed_at.as_deref(),
            changes: &event.changes,
            payload: event.payload.as_deref(),
        })
    }

    /// The same, as they are told together.
    #[must_use]
    pub fn told(&self, set: EventSet) -> ToldEvents<'_> {
        let events: Vec<ToldEvent<'_>> = self.told_each(set).collect();
        let (event, events) = match *events.as_slice() {
            [event] => (Some(event), None),
            _ => (None, Some(events)),
        };
        ToldEvents {
            event,
            events,
            complete: (!self.complete).then_some(false),
        }
    }

    /// What was said and is not what its field says.
    pub fn wrong_facts(&self) -> impl Iterator<Item = &WrongFact> + Clone {
        self.events.iter().flat_map(|event| &event.dropped)
    }

    /// What it takes in memory, bytes: an estimate from above.
    #[must_use]
    pub fn weight(&self) -> usize {
        let weight = Cell::new(EVENT_OVERHEAD * self.events.len());
        drop(self.with_texts(|text| {
            weight.set(weight.get() + text.len() + TEXT_OVERHEAD);
            String::new()
        }));
        weight.get()
    }

    /// A copy with what `text` makes of each of its texts. What the token says is none of them.
    #[must_use]
    pub fn with_texts(&self, text: impl Fn(&str) -> String) -> Self {
        let events = self.events.iter();
        Self {
            events: events.map(|event| event.with_texts(&text)).collect(),
            complete: self.complete,
            delivery_id: self.delivery_id.as_deref().map(&text),
            signed_at: self.signed_at.as_deref().map(&text),
            claims: self.claims.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(kinds: &[&str], complete: bool) -> Acceptance {
        let event = |kind: &&str| Event {
            kind: (*kind).to_owned(),
            ..Event::default()
        };
        Acceptance {
            events: kinds.iter().map(event).collect(),
            complete,
            delivery_id: Some("7".to_owned()),
            ..Acceptance::from(Event::default())
        }
    }

    #[test]
    fn one_event_is_told_as_one_and_several_as_a_list() {
        let event = |kind: &str| json!({"kind": kind, "deliveryId": "7"});
        let (one, two) = (told(&["a"], true), told(&["a", "b"], true));
        let cut = told(&["a", "b"], false);
        let set = |indices: &[usize]| indices.iter().copied().collect::<EventSet>();
        for (acceptance, selected, expected) in [
            (&one, one.all(), json!({"event": event("a")})),
            (&two, two.all(), json!({"events": [event("a"), event("b")]})),
            (&two, set(&[1]), json!({"event": event("b")})),
            (
                &cut,
                set(&[0]),
                json!({"event": event("a"), "complete": false}),
            ),
            (
                &cut,
                EventSet::UNLISTED,
                json!({"events": [], "complete": false}),
            ),
        ] {
            let got = serde_json::to_value(acceptance.told(selected)).unwrap();
            assert_eq!(got, expected, "{selected:?}");
        }
    }

    #[test]
    fn a_copy_has_other_texts_and_weighs_what_it_holds() {
        let plain = told(&["a", "b"], false);
        let shouted = plain.with_texts(str::to_uppercase);
        let kinds: Vec<&str> = shouted.events.iter().map(|event| &*event.kind).collect();
        assert_eq!((kinds, shouted.complete), (vec!["A", "B"], false));
        let long = told(&["a", &"b".repeat(1000)], false);
        assert_eq!(long.weight(), plain.weight() + 999);
    }
}
