use std::time::Duration;

use bellpull_core::Timestamp;
use rusqlite::{Connection, Result};

use super::error::DatabaseError;
use super::file::DatabaseFile;
use super::queue::DatabaseWrite;
use super::row::{DeliveryRow, UPSERT, signed};
use crate::database_settings::{DatabaseSettings, LEAST_SIZE};

/// Bytes of a page, which SQLite gives to new files.
const PAGE: i64 = 4096;
/// One page in this many is kept free for what is being written.
const SPARE_ONE_IN: i64 = 8;
/// What proves nothing has one in this many bytes.
const UNPROVEN_ONE_IN: i64 = 8;
/// Rows that are deleted at a time.
const DELETED: u32 = 64;
/// Rows that are written at a time.
const WRITTEN: usize = 64;
/// Free pages that go back to the file system at a time, once there are so many.
const FREED: i64 = 256;

/// The table of deliveries in an open file, within its bounds.
pub(super) struct DeliveryTable {
    connection: Connection,
    max_age: Option<Duration>,
    max_pages: i64,
    /// Bytes of the rows that prove nothing.
    unproven: i64,
}

impl DeliveryTable {
    pub(super) fn open(
        file: &mut DatabaseFile,
        settings: &DatabaseSettings,
    ) -> Result<Self, DatabaseError> {
        let max_size = i64::try_from(settings.max_size.max(LEAST_SIZE)).unwrap_or(i64::MAX);
        let max_pages = max_size / PAGE;
        let (connection, unproven) = file.open(max_pages)?;
        Ok(Self {
            connection,
            max_age: settings.max_age,
            max_pages,
            unproven,
        })
    }

    /// Writes records in one transaction, and returns how many there are.
    pub(super) fn write(&mut self, writes: &[DatabaseWrite]) -> Result<usize> {
        let transaction = self.connection.transaction()?;
        let mut unproven = 0;
        let mut upsert = transaction.prepare(UPSERT)?;
        for write in writes {
            if let Some(row) = DeliveryRow::of(write, &transaction)? {
                unproven += row.write(&mut upsert)?;
            }
        }
        drop(upsert);
        transaction.commit()?;
        self.unproven += unproven;
        Ok(writes.len())
    }

    /// How many of them, one at least, take no more than half of what is kept free.
    pub(super) fn fitting(&self, writes: &[DatabaseWrite]) -> usize {
        let mut room = self.max_pages * PAGE / SPARE_ONE_IN / 2;
        let fits = |write: &&DatabaseWrite| {
            room -= signed(write.weight());
            room >= 0
        };
        let fitting = writes.iter().take(WRITTEN).take_while(fits).count();
        fitting.max(1).min(writes.len())
    }

    /// Deletes what is too old and what there is no room for, the oldest first.
    pub(super) fn make_room(&mut self) -> Result<()> {
        let oldest = self
            .max_age
            .and_then(|age| Timestamp::now().checked_sub(age).ok());
        if let Some(oldest) = oldest {
            let old = format!("received_us < {}", oldest.as_microsecond());
            while self.delete(&old)? == DELETED as usize {}
        }
        while self.unproven > self.max_pages * PAGE / UNPROVEN_ONE_IN {
            if self.delete("proven = 0")? == 0 {
                break;
            }
        }
        let most = self.max_pages - self.max_pages / SPARE_ONE_IN;
        while self.used_pages()? > most {
            if self.delete("proven = 1")? == 0 && self.delete("proven = 0")? == 0 {
                break;
            }
        }
        if self.number("freelist_count")? > FREED {
            // Each page is a step of its own.
            let pragma = format!("PRAGMA incremental_vacuum({FREED})");
            let mut vacuum = self.connection.prepare(&pragma)?;
            let mut steps = vacuum.query([])?;
            while steps.next()?.is_some() {}
        }
        Ok(())
    }

    /// Deletes the oldest rows of which the condition holds, and returns how many there were.
    fn delete(&mut self, condition: &str) -> Result<usize> {
        let sql = format!(
            "DELETE FROM deliveries WHERE number IN (
                SELECT number FROM deliveries WHERE {condition} ORDER BY received_us LIMIT {DELETED}
            ) RETURNING CASE proven WHEN 0 THEN bytes ELSE 0 END"
        );
        let mut deleted = 0;
        let mut statement = self.connection.prepare(&sql)?;
        for bytes in statement.query_map([], |row| row.get::<_, i64>(0))? {
            self.unproven -= bytes?;
            deleted += 1;
        }
        Ok(deleted)
    }

    fn used_pages(&self) -> Result<i64> {
        Ok(self.number("page_count")? - self.number("freelist_count")?)
    }

    fn number(&self, pragma: &str) -> Result<i64> {
        self.connection
            .pragma_query_value(None, pragma, |row| row.get(0))
    }
}
