use std::sync::Arc;

use bellpull_api::ResourceReference;

use bellpull_core::text::{scrub, without_user};
use bellpull_core::{Acceptance, Binding, ReceiverId, ReceiverObject, ReceiverView};
use bellpull_proof::{Credentials, Redaction};

use crate::ComponentIdentity;

/// A Receiver with its binding: everything that verifying its deliveries needs, without the
/// component itself.
#[derive(Debug)]
pub struct BoundReceiver {
    /// The Receiver itself.
    pub object: Arc<ReceiverObject>,
    /// The parts of the Receiver that its component sees.
    pub view: Arc<ReceiverView>,
    /// The component that has bound it.
    pub component: Arc<ComponentIdentity>,
    /// How its deliveries are authenticated.
    pub binding: Arc<Binding>,
    /// Its credentials, ready for checks.
    pub credentials: Credentials,
    /// The parts of its deliveries that are hidden from its component.
    pub redaction: Arc<Redaction>,
    /// Its webhook paths. They are secrets, and are kept so that they can be scrubbed from texts.
    pub paths: Vec<Arc<str>>,
}

impl BoundReceiver {
    /// The id of the Receiver.
    #[must_use]
    pub fn id(&self) -> &ReceiverId {
        &self.object.id
    }

    /// The references to its targets.
    #[must_use]
    pub fn references(&self) -> &[ResourceReference] {
        &self.object.spec.resources
    }

    /// The facts of a delivery in the form that may leave the host: secrets are scrubbed, and web
    /// addresses have no user name and password. Filters and `matchEvent` read the unchanged facts
    /// instead.
    #[must_use]
    pub fn scrub(&self, acceptance: &Acceptance) -> Acceptance {
        acceptance.with_texts(|text| without_user(&scrub(text, self.secrets())))
    }

    /// Every value that must be scrubbed from a text before it leaves the host.
    pub fn secrets(&self) -> impl Iterator<Item = &[u8]> {
        let checked = self.credentials.values_to_scrub();
        checked
            .chain(self.redaction.values())
            .chain(self.paths.iter().map(|path| path.as_bytes()))
    }
}
