//! What a binary says of itself, and the pages that it writes.

use std::fs;

use bellpull_tests::serve::{run, said};
use serde_json::{Value, json};

#[test]
fn a_binary_says_what_it_was_built_from() {
    let (code, stdout, stderr) = said(&run(&["version", "-o", "json"]));
    assert_eq!(code, Some(0), "{stderr}");
    let version: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    // The binary and this test are built together.
    assert_eq!(version["commit"], json!(option_env!("BELLPULL_COMMIT")));
    let stamped = option_env!("SOURCE_DATE_EPOCH").is_some();
    assert_eq!(version["date"].is_string(), stamped, "{version}");
    assert_eq!(version["contracts"], json!(["0.1.0"]));
    let lock = include_str!("../../../Cargo.lock");
    let wasmtime = version["wasmtime"].as_str().expect("a version");
    assert!(
        lock.contains(&format!("name = \"wasmtime\"\nversion = \"{wasmtime}\"\n")),
        "{wasmtime} is not that of Cargo.lock"
    );
    let features = json!(["console", "precompiled", "records-database", "traces"]);
    assert_eq!(version["features"], features);
    let target = version["target"].as_str().expect("a target");
    assert!(target.starts_with(std::env::consts::ARCH), "{target}");
}

#[test]
fn what_a_build_was_not_told_is_unknown_to_people() {
    let (code, stdout, stderr) = said(&run(&["version"]));
    assert_eq!(code, Some(0), "{stderr}");
    let commit = option_env!("BELLPULL_COMMIT").unwrap_or("unknown");
    let line = stdout.lines().find(|line| line.starts_with("commit "));
    let line = line.expect("a line of the commit");
    assert_eq!(line.split_whitespace().last(), Some(commit));
}

#[test]
fn each_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("share/man1");
    let (code, _, stderr) = said(&run(&["man-pages", pages.to_str().unwrap()]));
    assert_eq!(code, Some(0), "{stderr}");
    let serve = fs::read_to_string(pages.join("bellpull-serve.1")).expect("a page of serve");
    assert!(serve.contains("BELLPULL_MANIFESTS"), "{serve}");
    let main = fs::read_to_string(pages.join("bellpull.1")).expect("a page of bellpull");
    let (_, help, _) = said(&run(&["--help"]));
    let (_, commands) = help.split_once("Commands:").expect("commands");
    let names = commands.lines().skip(1).take_while(|line| !line.is_empty());
    let names = names.filter_map(|line| {
        let row = line.strip_prefix("  ")?;
        row.split(char::is_whitespace).next()
    });
    let mut count = 0;
    for name in names.filter(|name| !name.is_empty()) {
        assert!(
            pages.join(format!("bellpull-{name}.1")).is_file(),
            "{name} has no page"
        );
        count += 1;
    }
    assert!(count > 20, "only {count} commands");
    assert!(main.contains("bellpull\\-serve(1)"), "{main}");
}

#[test]
fn pages_that_cannot_be_written_end_with_an_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let below = file.path().join("man1");
    let (code, _, stderr) = said(&run(&["man-pages", below.to_str().unwrap()]));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(
        stderr.contains(&format!("writing manual pages to {}", below.display())),
        "{stderr}"
    );
}
