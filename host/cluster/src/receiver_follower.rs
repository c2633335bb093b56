//! Follows Receivers.

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
use crate::metrics::{Metrics, Watched};
use crate::receiver::WatchedReceiver;
use crate::secrets::Need;
use crate::watch::{self, Change};
use crate::{Scope, failure};

/// The Receivers as they are now, for whoever writes their status.
pub(crate) type Receivers = reflector::Store<WatchedReceiver>;

/// Where a Receiver is found among them.
pub(crate) fn reference(id: &ReceiverId) -> ObjectRef<WatchedReceiver> {
    ObjectRef::new(&id.name).within(&id.namespace)
}

/// Follows Receivers, and tells who depends on them.
pub(crate) struct Follower {
    pub(crate) scope: Scope,
    pub(crate) selector: Option<String>,
    pub(crate) index: Arc<Index>,
    pub(crate) kinds: Arc<TargetKinds>,
    pub(crate) secrets: UnboundedSender<Need>,
    /// Whose status may be other than it should.
    pub(crate) touched: UnboundedSender<ObjectRef<WatchedReceiver>>,
    pub(crate) metrics: Metrics,
    store: Writer<WatchedReceiver>,
    receivers: Receivers,
}

impl Follower {
    pub(crate) fn new(
        scope: Scope,
        selector: Option<String>,
        index: Arc<Index>,
        kinds: Arc<TargetKinds>,
        secrets: UnboundedSender<Need>,
        touched: UnboundedSender<ObjectRef<WatchedReceiver>>,
        metrics: Metrics,
    ) -> Self {
        let (receivers, mut store) = reflector::store();
        // Empty and complete: what a list holds comes as single changes, of each namespace apart.
        store.apply_watcher_event(&Event::Init);
        store.apply_watcher_event(&Event::InitDone);
        Self {
            scope,
            selector,
            index,
            kinds,
            secrets,
            touched,
            metrics,
            store,
            receivers,
        }
    }

    pub(crate) fn receivers(&self) -> Receivers {
        self.receivers.clone()
    }

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
                Change::Seen(receiver) => self.see(receiver),
                Change::Gone(key) => self.lose(&ReceiverId::new(&key.0, &key.1)),
                Change::AllListed => self.index.receivers_listed(),
                Change::Failed(error) => {
                    let (_, error) = failure::of_watch(&error);
                    self.metrics.watch_failed(Watched::Receivers);
                    tracing::warn!(error, "receivers cannot be watched now");
                }
            }
        }
    }

    fn see(&mut self, mut receiver: WatchedReceiver) {
        let reference = reference(&receiver.id());
        let needs = self.index.see(&receiver);
        receiver.forget_plan();
        self.store.apply_watcher_event(&Event::Apply(receiver));
        self.tell(needs);
        drop(self.touched.send(reference));
    }

    fn lose(&mut self, id: &ReceiverId) {
        let needs = self.index.lose(id);
        if let Some(receiver) = self.receivers.get(&reference(id)) {
            let receiver = WatchedReceiver::clone(&receiver);
            self.store.apply_watcher_event(&Event::Delete(receiver));
        }
        self.tell(needs);
    }

    /// Who is told ends with the process, so that nobody is left to miss it.
    fn tell(&self, needs: Needs) {
        for kind in needs.kinds.begun {
            self.kinds.want(kind);
        }
        for kind in &needs.kinds.ended {
            self.kinds.cease(kind);
        }
        for (kind, detail) in needs.details.begun {
            self.kinds.deepen(&kind, detail);
        }
        let begun = needs.secrets.begun.into_iter().map(Need::Begun);
        for need in begun.chain(needs.secrets.ended.into_iter().map(Need::Ended)) {
            drop(self.secrets.send(need));
        }
    }
}
