use bellpull_core::Timestamp;

use crate::record::DeliveryRecord;

/// Which records are asked for. An absent condition holds for every record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryQuery {
    pub namespace: Option<String>,
    /// The name of the Receiver.
    pub receiver: Option<String>,
    /// The name of the outcome.
    pub outcome: Option<String>,
    /// Received at this time or later.
    pub since: Option<Timestamp>,
    /// Kept after as many records as this: see
    /// [`RecordStore::find_counted`](crate::RecordStore::find_counted).
    pub after: Option<u64>,
    /// The most records, the newest first. `None`: all.
    pub limit: Option<usize>,
}

impl DeliveryQuery {
    pub(crate) fn asks_for(&self, record: &DeliveryRecord) -> bool {
        let is = |asked: &Option<String>, value: &str| {
            asked.as_deref().is_none_or(|asked| asked == value)
        };
        is(&self.namespace, &record.receiver.namespace)
            && is(&self.receiver, &record.receiver.name)
            && is(&self.outcome, record.ended.outcome)
            && self.since.is_none_or(|since| record.received >= since)
    }
}
