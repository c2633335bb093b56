use std::io;
use std::path::PathBuf;

/// Why a directory cannot keep records. Its text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error("{} cannot be made: {error}; name a directory that this user may write", .path.display())]
    Directory { path: PathBuf, error: io::Error },
    #[error("{} cannot be written: {error}; name a directory that this user may write", .path.display())]
    File { path: PathBuf, error: io::Error },
    #[error(
        "{} is a database of another program; name another directory, or move the file away",
        .0.display()
    )]
    Foreign(PathBuf),
    #[error("{}: {error}", .path.display())]
    Sqlite {
        path: PathBuf,
        error: rusqlite::Error,
    },
    #[error("{} is broken again: {why}; check the disk, and restart", .path.display())]
    BrokenAgain { path: PathBuf, why: String },
    #[error("{} is broken and cannot be moved aside: {error}; move it away", .path.display())]
    Aside { path: PathBuf, error: io::Error },
}

impl DatabaseError {
    /// Whether another directory is to be named. Everything else may pass, such as a full disk.
    #[must_use]
    pub fn is_mistake(&self) -> bool {
        use rusqlite::ErrorCode::{CannotOpen, PermissionDenied, ReadOnly};
        match self {
            Self::Directory { error, .. } | Self::File { error, .. } => {
                error.kind() != io::ErrorKind::StorageFull
            }
            Self::Foreign(_) | Self::Aside { .. } => true,
            Self::BrokenAgain { .. } => false,
            Self::Sqlite { error, .. } => matches!(
                error.sqlite_error_code(),
                Some(CannotOpen | PermissionDenied | ReadOnly)
            ),
        }
    }

    /// Whether there is no room for the file.
    pub(crate) fn is_full(&self) -> bool {
        match self {
            Self::Directory { error, .. } | Self::File { error, .. } => {
                error.kind() == io::ErrorKind::StorageFull
            }
            Self::Sqlite { error, .. } => {
                error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
            }
            _ => false,
        }
    }
}
