//! A build without the feature `database`, whose records end with the process.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::DeliveryId;
use bellpull_ports::BoundReceiver;

use crate::database_settings::DatabaseSettings;
use crate::kept::KeptRecord;
use crate::metrics::RecordMetrics;
use crate::query::DeliveryQuery;
use crate::sequel::SequelStep;
use crate::view::DeliveryView;

/// Why a directory cannot keep records.
#[derive(Debug, thiserror::Error)]
#[error("this build of Bellpull has no database of records (feature `records-database`)")]
pub struct DatabaseError;

/// There is none.
pub enum RecordDatabase {}

/// What a database would hold.
pub(crate) enum DatabaseWrite {
    Record(Arc<KeptRecord>),
    Step {
        delivery: DeliveryId,
        bound: Option<Arc<BoundReceiver>>,
        step: SequelStep,
    },
}

impl RecordDatabase {
    /// # Errors
    /// Always.
    pub fn open(_: DatabaseSettings, _: RecordMetrics) -> Result<Self, DatabaseError> {
        Err(DatabaseError)
    }

    pub(crate) fn offer(&self, _: DatabaseWrite) {
        match *self {}
    }

    pub(crate) fn find(&self, _: &DeliveryQuery, _: &HashSet<String>) -> Vec<DeliveryView> {
        match *self {}
    }

    pub(crate) fn get(&self, _: &str) -> Option<DeliveryView> {
        match *self {}
    }

    #[cfg(test)]
    pub(crate) fn written_within(&self, _: Duration) -> bool {
        match *self {}
    }

    pub(crate) fn close(&self, _: Duration) -> bool {
        match *self {}
    }
}
