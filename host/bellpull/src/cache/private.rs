//! Files and folders that this user alone can write.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use rustix::fs::OFlags;

/// Opens a regular file of this user. A symlink is not followed, and a pipe is not waited for.
///
/// # Errors
/// When it is anything else.
pub(super) fn open(path: &Path) -> Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
        .with_context(|| path.display().to_string())?;
    let metadata = file.metadata()?;
    ensure!(
        metadata.is_file(),
        "{} is not a regular file: remove it",
        path.display()
    );
    check_owner(&metadata, path)?;
    Ok(file)
}

/// Whether the file does not exist.
pub(super) fn is_absent(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// Checks that a folder belongs to this user and that nobody else can write it.
///
/// # Errors
/// When it does not, or somebody can.
pub(super) fn check_folder(folder: &Path) -> Result<()> {
    let metadata = fs::metadata(folder).with_context(|| folder.display().to_string())?;
    check_owner(&metadata, folder)?;
    ensure!(
        metadata.mode() & 0o022 == 0,
        "others can write {}: `chmod go-w` it",
        folder.display()
    );
    Ok(())
}

fn check_owner(metadata: &fs::Metadata, path: &Path) -> Result<()> {
    let user = rustix::process::geteuid().as_raw();
    ensure!(
        metadata.uid() == user,
        "{} belongs to another user (uid {})",
        path.display(),
        metadata.uid()
    );
    Ok(())
}
