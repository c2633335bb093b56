use std::sync::Arc;

use bellpull_api::{ReceiverSpec, ReceiverStatus};
use bellpull_core::{ReceiverId, ReceiverObject};
use bellpull_plan::UnreadableSpec;
use kube::Api;
use kube::api::ListParams;

use super::{ClusterReader, ReadError, ask};
use crate::api_error;
use crate::watched_receiver::WatchedReceiver;

/// A Receiver as the API server has it.
#[derive(Clone, Debug)]
pub struct LiveReceiver {
    pub id: ReceiverId,
    /// The Receiver, or why this version cannot read it.
    pub object: Result<Arc<ReceiverObject>, UnreadableSpec>,
    /// What its controller says of it. A status that cannot be read counts as empty.
    pub status: ReceiverStatus,
    /// The generation of its spec. A status of an earlier one is out of date.
    pub generation: Option<i64>,
    /// When it was created, in seconds since 1970.
    pub created: Option<i64>,
}

impl LiveReceiver {
    fn of(receiver: WatchedReceiver) -> Self {
        let created = receiver.metadata.creation_timestamp.as_ref();
        Self {
            id: receiver.id(),
            object: receiver.object().map(Arc::new),
            generation: receiver.metadata.generation,
            created: created.map(|time| time.0.as_second()),
            status: receiver.status.0.unwrap_or_default(),
        }
    }

    /// Its spec, if this version can read it.
    #[must_use]
    pub fn spec(&self) -> Option<&ReceiverSpec> {
        self.object.as_ref().ok().map(|object| &object.spec)
    }
}

impl ClusterReader {
    /// The Receivers, sorted by namespace and name.
    ///
    /// # Errors
    /// When they may not be listed, the cluster does not know the kind, or the API server does not answer.
    pub async fn receivers(&self) -> Result<Vec<LiveReceiver>, ReadError> {
        let client = self.clients.calling.clone();
        let api: Api<WatchedReceiver> = match &self.namespace {
            Some(namespace) => Api::namespaced(client, namespace),
            None => Api::all(client),
        };
        let all = ListParams::default();
        let listed = ask(|| api.list(&all)).await;
        let listed = listed.map_err(|error| match api_error::status(&error) {
            Some(404) => self.unread_because(
                "Receivers",
                "this cluster does not know the kind; `bellpull crds receivers | kubectl apply -f -` \
                 installs it",
            ),
            _ => self.unread("Receivers", &error),
        })?;
        let mut receivers: Vec<LiveReceiver> =
            listed.items.into_iter().map(LiveReceiver::of).collect();
        receivers.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(receivers)
    }
}
