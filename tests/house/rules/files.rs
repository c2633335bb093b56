//! Files as such: their length, and what must not stand in any of them.

use bellpull_house::{files_below, none, read, root, shown, written_sources};

const MAX_LINES: usize = 400;

#[test]
fn no_source_is_long() {
    let long: Vec<String> = written_sources()
        .iter()
        .map(|file| (shown(file), read(file).lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(file, lines)| format!("{file}: {lines} lines"))
        .collect();
    none(
        &long,
        &format!("at most {MAX_LINES} lines: move a part that has a name into its own file"),
    );
}

/// Paths of somebody's machine. Written in two parts, since this file is looked through as well.
fn machine_paths() -> Vec<String> {
    let mut paths = vec![root().display().to_string()];
    for (base, end) in [
        ("/ho", "me/"),
        ("/Us", "ers/"),
        ("/ro", "ot/"),
        ("C:\\Us", "ers\\"),
    ] {
        paths.push(format!("{base}{end}"));
    }
    paths
}

#[test]
fn no_file_names_a_place_of_a_machine() {
    let paths = machine_paths();
    let mut found = Vec::new();
    for file in files_below(root()) {
        // What is no text names nothing.
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            for path in paths.iter().filter(|path| starts_somewhere(line, path)) {
                found.push(format!("{}:{}: {path}", shown(&file), number + 1));
            }
        }
    }
    none(&found, "write paths relative to the repository");
}

/// Whether `path` begins in `line`, and is not the tail of a longer path or URL.
fn starts_somewhere(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || "-_.~/}".contains(c))
    })
}

#[test]
fn a_path_within_an_address_is_no_path_of_a_machine() {
    let home = machine_paths().swap_remove(1);
    assert!(starts_somewhere(&format!("see {home}me"), &home));
    assert!(starts_somewhere(&format!("{home}me"), &home));
    assert!(!starts_somewhere(
        &format!("https://example.com{home}me"),
        &home
    ));
}
