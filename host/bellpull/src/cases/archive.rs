//! Cases as one file, attached to a component in a registry.

use std::fs;
use std::path::{Component, Path};

use anyhow::{Context as _, Result, ensure};
use bellpull_registry::{ArtefactReference, Registry, RegistryError};
use tar::{Archive, Builder, EntryType, Header};
use walkdir::WalkDir;

/// Media type of an archive of cases.
const CASES_TYPE: &str = "application/vnd.bellpull.cases.v1.tar";
/// Largest archive, bytes, and the most files in it.
const MAX_CASES: u64 = 16 << 20;
const MAX_FILES: usize = 10_000;

/// The files of a folder of cases. Equal folders give equal archives.
///
/// # Errors
/// When a file cannot be read, or there are too many.
pub(crate) fn pack(folder: &Path) -> Result<Vec<u8>> {
    let mut archive = Builder::new(Vec::new());
    let mut files = 0;
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.with_context(|| format!("{} cannot be read", folder.display()))?;
        if !entry.file_type().is_file() {
            continue;
        }
        let bytes = fs::read(entry.path());
        let bytes = bytes.with_context(|| format!("{} cannot be read", entry.path().display()))?;
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        let path = entry.path().strip_prefix(folder)?;
        archive.append_data(&mut header, path, bytes.as_slice())?;
        files += 1;
    }
    let archive = archive.into_inner()?;
    ensure!(
        files <= MAX_FILES && archive.len() as u64 <= MAX_CASES,
        "{}: {files} files of {} bytes are too many: at most {MAX_FILES} of {MAX_CASES} are attached",
        folder.display(),
        archive.len()
    );
    Ok(archive)
}

/// The archive of cases that is attached to an artefact, if there is one.
///
/// # Errors
/// When the registry does not give it.
pub(crate) async fn attached(
    registry: &Registry,
    artefact: &ArtefactReference,
) -> Result<Option<Vec<u8>>, RegistryError> {
    let archives = registry.attached(artefact, CASES_TYPE, MAX_CASES).await?;
    Ok(archives.into_iter().next_back())
}

/// Attaches an archive of cases to an artefact that has a digest.
///
/// # Errors
/// When the registry does not take it.
pub(crate) async fn attach(
    registry: &Registry,
    artefact: &ArtefactReference,
    archive: Vec<u8>,
) -> Result<(), RegistryError> {
    let annotations = [("org.opencontainers.image.title", "cases.tar")];
    registry
        .attach(artefact, CASES_TYPE, archive.into(), &annotations)
        .await
}

/// Writes the files of an archive into a folder. Nobody vouches for the archive.
///
/// # Errors
/// When it holds something else than files below the folder, or too many.
pub(crate) fn unpack(archive: &[u8], folder: &Path) -> Result<()> {
    let mut archive = Archive::new(archive);
    for (at, entry) in archive.entries()?.enumerate() {
        let mut entry = entry.context("the archive of cases cannot be read")?;
        let path = entry
            .path()
            .context("the archive of cases cannot be read")?;
        let path = path.into_owned();
        let shown = path.display();
        ensure!(
            at < MAX_FILES,
            "the archive has more than {MAX_FILES} files"
        );
        ensure!(
            entry.header().entry_type() == EntryType::Regular,
            "the archive holds {shown}, which is no file"
        );
        let is_below = path
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        ensure!(is_below, "the archive holds {shown}, which leads out of it");
        let file = folder.join(&path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut written = fs::File::create(&file)?;
        std::io::copy(&mut entry, &mut written).with_context(|| format!("unpacking {shown}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, kind: EntryType) -> Vec<u8> {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        // Setting a path checks it, so it is written as a hostile archive has it.
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        let mut archive = Builder::new(Vec::new());
        archive.append(&header, std::io::empty()).unwrap();
        archive.into_inner().unwrap()
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let [from, to] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        fs::create_dir(from.path().join("one")).unwrap();
        fs::write(from.path().join("one/case.yaml"), "provider: acme").unwrap();
        fs::write(from.path().join("one/body"), [0, 159, 146]).unwrap();
        let archive = pack(from.path()).unwrap();
        assert_eq!(archive, pack(from.path()).unwrap());
        unpack(&archive, to.path()).unwrap();
        for name in ["one/case.yaml", "one/body"] {
            let [packed, unpacked] = [&from, &to].map(|folder| fs::read(folder.path().join(name)));
            assert_eq!(packed.unwrap(), unpacked.unwrap(), "{name}");
        }
    }

    #[test]
    fn an_archive_that_leads_elsewhere_is_refused() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("folder");
        fs::create_dir(&folder).unwrap();
        for (path, kind, expected) in [
            ("../outside", EntryType::Regular, "leads out of it"),
            ("/etc/outside", EntryType::Regular, "leads out of it"),
            ("a/../../outside", EntryType::Regular, "leads out of it"),
            ("link", EntryType::Symlink, "is no file"),
            ("hard", EntryType::Link, "is no file"),
            ("device", EntryType::Char, "is no file"),
        ] {
            let error = unpack(&file(path, kind), &folder).unwrap_err().to_string();
            assert!(error.contains(expected), "{path}: {error}");
        }
        assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 1);
        assert!(unpack(b"no archive at all", &folder).is_err());
    }
}
