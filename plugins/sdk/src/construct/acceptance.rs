use crate::{Acceptance, Event};

impl From<Event> for Acceptance {
    fn from(event: Event) -> Self {
        Self::of(event)
    }
}

impl Acceptance {
    /// A delivery of one event, without id and time. For struct update syntax:
    /// `Acceptance { delivery_id, ..event.into() }`.
    pub fn of(event: Event) -> Self {
        Self {
            events: vec![event],
            complete: true,
            delivery_id: None,
            signed_at: None,
        }
    }

    /// The most events of one acceptance.
    pub const MOST_EVENTS: usize = 256;

    /// The most changes of all events of one acceptance.
    pub const MOST_CHANGES: usize = 2048;
}
