//! Who may import whom.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Package};

use super::sources::metadata;
use bellpull_house::tokens::{lines_of, of_file};
use bellpull_house::{files_below, none, root, shown};

/// What a crate of `host/` or a special one of `plugins/` may import of ours. Tests may import
/// more: dev-dependencies are not looked at.
const TABLE: &[(&str, &[&str])] = &[
    ("bellpull-api", &[]),
    ("bellpull-core", &["bellpull-api"]),
    ("bellpull-matching", &["bellpull-core"]),
    ("bellpull-proof", &["bellpull-core"]),
    ("bellpull-schema", &["bellpull-core"]),
    (
        "bellpull-ports",
        &[
            "bellpull-api",
            "bellpull-core",
            "bellpull-matching",
            "bellpull-proof",
            "bellpull-schema",
        ],
    ),
    (
        "bellpull-plan",
        &[
            "bellpull-api",
            "bellpull-core",
            "bellpull-ports",
            "bellpull-proof",
        ],
    ),
    ("bellpull-engine", &[]),
    (
        "bellpull-sandbox",
        &[
            "bellpull-core",
            "bellpull-engine",
            "bellpull-ports",
            "bellpull-proof",
            "bellpull-schema",
        ],
    ),
    (
        "bellpull-filter",
        &["bellpull-core", "bellpull-ports", "bellpull-proof"],
    ),
    ("bellpull-fair-slots", &["bellpull-core"]),
    ("bellpull-notify", &["bellpull-core", "bellpull-fair-slots"]),
    ("bellpull-egress", &["bellpull-core"]),
    ("bellpull-registry", &["bellpull-core", "bellpull-egress"]),
    (
        "bellpull-trust",
        &["bellpull-api", "bellpull-core", "bellpull-signature"],
    ),
    (
        "bellpull-cluster",
        &[
            "bellpull-api",
            "bellpull-core",
            "bellpull-matching",
            "bellpull-notify",
            "bellpull-plan",
            "bellpull-ports",
            "bellpull-trust",
        ],
    ),
    (
        "bellpull-folder",
        &[
            "bellpull-api",
            "bellpull-core",
            "bellpull-matching",
            "bellpull-notify",
            "bellpull-plan",
            "bellpull-ports",
            "bellpull-trust",
        ],
    ),
    (
        "bellpull-road",
        &[
            "bellpull-api",
            "bellpull-core",
            "bellpull-matching",
            "bellpull-ports",
            "bellpull-fair-slots",
        ],
    ),
    (
        "bellpull-gateway",
        &[
            "bellpull-core",
            "bellpull-ports",
            "bellpull-records",
            "bellpull-road",
            "bellpull-telemetry",
            "bellpull-tls",
        ],
    ),
    (
        "bellpull-records",
        &["bellpull-core", "bellpull-ports", "bellpull-road"],
    ),
    ("bellpull-telemetry", &["bellpull-core", "bellpull-egress"]),
    (
        "bellpull-admin",
        &[
            "bellpull-core",
            "bellpull-filter",
            "bellpull-gateway",
            "bellpull-plan",
            "bellpull-ports",
            "bellpull-records",
            "bellpull-road",
        ],
    ),
    (
        "bellpull-console",
        &["bellpull-admin", "bellpull-core", "bellpull-records"],
    ),
    ("bellpull-tls", &["bellpull-core"]),
    (
        "bellpull-acme",
        &["bellpull-core", "bellpull-egress", "bellpull-tls"],
    ),
    ("bellpull-signature", &["bellpull-proof"]),
    ("bellpull-sdk", &[]),
    ("bellpull-unified", &[]),
    ("bellpull-bundle", &["bellpull-engine", "bellpull-unified"]),
];

/// The crates of others that are kept behind one of ours, and who may import them.
const KEPT: &[(&str, &[&str])] = &[
    ("wasmtime", &["bellpull-engine", "bellpull-sandbox"]),
    ("wasmtime-wasi", &["bellpull-sandbox"]),
    ("hyper", &["bellpull-cluster", "bellpull-gateway"]),
    ("hyper-util", &["bellpull-cluster", "bellpull-gateway"]),
    ("kube", &["bellpull-api", "bellpull-cluster"]),
    ("kube-lease-manager", &["bellpull-cluster"]),
    ("k8s-openapi", &["bellpull-api", "bellpull-cluster"]),
    ("reqwest", &["bellpull", "bellpull-egress"]),
    ("instant-acme", &["bellpull-acme"]),
    ("rusqlite", &["bellpull-records"]),
    ("opentelemetry", &["bellpull-telemetry"]),
    ("opentelemetry_sdk", &["bellpull-telemetry"]),
];

