//! The project's files, as the house rules read them. The rules that no compiler checks are in
//! `rules`: who imports whom, small files, a frozen contract, papers that match the tree.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is how a failure is told"
)]

pub mod metrics;
pub mod tokens;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// Folders that are not the project's text: build results, what versions it, and what npm and pip
/// have brought.
const NOT_OURS: &[&str] = &["target", ".git", "node_modules", ".venv"];

/// What a generator wrote: nobody reads it as a source.
const GENERATED: &[&str] = &["plugins/sdk/src/bindings.rs"];

/// The folder of the workspace.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this is tests/house of the workspace")
}

/// As messages name a file.
#[must_use]
pub fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// Every file of the project below `folder`, sorted.
#[must_use]
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !NOT_OURS.iter().any(|name| entry.file_name() == *name))
        .map(|entry| entry.expect("a readable entry"))
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// Every file of the project with this extension, sorted.
#[must_use]
pub fn files_with_extension(extension: &str) -> Vec<PathBuf> {
    let mut files = files_below(root());
    files.retain(|file| file.extension() == Some(OsStr::new(extension)));
    files
}

/// The text of a file.
#[must_use]
pub fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", shown(file)))
}

/// Every source that somebody wrote.
#[must_use]
pub fn written_sources() -> Vec<PathBuf> {
    let mut files = files_with_extension("rs");
    files.retain(|file| !GENERATED.contains(&shown(file).as_str()));
    files
}

/// Fails with every finding at once, and with what to do about them.
#[track_caller]
pub fn none(found: &[String], remedy: &str) {
    assert!(found.is_empty(), "\n  {}\n{remedy}", found.join("\n  "));
}
