//! Records that survive a restart: an SQLite database of what [`DeliveryView`] shows, and of nothing else.
//!
//! A record that is kept in memory is queued, and a thread writes what is queued in batches. The road
//! never waits: what finds no room in the queue, or cannot be written, is dropped and counted.

mod drop_log;
mod error;
mod file;
mod queue;
mod reader;
mod row;
mod schema;
mod table;
mod writer;

use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use self::drop_log::DropLog;
use self::file::DatabaseFile;
pub(crate) use self::queue::DatabaseWrite;
use self::queue::WriteQueue;
use self::reader::DatabaseReader;
use self::table::DeliveryTable;
use self::writer::DatabaseWriter;
use crate::database_settings::DatabaseSettings;
use crate::metrics::RecordMetrics;
use crate::query::DeliveryQuery;
use crate::view::DeliveryView;

pub use self::error::DatabaseError;

/// The records in a directory.
pub struct RecordDatabase {
    queue: Arc<WriteQueue>,
    reader: DatabaseReader,
}

impl RecordDatabase {
    /// Opens the database of a directory, and begins to write. A file that is broken is moved aside. What
    /// may pass, such as a full disk, is logged and tried again.
    ///
    /// # Errors
    /// When another directory is to be named: says why.
    pub fn open(settings: DatabaseSettings, metrics: RecordMetrics) -> Result<Self, DatabaseError> {
        let mut file = DatabaseFile::of(&settings.directory);
        let mut log = DropLog::default();
        let table = match DeliveryTable::open(&mut file, &settings) {
            Ok(table) => Some(table),
            Err(error) if error.is_mistake() => return Err(error),
            Err(error) => {
                log.note(0, error.to_string());
                log.write(file.path());
                None
            }
        };
        let queue = Arc::new(WriteQueue::default());
        let reader = DatabaseReader::new(file.clone());
        let path = file.path().to_owned();
        let writer = DatabaseWriter {
            queue: Arc::clone(&queue),
            file,
            settings,
            metrics,
            table,
            log,
        };
        let spawned = thread::Builder::new()
            .name("records".to_owned())
            .spawn(|| writer.run());
        spawned.map_err(|error: io::Error| DatabaseError::File { path, error })?;
        Ok(Self { queue, reader })
    }

    pub(crate) fn offer(&self, write: DatabaseWrite) {
        self.queue.offer(write);
    }

    /// The newest records that a query asks for, without those that are known already.
    pub(crate) fn find(&self, query: &DeliveryQuery, known: &HashSet<String>) -> Vec<DeliveryView> {
        self.reader.find(query, known).unwrap_or_else(|error| {
            unread(&error);
            Vec::new()
        })
    }

    pub(crate) fn get(&self, id: &str) -> Option<DeliveryView> {
        self.reader.get(id).unwrap_or_else(|error| {
            unread(&error);
            None
        })
    }

    #[cfg(test)]
    pub(crate) fn written_within(&self, limit: Duration) -> bool {
        self.queue.empty_within(limit)
    }

    /// Writes what is queued, and takes nothing more. Returns whether all was written in time.
    pub(crate) fn close(&self, within: Duration) -> bool {
        self.queue.close();
        self.queue.ended_within(within)
    }
}

impl Drop for RecordDatabase {
    fn drop(&mut self) {
        self.queue.close();
    }
}

fn unread(error: &rusqlite::Error) {
    tracing::warn!(%error, "the database of records cannot be read");
}
