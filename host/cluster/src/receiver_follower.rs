//! Follows Receivers, and starts and stops whatever follows the objects that they name.

use std::sync::Arc;

use bellpull_core::ReceiverId;
use futures_util::StreamExt as _;
use kube::Client;
use kube::runtime::reflector::ObjectRef;
use kube::runtime::reflector::store::Writer;
use kube::runtime::watcher::Event;
use kube::runtime::{WatchStreamExt as _, reflector};
use tokio::sync::mpsc::UnboundedSender;

use crate::index::{Index, Needs};
use crate::kinds::TargetKinds;
use crate::metrics::{ClusterMetrics, WatchedObjects};
use crate::secret_follower::SecretNeed;
use crate::watch::{self, WatchChange};
use crate::watched_receiver::WatchedReceiver;
use crate::{Scope, api_error};

/// The current Receivers, for the writer of status.
pub(crate) type ReceiverStore = reflector::Store<WatchedReceiver>;

pub(crate) struct ReceiverFollower {
    pub(crate) scope: Scope,
    /// A label selector.
    pub(crate) selector: Option<String>,
    pub(crate) index: Arc<Index>,
    pub(crate) kinds: Arc<TargetKinds>,
    pub(crate) secrets: UnboundedSender<SecretNeed>,
    /// Receivers whose status may have to be written.
    pub(crate) touched: UnboundedSender<ObjectRef<WatchedReceiver>>,
    pub(crate) metrics: ClusterMetrics,
    pub(crate) stored: StoredReceivers,
}

/// The store of Receivers and its writer.
pub(crate) struct StoredReceivers {
    store: ReceiverStore,
    writer: Writer<WatchedReceiver>,
}

impl Default for StoredReceivers {
    fn default() -> Self {
        let (store, mut writer) = reflector::store();
        // The store counts as listed from the start: a list arrives as single changes, one for each
        // Receiver, and each namespace has a list of its own.
        writer.apply_watcher_event(&Event::Init);
        writer.apply_watcher_event(&Event::InitDone);
        Self { store, writer }
    }
}

impl StoredReceivers {
    pub(crate) fn reader(&self) -> ReceiverStore {
        self.store.clone()
    }
}

impl ReceiverFollower {
    pub(crate) async fn follow(mut self, client: Client) {
        let mut config = watch::config();
        config.label_selector.clone_from(&self.selector);
        let watches = watch::apis(&client, &self.scope)
            .into_iter()
            .map(|api| watch::watcher(api, config.clone()).modify(WatchedReceiver::strip))
            .collect();
        let mut changes = watch::changes(watches);
        while let Some(change) = changes.next().await {
            match change {
                WatchChange::Seen(receiver) => self.see(receiver),
                WatchChange::Gone(key) => self.lose(&ReceiverId::new(&key.0, &key.1)),
                WatchChange::AllListed => self.index.receivers_listed(),
                WatchChange::Failed(error) => {
                    let (_, error) = api_error::of_watch(&error);
                    self.metrics.watch_failed(WatchedObjects::Receivers);
                    tracing::warn!(error, "receivers cannot be watched now");
                }
            }
        }
    }

    fn see(&mut self, mut receiver: WatchedReceiver) {
        let reference = WatchedReceiver::reference(&receiver.id());
        let needs = self.index.see(&receiver);
        receiver.drop_spec();
        let event = Event::Apply(receiver);
        self.stored.writer.apply_watcher_event(&event);
        self.pass_on(needs);
        drop(self.touched.send(reference));
    }

    fn lose(&mut self, id: &ReceiverId) {
        let needs = self.index.lose(id);
        if let Some(receiver) = self.stored.store.get(&WatchedReceiver::reference(id)) {
            let event = Event::Delete(WatchedReceiver::clone(&receiver));
            self.stored.writer.apply_watcher_event(&event);
        }
        self.pass_on(needs);
    }

    /// Follows what Receivers have begun to need, and stops following what they need no longer.
    fn pass_on(&self, needs: Needs) {
        for kind in needs.kinds.begun {
            self.kinds.want(kind);
        }
        for kind in &needs.kinds.ended {
            self.kinds.cease(kind);
        }
        for (kind, detail) in needs.details.begun {
            self.kinds.deepen(&kind, detail);
        }
        let begun = needs.secrets.begun.into_iter().map(SecretNeed::Begun);
        let ended = needs.secrets.ended.into_iter().map(SecretNeed::Ended);
        for need in begun.chain(ended) {
            // The follower of Secrets ends only with the process.
            drop(self.secrets.send(need));
        }
    }
}
