//! A type has one name, and a name one type, in all of the host.

use std::collections::{BTreeMap, BTreeSet};

use bellpull_house::tokens::of_file;
use bellpull_house::{files_below, none, root};

#[test]
fn a_type_name_stands_in_one_crate_of_the_host() {
    let mut crates: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files_below(&root().join("host")) {
        let path = file.strip_prefix(root().join("host")).expect("below it");
        let mut parts = path.iter().map(|part| part.to_string_lossy());
        let (Some(owner), Some(source)) = (parts.next(), parts.next()) else {
            continue;
        };
        let is_test = parts.any(|part| part.starts_with("tests"));
        if source != "src" || is_test || file.extension().is_none_or(|end| end != "rs") {
            continue;
        }
        for name in defined(&file) {
            crates.entry(name).or_default().insert(owner.to_string());
        }
    }
    let several: Vec<String> = crates
        .iter()
        .filter(|(_, owners)| owners.len() > 1)
        .map(|(name, owners)| format!("{name}: {owners:?}"))
        .collect();
    none(&several, "say in the name what the type is in its crate");
}

/// The types that a file defines, but for those of its own tests, which stand at its end.
fn defined(file: &std::path::Path) -> Vec<String> {
    let tokens = of_file(file);
    let mut names = Vec::new();
    for window in tokens.windows(2) {
        let [keyword, name] = window else { continue };
        if keyword.text == "mod" && name.text == "tests" {
            break;
        }
        let defines = ["struct", "enum", "trait", "union"].contains(&keyword.text.as_str());
        if defines && name.text.starts_with(char::is_alphabetic) {
            names.push(name.text.clone());
        }
    }
    names
}
