use std::cell::Cell;
use std::sync::Arc;

use serde::Serialize;

use crate::{Change, Claims, Event, EventSet, WrongFact};

/// The facts of an accepted delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// At least one, and at most [`limits::EVENTS`](crate::limits::EVENTS). Each is filtered and
    /// matched by itself.
    pub events: Vec<Event>,
    /// Whether `events` holds every event of the delivery that the Receiver lists. An event that is
    /// left out may concern any object.
    pub complete: bool,
    /// The sender's id of the delivery.
    pub delivery_id: Option<String>,
    /// When the sender signed it (RFC 3339), if the proof covers that time.
    pub signed_at: Option<String>,
    /// The claims of the verified token. Only filters read them.
    pub claims: Option<Arc<Claims>>,
}

/// One event together with the facts of its delivery, in the form that leaves the host.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportedEvent<'a> {
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

/// Some of the events of one delivery, in the form that leaves the host. A single event is written
/// as `event`, and any other number as the list `events`. `complete` is written only when it is
/// false.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportedEvents<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<ReportedEvent<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<Vec<ReportedEvent<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
}

/// Estimated memory of a text beside its bytes, and of an event beside its texts.
const TEXT_OVERHEAD: usize = 48;
const EVENT_OVERHEAD: usize = 1 << 10;

impl From<Event> for Acceptance {
    /// The acceptance of a delivery with one event.
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
    /// Whether an event has to be told from others by its number.
    #[must_use]
    pub fn is_several(&self) -> bool {
        self.events.len() > 1 || !self.complete
    }

    /// Everything that may select a target: each event, and [`EventSet::UNLISTED`] if the list is
    /// incomplete.
    #[must_use]
    pub fn all(&self) -> EventSet {
        let events = (0..self.events.len()).collect();
        match self.complete {
            true => events,
            false => events | EventSet::UNLISTED,
        }
    }

    /// The events that are in `set`.
    pub fn among(&self, set: EventSet) -> impl Iterator<Item = &Event> {
        let events = self.events.iter().enumerate();
        let events = events.filter(move |(index, _)| set.contains(*index));
        events.map(|(_, event)| event)
    }

    /// Each event of `set`, in the form that leaves the host.
    pub fn report_each(&self, set: EventSet) -> impl Iterator<Item = ReportedEvent<'_>> {
        self.among(set).map(|event| ReportedEvent {
            kind: &event.kind,
            action: event.action.as_deref(),
            delivery_id: self.delivery_id.as_deref(),
            signed_at: self.signed_at.as_deref(),
            changes: &event.changes,
            payload: event.payload.as_deref(),
        })
    }

    /// The events of `set` as one value, in the form that leaves the host.
    #[must_use]
    pub fn report(&self, set: EventSet) -> ReportedEvents<'_> {
        let events: Vec<ReportedEvent<'_>> = self.report_each(set).collect();
        let (event, events) = match *events.as_slice() {
            [event] => (Some(event), None),
            _ => (None, Some(events)),
        };
        ReportedEvents {
            event,
            events,
            complete: (!self.complete).then_some(false),
        }
    }

    /// Every fact that was dropped because it does not fit its field.
    pub fn wrong_facts(&self) -> impl Iterator<Item = &WrongFact> + Clone {
        self.events.iter().flat_map(|event| &event.dropped)
    }

    /// An upper estimate of the memory that it takes, in bytes.
    #[must_use]
    pub fn weight(&self) -> usize {
        let weight = Cell::new(EVENT_OVERHEAD * self.events.len());
        drop(self.with_texts(|text| {
            weight.set(weight.get() + text.len() + TEXT_OVERHEAD);
            String::new()
        }));
        weight.get()
    }

    /// A copy with `text` applied to each of its texts. Claims stay as they are.
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
    fn reports_one_event_alone_and_several_as_a_list() {
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
            let got = serde_json::to_value(acceptance.report(selected)).unwrap();
            assert_eq!(got, expected, "{selected:?}");
        }
    }

    #[test]
    fn with_texts_changes_texts_and_weight_follows_them() {
        let plain = told(&["a", "b"], false);
        let shouted = plain.with_texts(str::to_uppercase);
        let kinds: Vec<&str> = shouted.events.iter().map(|event| &*event.kind).collect();
        assert_eq!((kinds, shouted.complete), (vec!["A", "B"], false));
        let long = told(&["a", &"b".repeat(1000)], false);
        assert_eq!(long.weight(), plain.weight() + 999);
    }
}
