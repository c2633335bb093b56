//! Files that are none of ours or broken, and directories that cannot be used.

use std::fs;
use std::path::PathBuf;

use super::{Process, ended, file, settings, texts};
use crate::{RecordDatabase, RecordMetrics};

#[test]
fn what_is_no_database_of_this_version_is_moved_aside() {
    let whole = tempfile::tempdir().unwrap();
    let process = Process::start(whole.path(), 1 << 20);
    for _ in 0..100 {
        process.keep(true, ended("notified"));
    }
    process.end();
    let whole = fs::read(file(&whole)).unwrap();
    let of_version_2 = {
        let folder = tempfile::tempdir().unwrap();
        fs::write(file(&folder), &whole).unwrap();
        let connection = rusqlite::Connection::open(file(&folder)).unwrap();
        connection.pragma_update(None, "user_version", 2).unwrap();
        drop(connection);
        fs::read(file(&folder)).unwrap()
    };
    for (what, bytes) in [
        (
            "text",
            b"not a database, but a text of many bytes".repeat(100),
        ),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("cut in the head", whole[..50].to_vec()),
        ("of another version", of_version_2),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(file(&folder), &bytes).unwrap();
        let process = Process::start(folder.path(), 1 << 20);
        let id = process.keep(true, ended("notified"));
        process.end();
        let names = fs::read_dir(folder.path()).unwrap();
        let names = names.map(|entry| entry.unwrap().path());
        let aside = names.filter(|path| path.display().to_string().contains("records.db.broken-"));
        let aside: Vec<PathBuf> = aside.collect();
        assert_eq!(aside.len(), 1, "{what}");
        assert!(fs::read(&aside[0]).unwrap() == bytes, "{what} is kept");
        let process = Process::start(folder.path(), 1 << 20);
        assert_eq!(process.all(), texts(&[id]), "{what}");
    }
}

#[test]
fn a_file_that_breaks_while_it_is_written_is_moved_aside() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), 1 << 20);
    for _ in 0..2000 {
        process.keep(true, ended("notified"));
    }
    process.end();
    let mut bytes = fs::read(file(&folder)).unwrap();
    // The head is whole, so that the file opens.
    let beyond_tables = 16 * 4096;
    bytes[beyond_tables..].fill(0xff);
    fs::write(file(&folder), &bytes).unwrap();
    let process = Process::start(folder.path(), 1 << 20);
    process.keep(true, ended("notified"));
    process.until_written();
    let id = process.keep(true, ended("notified"));
    process.end();
    let process = Process::start(folder.path(), 1 << 20);
    assert!(process.all().contains(&id.to_string()));
}

#[test]
fn a_directory_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let not_a_folder = folder.path().join("file");
    fs::write(&not_a_folder, "").unwrap();
    let foreign = folder.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    let connection = rusqlite::Connection::open(foreign.join("records.db")).unwrap();
    connection
        .execute_batch("CREATE TABLE notes (text TEXT)")
        .unwrap();
    for (directory, expected) in [
        (not_a_folder.join("below"), "cannot be made"),
        (PathBuf::from("/proc/self"), "cannot be written"),
        (foreign.clone(), "a database of another program"),
    ] {
        let opened = RecordDatabase::open(settings(&directory), RecordMetrics::default());
        let error = opened.map(drop).unwrap_err();
        let text = error.to_string();
        assert!(error.is_mistake(), "{text}");
        let names = text.contains(&directory.display().to_string());
        assert!(names && text.contains(expected), "{text}");
    }
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM notes", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 0, "what is not ours is not touched");
}

#[test]
fn only_its_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("made").join("for it");
    let process = Process::start(&below, 1 << 20);
    process.keep(true, ended("notified"));
    process.until_written();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(below.clone()), 0o700);
    for name in ["records.db", "records.db-wal", "records.db-shm"] {
        assert_eq!(mode(below.join(name)), 0o600, "{name}");
    }
}
