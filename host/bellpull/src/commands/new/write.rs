use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Writes a file, and makes the directories above it.
pub(super) fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}
