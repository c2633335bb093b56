use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use bellpull_core::{DeliveryId, OutcomeKind};
use bellpull_ports::BoundReceiver;

use crate::record::DeliveryRecord;

/// Deliveries of which it is known that they made room while targets had not been notified yet.
const MOST: usize = 4096;

/// Deliveries that memory has no longer, and whose records in the database are still to be completed.
#[derive(Default)]
pub(crate) struct Unfinished {
    receivers: HashMap<DeliveryId, Option<Arc<BoundReceiver>>>,
    oldest: VecDeque<DeliveryId>,
}

impl Unfinished {
    /// Notes a record that makes room, if more may become of its delivery.
    pub(crate) fn note(&mut self, record: &DeliveryRecord) {
        if record.ended.outcome != OutcomeKind::Accepted.as_str() {
            return;
        }
        self.receivers
            .insert(record.id.clone(), record.bound.clone());
        self.oldest.push_back(record.id.clone());
        if self.oldest.len() > MOST
            && let Some(oldest) = self.oldest.pop_front()
        {
            self.receivers.remove(&oldest);
        }
    }

    /// The Receiver of such a delivery, if it was served.
    pub(crate) fn get(&self, delivery: &DeliveryId) -> Option<&Option<Arc<BoundReceiver>>> {
        self.receivers.get(delivery)
    }
}
