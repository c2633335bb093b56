use crate::{Acceptance, Event};

impl From<Event> for Acceptance {
    fn from(event: Event) -> Self {
        Self::of(event)
    }
}

impl Acceptance {
    /// A delivery that tells of one event, and of which neither id nor time is known. Meant for struct
    /// update syntax: `Acceptance { delivery_id, ..event.into() }`.
    pub fn of(event: Event) -> Self {
        Self {
            events: vec![event],
            complete: true,
            delivery_id: None,
            signed_at: None,
        }
    }

    /// Events that are told one by one.
    pub const MOST_EVENTS: usize = 256;

    /// Changes that all of them tell one by one.
    pub const MOST_CHANGES: usize = 2048;
}
