//! The record of the crates that read what strangers write.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::semver::Version;
use cargo_metadata::{DependencyKind, MetadataCommand};

use bellpull_house::{none, read, root};

/// A row: names, versions, and the fuzz targets that reach it.
struct Row {
    name: String,
    versions: String,
    targets: String,
}

fn page() -> String {
    read(&root().join("host/CRATES.md"))
}

fn rows(page: &str) -> Vec<Row> {
    let cells = |line: &str| -> Option<Row> {
        let cells: Vec<&str> = line.strip_prefix("| ")?.split('|').map(str::trim).collect();
        let [name, versions, _, unsafe_code, targets, _] = cells[..] else {
            return None;
        };
        unsafe_code.parse::<u32>().ok()?;
        Some(Row {
            name: name.to_owned(),
            versions: versions.to_owned(),
            targets: targets.to_owned(),
        })
    };
    page.lines().filter_map(cells).collect()
}

/// The versions of each crate in the lock file, the oldest first.
fn locked() -> BTreeMap<String, String> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(["--locked", "--offline"].map(String::from))
        .exec()
        .expect("cargo metadata");
    let mut versions: BTreeMap<String, BTreeSet<Version>> = BTreeMap::new();
    for package in metadata.packages {
        let of_name = versions.entry(package.name.to_string()).or_default();
        of_name.insert(package.version);
    }
    let shown = |versions: BTreeSet<Version>| -> String {
        let texts: Vec<String> = versions.iter().map(Version::to_string).collect();
        texts.join(", ")
    };
    versions
        .into_iter()
        .map(|(name, versions)| (name, shown(versions)))
        .collect()
}

#[test]
fn the_versions_that_were_looked_at_are_those_that_are_built() {
    let locked = locked();
    let changed: Vec<String> = rows(&page())
        .into_iter()
        .filter(|row| locked.get(&row.name) != Some(&row.versions))
        .map(|row| {
            let built = locked.get(&row.name).map_or("none", String::as_str);
            format!(
                "{}: the row has {}, Cargo.lock {built}",
                row.name, row.versions
            )
        })
        .collect();
    none(
        &changed,
        "look at the new version as host/CRATES.md says, then change its row",
    );
}

#[test]
fn every_crate_that_the_host_names_is_judged() {
    let page = page();
    let listed: BTreeSet<String> = rows(&page).into_iter().map(|row| row.name).collect();
    let metadata = super::sources::metadata(&root().join("Cargo.toml"));
    let host = root().join("host");
    let mut unjudged = BTreeSet::new();
    for package in metadata.packages {
        if !package.manifest_path.starts_with(&host) {
            continue;
        }
        for dependency in package.dependencies {
            let name = dependency.name;
            let counts = dependency.kind == DependencyKind::Normal && dependency.path.is_none();
            if counts && !listed.contains(&name) && !page.contains(&format!("`{name}`")) {
                unjudged.insert(name);
            }
        }
    }
    none(
        &Vec::from_iter(unjudged),
        "say in host/CRATES.md what of strangers these crates read, or that it is nothing",
    );
}

/// The names after "fuzzed:" in a cell of the threat model.
fn fuzzed(page: &str) -> Vec<String> {
    let cells = page.split("fuzzed: ").skip(1);
    let cells = cells.filter_map(|rest| rest.split_once(" |"));
    let names = cells.flat_map(|(names, _)| names.split(", "));
    names
        .map(|name| name.trim_matches('`').to_owned())
        .collect()
}

#[test]
fn what_is_said_to_be_fuzzed_has_a_corpus() {
    let corpus = root().join("tests/fuzz/corpus");
    let has_corpus = |target: &str| {
        let folder = target.replace('*', "github");
        corpus.join(folder).is_dir()
    };
    let of_crates = rows(&page()).into_iter().flat_map(|row| {
        let targets = row.targets.split(", ").filter(|target| *target != "–");
        targets.map(str::to_owned).collect::<Vec<_>>()
    });
    let of_boundaries = fuzzed(&read(&root().join("SECURITY.md")));
    assert!(!of_boundaries.is_empty(), "SECURITY.md names no target");
    let absent: Vec<String> = of_crates
        .chain(of_boundaries)
        .filter(|target| !has_corpus(target))
        .collect();
    none(&absent, "tests/fuzz/corpus has no such folders");
}
