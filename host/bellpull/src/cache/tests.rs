use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;

const CODE: CacheFolder = CacheFolder {
    name: "compiled",
    bound: CacheBound {
        bytes: 1 << 20,
        files: 10,
        endings: &[".cwasm"],
    },
};
const A: &str = "a.cwasm";
const B: &str = "b.cwasm";

fn cache(folder: &Path) -> Cache {
    let arguments = CacheArgs {
        cache_dir: Some(folder.to_owned()),
        ..CacheArgs::default()
    };
    Cache::open(&arguments, &CODE)
}

#[test]
fn gives_back_what_was_put() {
    let folder = tempfile::tempdir().unwrap();
    cache(folder.path()).put(A, b"code");
    let got = cache(folder.path()).get(A);
    assert_eq!(got.as_deref(), Some(b"code".as_slice()));
    assert_eq!(cache(folder.path()).get(B), None);
    let made = fs::metadata(folder.path().join("compiled/key")).unwrap();
    assert_eq!(made.mode() & 0o777, 0o600);
}

/// Spoils a cache that holds a file, which must not be given out afterwards.
fn spoilt(spoil: impl Fn(&Path, &Path)) {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path());
    cache.put(A, b"code");
    spoil(
        &folder.path().join("compiled"),
        &folder.path().join("compiled").join(A),
    );
    assert_eq!(cache.get(A), None);
}

#[test]
fn a_changed_file_is_not_loaded() {
    spoilt(|_, file| {
        let mut bytes = fs::read(file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(file, bytes).unwrap();
    });
}

#[test]
fn a_cut_file_is_not_loaded() {
    spoilt(|_, file| fs::write(file, b"short").unwrap());
}

#[test]
fn another_components_code_is_not_loaded() {
    spoilt(|folder, file| {
        cache(folder.parent().unwrap()).put(B, b"other");
        let other = folder.join(B);
        fs::copy(other, file).unwrap();
    });
}

#[test]
fn a_file_of_another_cache_is_not_loaded() {
    spoilt(|_, file| {
        let foreign = tempfile::tempdir().unwrap();
        cache(foreign.path()).put(A, b"evil");
        let foreign = foreign.path().join("compiled").join(A);
        fs::copy(foreign, file).unwrap();
    });
}

#[test]
fn a_directory_that_others_write_is_not_read() {
    spoilt(|folder, _| fs::set_permissions(folder, Permissions::from_mode(0o777)).unwrap());
}

#[test]
fn a_key_that_others_read_counts_no_more() {
    spoilt(|folder, _| {
        fs::set_permissions(folder.join("key"), Permissions::from_mode(0o644)).unwrap();
    });
}

#[test]
fn a_lost_key_is_made_anew_and_the_old_files_count_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(folder.path());
    cache.put(A, b"code");
    fs::remove_file(folder.path().join("compiled/key")).unwrap();
    assert_eq!(cache.get(A), None);
    cache.put(B, b"code");
    assert!(cache.get(B).is_some());
    assert_eq!(cache.get(A), None, "made under the lost key");
}

#[test]
fn a_symlink_is_not_followed() {
    spoilt(|folder, file| {
        let moved = folder.join("moved");
        fs::rename(file, &moved).unwrap();
        symlink(&moved, file).unwrap();
    });
}

#[test]
fn a_pipe_is_not_waited_for() {
    spoilt(|_, file| {
        fs::remove_file(file).unwrap();
        let kind = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, file, kind, 0o600.into(), 0).unwrap();
    });
}

#[test]
fn a_cache_that_cannot_be_written_is_no_outage() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    fs::write(&blocked, b"").unwrap();
    let cache = cache(&blocked);
    cache.put(A, b"code");
    assert_eq!(cache.get(A), None);
}
