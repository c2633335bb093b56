use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context as _, Result};

/// What the cache may take, bytes: thirty of the largest that are known. What was used last stays.
pub(super) const MOST: u64 = 1 << 30;
/// How the files begin that are still written, or that a process left when it was ended.
const TEMPORARY: &str = ".tmp";
/// And how the others end.
const ARTEFACT: &str = ".cwasm";

/// Removes what was used longest ago, until the rest is within `most` bytes.
///
/// # Errors
/// When the folder cannot be read, or a file not be removed.
pub(super) fn prune(folder: &Path, most: u64) -> Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // Of a link itself, not of where it leads.
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).context(entry.path().display().to_string()),
        };
        if metadata.is_file() && (name.ends_with(ARTEFACT) || name.starts_with(TEMPORARY)) {
            let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            files.push((used, metadata.len(), entry.path()));
        }
    }
    files.sort_unstable();
    let mut total: u64 = files.iter().map(|(_, length, _)| length).sum();
    for (_, length, path) in files {
        if total <= most {
            break;
        }
        match fs::remove_file(&path) {
            Ok(()) => tracing::debug!(file = %path.display(), "removed from the cache"),
            // Another process has been here, too.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).context(path.display().to_string()),
        }
        total = total.saturating_sub(length);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::symlink;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        for (age, name) in ["new.cwasm", "old.cwasm", ".tmp-left", "oldest.cwasm", "key"]
            .iter()
            .enumerate()
        {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_len(100).unwrap();
            let ago = Duration::from_secs(60 * age as u64);
            file.set_modified(SystemTime::now() - ago).unwrap();
        }
        symlink("/etc/hostname", folder.path().join("link.cwasm")).unwrap();
        prune(folder.path(), 250).unwrap();
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["key", "link.cwasm", "new.cwasm", "old.cwasm"]);
    }
}
