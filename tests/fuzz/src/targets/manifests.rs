//! Manifests in a folder: any YAML, and JSON as YAML.

use std::fs;
use std::path::Path;

use bellpull_folder::{Folder, LoadedFolder};
use serde_json::Value;

use crate::FuzzTarget;
use crate::input::{CANARY, hides_canary};

pub(crate) const TARGETS: &[FuzzTarget] = &[FILES, SECRETS];

/// A file of manifests.
const FILES: FuzzTarget = FuzzTarget {
    name: "yaml-folder",
    run: run_file,
};

/// What stands after a value of a Secret that nobody may see.
const SECRETS: FuzzTarget = FuzzTarget {
    name: "yaml-secrets",
    run: run_secret,
};

/// Reads a folder with this file. It is in memory where the system has such a place.
fn load(text: &[u8]) -> LoadedFolder {
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    };
    let folder = folder.expect("a folder");
    fs::write(folder.path().join("a.yaml"), text).expect("a file");
    Folder::new(folder.path()).load()
}

fn run_file(input: &[u8]) {
    let loaded = load(input);
    for error in &loaded.errors {
        let told = error.to_string();
        assert!(!error.message.is_empty());
        assert!(told.len() <= 8 << 10, "{} bytes: {told:.200}", told.len());
        assert!(
            !error.message.chars().any(char::is_control),
            "{:?}",
            error.message
        );
        if let Some(place) = error.place {
            let ends = input.iter().filter(|byte| matches!(byte, b'\n' | b'\r'));
            let lines = ends.count() as u64 + 1;
            assert!((1..=lines).contains(&place.line), "{told} of {lines}");
            assert!(place.column > 0 && place.document > 0, "{told}");
        }
    }
    if let Ok(document) = serde_json::from_slice::<Value>(input) {
        reads_json(&document, &loaded);
    }
}

/// A JSON document is the same document of YAML, where it is an object with a name.
fn reads_json(document: &Value, loaded: &LoadedFolder) {
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
    let is_receiver = text("/kind") == Some("Receiver")
        && text("/apiVersion") == Some("notification.toolkit.fluxcd.io/v1");
    let (true, Some(name)) = (is_receiver, text("/metadata/name")) else {
        return;
    };
    let named = |id: &bellpull_core::ReceiverId| id.name == name;
    let objects = &loaded.objects;
    let is_read = objects.receivers.iter().any(|receiver| named(&receiver.id));
    let is_told = objects
        .unreadable
        .iter()
        .any(|unreadable| named(&unreadable.id));
    assert!(
        is_read || is_told || !loaded.errors.is_empty(),
        "the Receiver {name:?} is lost"
    );
}

fn run_secret(input: &[u8]) {
    let Ok(rest) = std::str::from_utf8(input) else {
        return;
    };
    // Another document is another object, whose errors may quote it.
    let mut lines = rest.lines();
    let is_end = |line: &str| line.starts_with("---") || line.starts_with("...");
    if rest.contains(CANARY) || lines.any(is_end) {
        return;
    }
    for member in [
        "stringData:\n  token: ",
        "data:\n  token: ",
        "data: {token: ",
    ] {
        let head = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}";
        let text = format!("{head}\n{member}{CANARY}{rest}");
        for error in &load(text.as_bytes()).errors {
            hides_canary(&error.to_string());
        }
    }
}
