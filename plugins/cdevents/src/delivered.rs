//! A CDEvent as a delivery carries it.

use bellpull_sdk::host::document::{self, Json};
use bellpull_sdk::{Event, Refusal, Selection, body};

use crate::envelope::{self, Attributes, Mode};
use crate::spec::Spec;
use crate::type_name::is_custom;
use crate::{event, optional, required};

/// A CDEvent that was delivered and is not yet checked.
pub(crate) struct Delivered {
    pub(crate) document: Json,
    /// The attributes of the CloudEvent around it, where it is not the whole body.
    pub(crate) attributes: Option<Attributes>,
    /// What filters see, where it is not the whole body.
    pub(crate) payload: Option<String>,
}

/// What `spec.events` makes of an event.
pub(crate) enum Filtered {
    Wanted {
        event: Event,
        id: Option<String>,
    },
    /// The type of an event that is not listed.
    NotListed(String),
}

impl Delivered {
    /// The one CDEvent of a delivery that is not a batch. Asks the host.
    pub(crate) fn alone(mode: &Mode) -> Result<Self, Refusal> {
        let body = body::json().map_err(|reason| mode.unreadable(reason))?;
        let bare = |document| Self {
            document,
            attributes: None,
            payload: None,
        };
        if *mode != Mode::Structured {
            return Ok(bare(body));
        }
        let outer = Selection::of_bulky(&body, envelope::POINTERS, envelope::BULKY)?;
        if envelope::is_bare(&outer) {
            return Ok(bare(body));
        }
        let (attributes, data) = Attributes::structured(&outer)?;
        Ok(Self {
            document: document::from_bytes(data.as_bytes()),
            attributes: Some(attributes),
            payload: Some(data),
        })
    }

    /// Checks the event and compares it with the listed types. `header` is the type that the headers of
    /// the delivery state. Asks the host.
    pub(crate) fn filter(
        self,
        listed: &[String],
        accepted: &[Spec],
        header: Option<&str>,
    ) -> Result<Filtered, Refusal> {
        let pointers = [required::POINTERS, event::POINTERS].concat();
        let payload = Selection::of_bulky(&self.document, &pointers, required::BULKY)?;
        if let Some(attributes) = self.attributes {
            attributes.agree(&payload)?;
        }
        let checked = required::check(&payload, accepted)?;
        if !event::wanted(listed, &checked, header) {
            return Ok(Filtered::NotListed(checked.full.into()));
        }
        if !is_custom(checked.full) {
            let optional =
                Selection::of_bulky(&self.document, optional::POINTERS, optional::BULKY)?;
            optional::check(&optional)?;
        }
        let event = Event {
            payload: self.payload,
            ..event::of(&checked, &payload)
        };
        let id = event::id(&payload);
        Ok(Filtered::Wanted { event, id })
    }
}
