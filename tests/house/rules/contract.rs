//! The provider contract does not change under those who were built against it.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use wit_parser::{Resolve, WorldItem};

use bellpull_house::{files_below, none, read, root, shown};

/// In the form of `sha256sum`.
const RECORD: &str = "wit/frozen.sha256";

/// What `make bindings` writes, each with the marks of a comment in its language.
const BINDINGS: &[(&str, &str)] = &[
    ("plugins/sdk/src/bindings.rs", "//!"),
    ("plugins/sdk-c/bindings.c", "//"),
    ("plugins/sdk-c/bindings.h", "//"),
    ("plugins/sdk-go/internal/wit", "//"),
];

#[test]
fn the_bindings_are_of_the_contract() {
    let contract = read(&root().join("wit/v0.1/provider.wit"));
    let digest = hex::encode(Sha256::digest(contract));
    let mut others = Vec::new();
    for (path, comment) in BINDINGS {
        let files = files_below(&root().join(path));
        assert!(!files.is_empty(), "{path} has no bindings: make bindings");
        let head = format!("{comment} {digest}");
        others.extend(files.iter().filter_map(|file| {
            let text = read(file);
            let is_of_it = text.lines().take(8).any(|line| line == head);
            (!is_of_it).then(|| shown(file))
        }));
    }
    none(
        &others,
        &format!("are not from the contract as it stands ({digest}): make bindings"),
    );
}

#[test]
fn the_contract_is_frozen() {
    let contract: BTreeMap<String, String> = files_below(&root().join("wit"))
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "wit"))
        .map(|file| (shown(file), hex::encode(Sha256::digest(read(file)))))
        .collect();
    let record = read(&root().join(RECORD));
    let frozen: BTreeMap<String, String> = record
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(hash, file)| (file.to_owned(), hash.to_owned()))
        .collect();
    assert!(!contract.is_empty(), "wit/ has no contract");
    assert_eq!(
        contract, frozen,
        "the contract (left) is not what {RECORD} froze (right): a released version never changes, \
         so take the change back, or make a new version as wit/README.md says. Only until 0.1.0 \
         is released, record it anew: sha256sum wit/v*/*.wit > {RECORD}"
    );
}

#[test]
fn no_function_of_the_contract_is_async() {
    for folder in std::fs::read_dir(root().join("wit")).unwrap() {
        let folder = folder.unwrap().path();
        let version = folder.file_name().unwrap().to_string_lossy().into_owned();
        if !version.starts_with('v') {
            continue;
        }
        let mut contract = Resolve::default();
        contract.push_dir(&folder).unwrap();
        let of_interfaces = contract
            .interfaces
            .iter()
            .flat_map(|(_, interface)| interface.functions.values());
        let of_worlds = contract.worlds.iter().flat_map(|(_, world)| {
            let items = world.imports.values().chain(world.exports.values());
            items.filter_map(|item| match item {
                WorldItem::Function(function) => Some(function),
                WorldItem::Interface { .. } | WorldItem::Type { .. } => None,
            })
        });
        let functions: Vec<_> = of_interfaces.chain(of_worlds).collect();
        assert!(functions.len() > 10, "{version} has functions");
        let waiting: Vec<&str> = functions
            .iter()
            .filter(|function| function.kind.is_async())
            .map(|function| function.name.as_str())
            .collect();
        assert!(
            waiting.is_empty(),
            "{version}: {waiting:?} are async, which no synchronous guest could import or give"
        );
    }
}
