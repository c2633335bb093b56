//! The house rules that no compiler checks: who imports whom, no source that is never compiled,
//! small files, a frozen contract, papers that match the tree.

#![cfg(test)]

mod bounds;
mod contract;
mod dependencies;
mod files;
mod flags;
mod imports;
mod marks;
mod papers;
mod plans;
mod sources;
mod tokens;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// Folders that are not the project's text: build results, what versions it, and what npm and pip
/// have brought.
const NOT_OURS: &[&str] = &["target", ".git", "node_modules", ".venv"];

/// What a generator wrote: nobody reads it as a source.
const GENERATED: &[&str] = &["plugins/sdk/src/bindings.rs"];

/// The folder of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests is a folder of the workspace")
}

/// As messages name a file.
fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// Every file of the project below `folder`, sorted.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !NOT_OURS.iter().any(|name| entry.file_name() == *name))
        .map(|entry| entry.expect("a readable entry"))
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

fn files_with_extension(extension: &str) -> Vec<PathBuf> {
    let mut files = files_below(root());
    files.retain(|file| file.extension() == Some(OsStr::new(extension)));
    files
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", shown(file)))
}

/// Every source that somebody wrote.
fn written_sources() -> Vec<PathBuf> {
    let mut files = files_with_extension("rs");
    files.retain(|file| !GENERATED.contains(&shown(file).as_str()));
    files
}

/// The folders of `plugins/` that are providers.
fn provider_names() -> Vec<String> {
    let folder = root().join("plugins");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("plugins/ is there")
        .map(|entry| entry.expect("a readable entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().expect("a name in UTF-8"))
        .filter(|name| name != "sdk" && name != "bundle")
        .collect();
    names.sort();
    names
}

/// Fails with every finding at once, and with what to do about them.
#[track_caller]
fn none(found: &[String], remedy: &str) {
    assert!(found.is_empty(), "\n  {}\n{remedy}", found.join("\n  "));
}
