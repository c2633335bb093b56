use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bellpull_core::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::DatabaseError;
use super::schema::{self, FileContent};

const FILE: &str = "records.db";
/// SQLite's own files beside it begin with its name.
const ENDINGS: [&str; 3] = ["", "-wal", "-shm"];
/// How long another process may hold the file.
const BUSY: Duration = Duration::from_secs(2);

/// The file of the records, which may not be there yet.
#[derive(Clone, Debug)]
pub(super) struct DatabaseFile {
    path: PathBuf,
    /// Once is enough: a disk that breaks files would be filled with them.
    has_moved: bool,
}

impl DatabaseFile {
    pub(super) fn of(directory: &Path) -> Self {
        let path = directory.join(FILE);
        Self {
            path,
            has_moved: false,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the directory and the file where there are none. Nobody else may read what is made.
    pub(super) fn make(&self) -> Result<(), DatabaseError> {
        let directory = self.path.parent().unwrap_or(Path::new("."));
        let made = DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory);
        made.map_err(|error| DatabaseError::Directory {
            path: directory.to_owned(),
            error,
        })?;
        let opened = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&self.path);
        let kept_private = opened.and_then(|file| match file.metadata()?.permissions().mode() {
            // A volume may give its group what nobody has asked for.
            mode if mode & 0o077 != 0 => file.set_permissions(Permissions::from_mode(0o600)),
            _ => Ok(()),
        });
        kept_private.map_err(|error| DatabaseError::File {
            path: self.path.clone(),
            error,
        })
    }

    /// Opens the file to write it, and returns the bytes of rows that prove nothing. Moves aside what is
    /// broken or of another version, and begins anew.
    pub(super) fn open(&mut self, max_pages: i64) -> Result<(Connection, i64), DatabaseError> {
        self.make()?;
        let why = match self.open_once(max_pages) {
            Ok((connection, FileContent::Ours { unproven })) => return Ok((connection, unproven)),
            Ok((_, FileContent::Foreign)) => return Err(DatabaseError::Foreign(self.path.clone())),
            Ok((_, FileContent::OtherVersion(version))) => {
                format!(
                    "another version of Bellpull has made it: its tables have version {version}"
                )
            }
            Err(error) if is_broken(&error) => error.to_string(),
            Err(error) => return Err(self.sqlite(error)),
        };
        self.move_aside(&why)?;
        self.make()?;
        let opened = self.open_once(max_pages);
        let (connection, _) = opened.map_err(|error| self.sqlite(error))?;
        Ok((connection, 0))
    }

    fn open_once(&self, max_pages: i64) -> rusqlite::Result<(Connection, FileContent)> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(BUSY)?;
        let found = schema::prepare(&mut connection, max_pages)?;
        Ok((connection, found))
    }

    /// Opens the file to read it.
    pub(super) fn open_to_read(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(BUSY)?;
        Ok(connection)
    }

    /// Renames the file, so that nothing of it is lost.
    pub(super) fn move_aside(&mut self, why: &str) -> Result<(), DatabaseError> {
        if std::mem::replace(&mut self.has_moved, true) {
            return Err(DatabaseError::BrokenAgain {
                path: self.path.clone(),
                why: why.to_owned(),
            });
        }
        let now = Timestamp::now().strftime("%Y%m%dT%H%M%S.%3fZ");
        let aside = with_ending(&self.path, &format!(".broken-{now}"));
        for ending in ENDINGS {
            let (from, to) = (with_ending(&self.path, ending), with_ending(&aside, ending));
            match fs::rename(&from, &to) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                moved => moved.map_err(|error| DatabaseError::Aside { path: from, error })?,
            }
        }
        tracing::error!(
            file = %self.path.display(),
            why,
            aside = %aside.display(),
            "the database of records cannot be used: it is moved aside and a new one begins; remove it \
             when nobody needs it"
        );
        Ok(())
    }

    fn sqlite(&self, error: rusqlite::Error) -> DatabaseError {
        DatabaseError::Sqlite {
            path: self.path.clone(),
            error,
        }
    }
}

/// Whether the file itself is wrong, so that another attempt would not help.
pub(super) fn is_broken(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(
        code,
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    )
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
