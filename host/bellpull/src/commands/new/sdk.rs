//! The SDK within a project: files of ours, which a newer Bellpull replaces as a whole.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path};

use anyhow::{Context as _, Result, bail, ensure};
use bellpull_engine::Digest;
use clap::ValueEnum as _;
use serde::{Deserialize, Serialize};

use super::kit::Kit;
use super::write::write;
use crate::exit::Exit;
use crate::output;
use crate::settings::Language;

/// The directory of the SDK in a project.
pub(super) const FOLDER: &str = "vendor/bellpull";
/// What the SDK in a project is, beside its files.
const RECORD: &str = "sdk.json";
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Serialize, Deserialize)]
struct SdkRecord {
    language: String,
    version: String,
    /// The digest of each file.
    files: BTreeMap<String, String>,
}

/// Writes the SDK of a kit into a project.
pub(super) fn write_into(kit: &Kit, project: &Path) -> Result<()> {
    let folder = project.join(FOLDER);
    let mut files = BTreeMap::new();
    for (path, text) in kit.sdk {
        write(&folder.join(path), text)?;
        files.insert((*path).to_owned(), Digest::of(text.as_bytes()).to_string());
    }
    let record = SdkRecord {
        language: kit.language.to_owned(),
        version: VERSION.to_owned(),
        files,
    };
    let record = serde_json::to_string_pretty(&record)? + "\n";
    write(&folder.join(RECORD), &record)
}

/// Replaces the SDK of a project by the one of this Bellpull. An SDK that was changed is left as it is.
pub(super) fn update(project: &Path) -> Result<Exit> {
    let folder = project.join(FOLDER);
    let (shown, file) = (folder.display(), folder.join(RECORD));
    let text = fs::read_to_string(&file).with_context(|| {
        format!(
            "reading {}: --update-sdk is for a project that `bellpull new` has made; name its directory \
             with --path DIR",
            file.display()
        )
    })?;
    let record: Option<SdkRecord> = serde_json::from_str(&text).ok();
    let record = record.with_context(|| {
        format!(
            "{} is not as `bellpull new` writes it: make a new project by `bellpull new`, and take its \
             {FOLDER}",
            file.display()
        )
    })?;
    if let Some(path) = record.files.keys().find(|path| !is_below(path)) {
        bail!(
            "{} names {path:?}, which is no file of {FOLDER}",
            file.display()
        );
    }
    let Ok(language) = Language::from_str(&record.language, false) else {
        bail!(
            "{}: this Bellpull has no SDK for {:?}",
            file.display(),
            record.language
        );
    };
    let changed = record.changed(&folder);
    ensure!(
        changed.is_empty(),
        "{shown} was changed since `bellpull new` wrote it: {}. Keep your changes elsewhere and delete \
         these files; what is missing is written anew",
        changed.join(", ")
    );
    let kit = Kit::of(language)?;
    for path in record.files.keys() {
        if !kit.sdk.iter().any(|(kept, _)| kept == path) {
            remove(&folder.join(path))?;
        }
    }
    write_into(kit, project)?;
    output::line(&format!(
        "{shown}: the SDK for {} is {VERSION}; it was {}",
        record.language, record.version
    ))?;
    Ok(Exit::Success)
}

fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", file.display()))
        }
        _ => Ok(()),
    }
}

/// Whether a path leads to a file below where it begins.
fn is_below(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    !path.is_empty() && parts.all(|part| matches!(part, Component::Normal(_)))
}

impl SdkRecord {
    /// The files that are there and not as they were written.
    fn changed(&self, folder: &Path) -> Vec<&str> {
        let changed = self.files.iter().filter(|(path, digest)| {
            let file = folder.join(path);
            match fs::symlink_metadata(&file) {
                Err(error) => error.kind() != ErrorKind::NotFound,
                Ok(metadata) if !metadata.is_file() => true,
                Ok(_) => {
                    !fs::read(&file).is_ok_and(|bytes| Digest::of(&bytes).to_string() == **digest)
                }
            }
        });
        changed.map(|(path, _)| path.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sdk_is_updated_unless_it_was_changed() {
        let project = tempfile::tempdir().unwrap();
        let kit = Kit::of(Language::Rust).unwrap();
        write_into(kit, project.path()).unwrap();
        let folder = project.path().join(FOLDER);
        let (first, text) = kit.sdk[0];
        let file = folder.join(first);

        fs::remove_file(&file).unwrap();
        update(project.path()).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), text);

        fs::write(&file, "mine").unwrap();
        let error = update(project.path()).unwrap_err().to_string();
        assert!(error.contains(first), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    }

    #[test]
    fn what_an_sdk_no_longer_has_is_removed() {
        let project = tempfile::tempdir().unwrap();
        let kit = Kit::of(Language::Rust).unwrap();
        write_into(kit, project.path()).unwrap();
        let folder = project.path().join(FOLDER);
        let text = fs::read_to_string(folder.join(RECORD)).unwrap();
        let mut record: SdkRecord = serde_json::from_str(&text).unwrap();
        let old = folder.join("old.rs");
        fs::write(&old, "old").unwrap();
        let digest = Digest::of(b"old").to_string();
        record.files.insert("old.rs".to_owned(), digest);
        let text = serde_json::to_string(&record).unwrap();
        fs::write(folder.join(RECORD), text).unwrap();
        fs::write(folder.join("mine.rs"), "mine").unwrap();

        update(project.path()).unwrap();
        assert!(!old.exists());
        assert!(folder.join("mine.rs").exists(), "it is no file of ours");
    }

    #[test]
    fn a_record_leads_to_nothing_outside_of_the_sdk() {
        for path in ["../mine", "/mine", "a/../../mine", ""] {
            let project = tempfile::tempdir().unwrap();
            let record = SdkRecord {
                language: "rust".to_owned(),
                version: "0".to_owned(),
                files: BTreeMap::from([(path.to_owned(), Digest::of(b"mine").to_string())]),
            };
            let file = project.path().join(FOLDER).join(RECORD);
            write(&file, &serde_json::to_string(&record).unwrap()).unwrap();
            let mine = project.path().join("vendor/mine");
            fs::write(&mine, "mine").unwrap();
            let error = update(project.path()).unwrap_err().to_string();
            assert!(error.contains("is no file of"), "{path}: {error}");
            assert!(mine.exists(), "{path}");
        }
    }

    #[test]
    fn what_is_no_file_any_more_counts_as_changed() {
        let project = tempfile::tempdir().unwrap();
        let kit = Kit::of(Language::Rust).unwrap();
        write_into(kit, project.path()).unwrap();
        let (first, _) = kit.sdk[0];
        let file = project.path().join(FOLDER).join(first);
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        let error = update(project.path()).unwrap_err().to_string();
        assert!(error.contains(first), "{error}");
    }

    #[test]
    fn without_an_sdk_nothing_is_updated() {
        let project = tempfile::tempdir().unwrap();
        let error = update(project.path()).unwrap_err().to_string();
        assert!(error.contains("bellpull new"), "{error}");
        write(&project.path().join(FOLDER).join(RECORD), "{}").unwrap();
        let error = update(project.path()).unwrap_err().to_string();
        assert!(error.contains(RECORD), "{error}");
    }
}
