use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context as _, Result};

/// Beginning of the name of a temporary file: it is being written, or a process that ended left it.
const TEMPORARY: &str = ".tmp";

/// How much a folder may hold. What was used last stays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CacheBound {
    /// Of all its files together.
    pub(crate) bytes: u64,
    pub(crate) files: usize,
    /// Only files with one of these endings count, and temporary ones.
    pub(crate) endings: &'static [&'static str],
}

/// Removes the files that were used longest ago until the rest is within `bound`. A file that `spares`
/// accepts stays.
///
/// # Errors
/// When the folder cannot be read, or a file cannot be removed.
pub(super) fn prune(
    folder: &Path,
    bound: &CacheBound,
    spares: impl Fn(&str) -> bool,
) -> Result<()> {
    let mut files = Vec::new();
    let (mut bytes, mut count) = (0, 0);
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // The metadata of a link itself, not of its target.
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).context(entry.path().display().to_string()),
        };
        let counts = bound.endings.iter().any(|ending| name.ends_with(ending));
        if metadata.is_file() && (counts || name.starts_with(TEMPORARY)) {
            bytes += metadata.len();
            count += 1;
            if !spares(&name) {
                let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                files.push((used, metadata.len(), entry.path()));
            }
        }
    }
    files.sort_unstable();
    for (_, length, path) in files {
        if bytes <= bound.bytes && count <= bound.files {
            break;
        }
        remove(&path)?;
        tracing::debug!(file = %path.display(), "removed from the cache");
        bytes = bytes.saturating_sub(length);
        count = count.saturating_sub(1);
    }
    Ok(())
}

/// Removes a file, unless another process has removed it already.
///
/// # Errors
/// When the file stays.
pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).context(path.display().to_string())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::symlink;
    use std::time::Duration;

    use super::*;

    /// Prunes a folder with these files of 100 bytes, the newest first, and a link. Returns the names
    /// of what is left, sorted.
    fn left(names: &[&str], bytes: u64, files: usize, spared: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (age, name) in names.iter().enumerate() {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_len(100).unwrap();
            let ago = Duration::from_secs(60 * age as u64);
            file.set_modified(SystemTime::now() - ago).unwrap();
        }
        symlink("/etc/hostname", folder.path().join("link.cwasm")).unwrap();
        let bound = CacheBound {
            bytes,
            files,
            endings: &[".cwasm"],
        };
        prune(folder.path(), &bound, |name| name == spared).unwrap();
        let entries = fs::read_dir(folder.path()).unwrap();
        let mut left: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        left
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let names = ["new.cwasm", "old.cwasm", ".tmp-left", "oldest.cwasm", "key"];
        let all = ["key", "link.cwasm", "new.cwasm", "old.cwasm"].as_slice();
        let fewest = ["key", "link.cwasm", "new.cwasm"].as_slice();
        let spared = ["key", "link.cwasm", "new.cwasm", "oldest.cwasm"].as_slice();
        for (bytes, files, sparing, expected) in [
            (250, 9, "", all),
            (900, 2, "", all),
            (900, 1, "", fewest),
            (250, 9, "oldest.cwasm", spared),
        ] {
            let got = left(&names, bytes, files, sparing);
            assert_eq!(got, expected, "{bytes} bytes, {files} files, {sparing:?}");
        }
    }
}
