use std::sync::Arc;

use bellpull_api::ResourceReference;

use bellpull_core::text::{scrub, without_user};
use bellpull_core::{Acceptance, Binding, ReceiverId, ReceiverObject, ReceiverView};
use bellpull_proof::{Credentials, Redaction};

/// A Receiver as it is bound: all that judging its deliveries takes, and nothing of who judges them.
#[derive(Debug)]
pub struct BoundReceiver {
    /// The Receiver.
    pub object: Arc<ReceiverObject>,
    /// What its component is told.
    pub view: Arc<ReceiverView>,
    /// How it authenticates.
    pub binding: Arc<Binding>,
    /// Its prepared credentials.
    pub credentials: Credentials,
    /// What of its deliveries its component does not see.
    pub redaction: Arc<Redaction>,
    /// Its webhook paths: secrets, kept to scrub them from text.
    pub paths: Vec<Arc<str>>,
}

impl BoundReceiver {
    /// Which Receiver.
    #[must_use]
    pub fn id(&self) -> &ReceiverId {
        &self.object.id
    }

    /// What it notifies.
    #[must_use]
    pub fn references(&self) -> &[ResourceReference] {
        &self.object.spec.resources
    }

    /// What a delivery tells, as it may leave the host, for people and programs that act on it: without what must
    /// not leave in a text, and without the user names and passwords of web addresses, which are
    /// somebody's credentials. Filters and `matchEvent` ask what it tells itself.
    #[must_use]
    pub fn outward(&self, acceptance: &Acceptance) -> Acceptance {
        acceptance.with_texts(|text| without_user(&scrub(text, self.secrets())))
    }

    /// Everything that must not leave in a text.
    pub fn secrets(&self) -> impl Iterator<Item = &[u8]> {
        let checked = self.credentials.values_to_scrub();
        checked
            .chain(self.redaction.values())
            .chain(self.paths.iter().map(|path| path.as_bytes()))
    }
}
