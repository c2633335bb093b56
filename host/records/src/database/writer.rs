use std::sync::Arc;
use std::time::Duration;

use rusqlite::ErrorCode;

use super::drop_log::DropLog;
use super::error::DatabaseError;
use super::file::{DatabaseFile, is_broken};
use super::queue::{DatabaseWrite, WriteQueue};
use super::table::DeliveryTable;
use crate::database_settings::DatabaseSettings;
use crate::metrics::{DropReason, RecordMetrics};

/// How often records get too old even if nothing is written.
const IDLE: Duration = Duration::from_secs(60);

/// The niceness of the thread.
#[cfg(target_os = "linux")]
const LOW_PRIORITY: i32 = 10;

/// Writes what is queued, on a thread of its own.
pub(super) struct DatabaseWriter {
    pub(super) queue: Arc<WriteQueue>,
    pub(super) file: DatabaseFile,
    pub(super) settings: DatabaseSettings,
    pub(super) metrics: RecordMetrics,
    /// `None`: it is opened when it is needed.
    pub(super) table: Option<DeliveryTable>,
    pub(super) log: DropLog,
}

impl DatabaseWriter {
    /// Writes until the queue is closed and empty.
    pub(super) fn run(mut self) {
        give_way_to_deliveries();
        self.work(0, |table| table.make_room().map(|()| 0));
        while let Some(batch) = self.queue.next(IDLE) {
            if batch.dropped > 0 {
                self.metrics.dropped(DropReason::Queue, batch.dropped);
                let why = "deliveries come faster than they can be written";
                self.log.note(batch.dropped, why.to_owned());
            }
            self.write(&batch.writes);
            self.queue.written(&batch);
            self.log.write(self.file.path());
        }
        // The last connection carries the log of SQLite over into the file.
        self.table = None;
        self.log.write_at_once(self.file.path());
        self.queue.end();
    }

    fn write(&mut self, mut writes: &[DatabaseWrite]) {
        // How many fit depends on the file.
        self.work(0, |_| Ok(0));
        loop {
            let fitting = self.table.as_ref().map(|table| table.fitting(writes));
            let (now, later) = writes.split_at(fitting.unwrap_or(writes.len()));
            self.work(now.len(), |table| {
                let fitting = table.write(now);
                // A full file has room again before the next records come.
                table.make_room().and(fitting)
            });
            if later.is_empty() {
                return;
            }
            writes = later;
        }
    }

    /// Does something with the table, and notes how many records the database lacks if that fails.
    fn work(
        &mut self,
        records: usize,
        work: impl FnOnce(&mut DeliveryTable) -> rusqlite::Result<usize>,
    ) {
        let worked = match self.opened() {
            Ok(table) => work(table),
            Err(error) => {
                return self.lack(records, DropReason::of_open(&error), error.to_string());
            }
        };
        match worked {
            Ok(stored) => self.metrics.stored(stored as u64),
            Err(error) => {
                self.recover(&error);
                self.lack(records, DropReason::of(&error), error.to_string());
            }
        }
    }

    fn opened(&mut self) -> Result<&mut DeliveryTable, DatabaseError> {
        let table = match self.table.take() {
            Some(table) => table,
            None => DeliveryTable::open(&mut self.file, &self.settings)?,
        };
        Ok(self.table.insert(table))
    }

    /// Opens the file anew after an error that does not pass by itself.
    fn recover(&mut self, error: &rusqlite::Error) {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy) => return,
            _ => self.table = None,
        }
        if is_broken(error)
            && let Err(error) = self.file.move_aside(&error.to_string())
        {
            self.log.note(0, error.to_string());
        }
    }

    fn lack(&mut self, records: usize, reason: DropReason, why: String) {
        let records = records as u64;
        self.metrics.dropped(reason, records);
        self.log.note(records, why);
    }
}

impl DropReason {
    fn of(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            _ => Self::Error,
        }
    }

    fn of_open(error: &DatabaseError) -> Self {
        match error.is_full() {
            true => Self::Full,
            false => Self::Error,
        }
    }
}

/// Under full load records wait, and deliveries do not. A tenth of a processor that others want is left
/// for records.
fn give_way_to_deliveries() {
    // Only Linux has a priority for each thread.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, LOW_PRIORITY) {
        tracing::debug!(%error, "the writer of records keeps its priority");
    }
}
