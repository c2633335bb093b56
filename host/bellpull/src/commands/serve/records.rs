//! The records of deliveries: opened at the start, and written to the end.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bellpull_records::{RecordDatabase, RecordMetrics, RecordStore};

use crate::exit::UsageError;
use crate::settings::ServeArgs;

/// How long the end waits for records to be written.
const CLOSE: Duration = Duration::from_secs(5);

/// The records of a process.
pub(super) struct Records {
    /// `None`: nothing is recorded.
    pub(super) store: Option<Arc<RecordStore>>,
    pub(super) metrics: RecordMetrics,
}

impl Records {
    /// # Errors
    /// When --records-dir names a directory that cannot keep records.
    pub(super) fn open(arguments: &ServeArgs) -> Result<Self> {
        let (records, metrics) = (&arguments.records, RecordMetrics::default());
        let database = match records.database() {
            Some(settings) => {
                let opened = RecordDatabase::open(settings, metrics.clone());
                Some(opened.map_err(|error| UsageError(format!("--records-dir: {error}")))?)
            }
            None => None,
        };
        let settings = records.settings(arguments.manifests.is_some());
        let store = settings.map(|settings| {
            let store = RecordStore::new(settings, metrics.clone());
            Arc::new(store.with_database(database))
        });
        Ok(Self { store, metrics })
    }
}

/// Writes what is not written yet.
pub(super) async fn close(records: Option<Arc<RecordStore>>) {
    let Some(records) = records else {
        return;
    };
    let closed = tokio::task::spawn_blocking(move || records.close(CLOSE)).await;
    if !closed.unwrap_or(false) {
        tracing::warn!(
            "records of the last deliveries are lost: they could not be written in time"
        );
    }
}
