use rusqlite::{Connection, Result};

/// The version of the tables, in the file's `user_version`.
const VERSION: i64 = 1;
/// Tells the file of Bellpull from those of others (`PRAGMA application_id`): `BELL` in ASCII.
const APPLICATION: i64 = 0x4245_4c4c;
/// Pages of a file that is written are kept in memory up to so many KiB.
const WRITER_CACHE_KIB: u32 = 4 << 10;
/// The write-ahead log is cut to this after it has been carried over, in bytes.
const LOG_SIZE: u32 = 8 << 20;

/// The columns beside the record are for people and their queries.
const TABLES: &str = "
CREATE TABLE deliveries (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    received_us INTEGER NOT NULL,
    received TEXT AS (strftime('%Y-%m-%dT%H:%M:%fZ', received_us / 1e6, 'unixepoch')) VIRTUAL,
    namespace TEXT NOT NULL,
    receiver TEXT NOT NULL,
    provider TEXT,
    outcome TEXT NOT NULL,
    status INTEGER NOT NULL,
    reason TEXT,
    total_us INTEGER NOT NULL,
    notified INTEGER NOT NULL,
    given_up INTEGER NOT NULL,
    proven INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX deliveries_by_time ON deliveries (received_us);
CREATE INDEX deliveries_by_receiver ON deliveries (receiver, received_us);
CREATE INDEX deliveries_by_outcome ON deliveries (outcome, received_us);
CREATE INDEX deliveries_by_proof ON deliveries (proven, received_us, bytes);
";

/// What a file turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileContent {
    /// Of this version, with so many bytes of rows that prove nothing.
    Ours {
        unproven: i64,
    },
    /// Of this version of the tables, which another version of Bellpull has made.
    OtherVersion(i64),
    Foreign,
}

/// Sets up a connection that writes, and makes the tables of a new file.
///
/// # Errors
/// Those of SQLite: `NotADatabase` and `DatabaseCorrupt` say that the file is broken.
pub(super) fn prepare(connection: &mut Connection, max_pages: i64) -> Result<FileContent> {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get(0));
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let (application, version): (i64, i64) = (number("application_id")?, number("user_version")?);
    if tables > 0 && application != APPLICATION {
        return Ok(FileContent::Foreign);
    }
    if tables > 0 && version != VERSION {
        return Ok(FileContent::OtherVersion(version));
    }
    if tables == 0 {
        // It takes effect before the first table only.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A crash of the machine may lose the newest records, and never breaks the file.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "journal_size_limit", LOG_SIZE)?;
    connection.pragma_update(None, "cache_size", -i64::from(WRITER_CACHE_KIB))?;
    connection.pragma_update(None, "max_page_count", max_pages)?;
    if tables == 0 {
        let transaction = connection.transaction()?;
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        transaction.commit()?;
    }
    let sum = "SELECT coalesce(sum(bytes), 0) FROM deliveries WHERE proven = 0";
    let unproven = connection.query_row(sum, [], |row| row.get(0))?;
    Ok(FileContent::Ours { unproven })
}
