use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use bellpull_core::{ReceiverId, limits};

use super::series::ReceiverSeries;

/// The Receivers at one time. One that goes on existing keeps its series.
#[derive(Default)]
pub(super) struct KnownReceivers {
    pub(super) own: HashMap<ReceiverId, Arc<ReceiverSeries>>,
    /// Of the Receivers beyond the bound. `None`: there has been none.
    pub(super) shared: Option<Arc<ReceiverSeries>>,
}

impl KnownReceivers {
    /// The series that count for a Receiver. `None`: there is no such Receiver any more.
    pub(super) fn of(&self, receiver: &ReceiverId) -> Option<&ReceiverSeries> {
        let series = self.own.get(receiver).or(self.shared.as_ref());
        series.map(AsRef::as_ref)
    }

    /// Whether these Receivers all have series of their own, and no others have.
    pub(super) fn are<'a>(&self, receivers: impl Iterator<Item = &'a ReceiverId>) -> bool {
        let (mut count, mut all) = (0, true);
        for receiver in receivers {
            count += 1;
            all &= self.own.contains_key(receiver);
        }
        all && count == self.own.len()
    }

    /// Whoever has series of its own keeps them. The room that is left is given by name, so that replicas
    /// agree.
    pub(super) fn next<'a>(&self, receivers: impl Iterator<Item = &'a ReceiverId>) -> Self {
        let (mut own, mut new) = (HashMap::new(), BTreeSet::new());
        for receiver in receivers {
            match self.own.get(receiver) {
                Some(series) => drop(own.insert(receiver.clone(), Arc::clone(series))),
                None => drop(new.insert(receiver)),
            }
        }
        let room = limits::RECEIVER_SERIES.saturating_sub(own.len());
        let is_more = new.len() > room;
        let new = new.into_iter().take(room);
        own.extend(new.map(|receiver| (receiver.clone(), Arc::default())));
        let shared = is_more.then(|| self.shared.clone().unwrap_or_default());
        Self { own, shared }
    }
}