/// Paths in the source that only the binary may use, with the word that makes an exception.
const BINARYS_OWN: &[(&[&str], Option<&str>)] = &[
    (&["std", ":", ":", "env"], Some("consts")),
    (&["env", ":", ":", "var"], None),
    (&["process", ":", ":", "exit"], None),
    (&["process", ":", ":", "abort"], None),
    (&["tokio", ":", ":", "signal"], None),
    (&["signal", ":", ":", "unix"], None),
];

/// What these tests, the integration tests and the fuzz targets import is no concern of the table.
fn packages() -> Vec<Package> {
    let mut packages = metadata(&root().join("Cargo.toml")).packages;
    let others = ["bellpull-tests", "bellpull-house", "bellpull-fuzz"];
    packages.retain(|package| !others.contains(&package.name.as_str()));
    packages
}

fn folder(package: &Package) -> PathBuf {
    package
        .manifest_path
        .parent()
        .expect("a manifest is in a folder")
        .to_owned()
        .into()
}

/// None for the binary: it may import all of the host.
fn allowed(name: &str) -> Option<&'static [&'static str]> {
    if name == "bellpull" {
        return None;
    }
    if name.starts_with("bellpull-provider-") || name == "bellpull-test-guest" {
        return Some(&["bellpull-sdk"]);
    }
    let row = TABLE.iter().find(|(of, _)| *of == name);
    Some(
        row.unwrap_or_else(|| panic!("{name} has no row in this test's table: give it one"))
            .1,
    )
}

#[test]
fn crates_import_along_the_table() {
    let mut found = Vec::new();
    for package in packages() {
        let imports: BTreeSet<&str> = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development)
            .map(|dependency| dependency.name.as_str())
            .collect();
        for import in imports {
            let ours = import == "bellpull" || import.starts_with("bellpull-");
            let kept = KEPT.iter().find(|(name, _)| *name == import);
            let may = match (ours, kept) {
                (true, _) => allowed(&package.name).is_none_or(|table| table.contains(&import)),
                (false, Some((_, by))) => by.contains(&package.name.as_str()),
                (false, None) => true,
            };
            if !may {
                found.push(format!("{} imports {import}", package.name));
            }
        }
    }
    none(
        &found,
        "not along the table: the crate that may import it has, or gets, what is needed",
    );
}

/// Crates that only decide: what waits or talks is behind a port.
const PURE: &[&str] = &[
    "bellpull-core",
    "bellpull-matching",
    "bellpull-plan",
    "bellpull-ports",
    "bellpull-proof",
    "bellpull-schema",
];

#[test]
fn pure_crates_do_no_input_or_output() {
    let mut found = Vec::new();
    for package in packages()
        .iter()
        .filter(|package| PURE.contains(&package.name.as_str()))
    {
        let normal = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind == DependencyKind::Normal);
        let talks = normal.filter(|dependency| {
            ["tokio", "mio", "socket2", "rustix"].contains(&dependency.name.as_str())
        });
        found.extend(
            talks.map(|dependency| format!("{} imports {}", package.name, dependency.name)),
        );
    }
    none(&found, "what waits or talks is behind a port");
}

/// A path through a re-export reaches as far as an import.
#[test]
fn sources_keep_to_the_table() {
    let mut found = Vec::new();
    for package in packages() {
        for file in files_below(&folder(&package).join("src")) {
            found.extend(foreign_paths(&package.name, &file));
        }
    }
    none(&found, "use a type or function of the crate that owns it");
}

fn foreign_paths(package: &str, file: &Path) -> Vec<String> {
    if file.extension().is_none_or(|extension| extension != "rs") {
        return Vec::new();
    }
    let tokens = of_file(file);
    let mut found = Vec::new();
    let mut note = |line: usize, what: &str| found.push(format!("{}:{line}: {what}", shown(file)));
    for (name, _) in KEPT.iter().filter(|(_, by)| !by.contains(&package)) {
        let name = name.replace('-', "_");
        for line in lines_of(&tokens, &[&name, ":", ":"]) {
            note(line, &format!("{name}::"));
        }
    }
    if package != "bellpull" {
        for (path, except) in BINARYS_OWN {
            let excepted = except.map_or_else(Vec::new, |word| {
                lines_of(&tokens, &[path, [":", ":", word].as_slice()].concat())
            });
            for line in lines_of(&tokens, path) {
                if !excepted.contains(&line) {
                    note(line, &path.concat());
                }
            }
        }
    }
    found
}
