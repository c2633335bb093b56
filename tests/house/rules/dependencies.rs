//! What the packages depend on: nothing that they do not use, and no crate in two versions without a
//! reason.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use cargo_metadata::{Dependency, DependencyKind, MetadataCommand, Package};

use super::sources::metadata;
use bellpull_house::tokens::{Token, of_file};
use bellpull_house::{files_below, none, root};

/// What a package depends on for the features that it then has, and names nowhere.
const FOR_FEATURES: &[(&str, &str)] = &[
    ("bellpull", "bellpull-unified"),
    ("bellpull-bundle", "bellpull-unified"),
    ("bellpull-house", "bellpull-engine"),
    ("bellpull-house", "bellpull-unified"),
    ("bellpull-house", "wit-component"),
    ("bellpull-engine", "cranelift-codegen"),
];

/// What is built elsewhere is no concern here.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// Crates whose library has another name.
const NAMED: &[(&str, &str)] = &[("rustls-webpki", "webpki")];

/// Crates of which there are several versions, and who holds the older ones.
const TWICE: &[(&str, &str)] = &[
    ("base64", "cel, k8s-openapi"),
    ("bit-vec", "yasna, of rcgen"),
    ("block-buffer", "sha2 0.10"),
    ("cipher", "crypto_secretbox"),
    ("const-oid", "x509-cert, of sigstore-verify"),
    ("cpufeatures", "sha2 0.10"),
    ("crypto-common", "sha2 0.10"),
    ("darling", "derive_builder, of oci-spec"),
    ("darling_core", "derive_builder, of oci-spec"),
    ("darling_macro", "derive_builder, of oci-spec"),
    ("der", "x509-cert, of sigstore-verify"),
    ("digest", "sha2 0.10"),
    ("embedded-io", "postcard, of wasmtime"),
    (
        "getrandom",
        "ring; ahash, of kube-runtime; rand, of shuttle",
    ),
    ("hashbrown", "gimli, of wasmtime; kube-runtime"),
    ("inout", "crypto_secretbox"),
    ("io-lifetimes", "fs-set-times, of wasmtime-wasi"),
    ("rand", "opentelemetry_sdk; shuttle"),
    ("rand_chacha", "shuttle"),
    ("rand_core", "opentelemetry_sdk; shuttle"),
    ("salsa20", "crypto_secretbox"),
    ("sha2", "cranelift-codegen"),
    ("spki", "x509-cert, of sigstore-verify"),
    ("syn", "pulley-macros, of wasmtime; derive_more, of kube"),
    ("synstructure", "asn1-rs, of rcgen"),
    ("tower-http", "reqwest"),
];

/// The words of all that is compiled of a package for this kind of dependency.
fn words(package: &Package, kind: DependencyKind) -> HashSet<String> {
    let folder: PathBuf = package.manifest_path.parent().expect("a folder").into();
    let mut files: BTreeSet<PathBuf> = package
        .targets
        .iter()
        .map(|target| target.src_path.clone().into_std_path_buf())
        .collect();
    files.extend(files_below(&folder));
    // A package within this one has dependencies of its own.
    let nested = |file: &PathBuf| {
        let mut folders = file.ancestors().skip(1);
        folders
            .find(|above| above.join("Cargo.toml").is_file())
            .is_some_and(|above| above != folder && above.starts_with(&folder))
    };
    files.retain(|file| !nested(file));
    let of_build = folder.join("build");
    files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .filter(|file| file.starts_with(&of_build) == (kind == DependencyKind::Build))
        .flat_map(|file| roots(&of_file(file)))
        .collect()
}

/// What may be a crate in these words: it begins a path.
fn roots(tokens: &[Token]) -> Vec<String> {
    let mut roots = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let text = |at: usize| tokens.get(at).map(|token| token.text.as_str());
        let in_path = text(at + 1) == Some(":") && text(at + 2) == Some(":");
        let imported = at > 0 && text(at - 1) == Some("use");
        if in_path || imported {
            roots.push(token.text.clone());
        }
    }
    roots
}

fn ident(dependency: &Dependency) -> String {
    let named = NAMED.iter().find(|(name, _)| *name == dependency.name);
    if let Some((_, library)) = named {
        return (*library).to_owned();
    }
    let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
    name.replace('-', "_")
}

#[test]
fn what_is_depended_on_is_used() {
    let mut found = Vec::new();
    for package in metadata(&root().join("Cargo.toml")).packages {
        if package.name == "bellpull-unified" {
            continue;
        }
        let mut kinds: HashMap<_, HashSet<String>> = HashMap::new();
        for dependency in &package.dependencies {
            let words = kinds
                .entry(dependency.kind)
                .or_insert_with(|| words(&package, dependency.kind));
            let excused = FOR_FEATURES.contains(&(&package.name, &dependency.name));
            if !excused && !words.contains(&ident(dependency)) {
                found.push(format!("{}: {}", package.name, dependency.name));
            }
        }
    }
    none(
        &found,
        "these packages do not name these dependencies: take them out of their Cargo.toml",
    );
}

#[test]
fn no_crate_is_there_in_two_versions_without_a_reason() {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(["--locked", "--offline", "--filter-platform", PLATFORM].map(String::from))
        .exec()
        .expect("cargo metadata");
    let resolve = metadata.resolve.expect("what is built of them");
    let built: HashSet<_> = resolve.nodes.into_iter().map(|node| node.id).collect();
    let mut versions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let packages = metadata.packages.iter();
    for package in packages.filter(|package| built.contains(&package.id)) {
        let of_name = versions.entry(&package.name).or_default();
        of_name.insert(package.version.to_string());
    }
    let twice: Vec<String> = versions
        .iter()
        .filter(|(_, versions)| versions.len() > 1)
        .filter(|(name, _)| !TWICE.iter().any(|(known, _)| known == *name))
        .map(|(name, versions)| format!("{name}: {versions:?}"))
        .collect();
    let once: Vec<String> = TWICE
        .iter()
        .filter(|(name, _)| versions.get(name).is_none_or(|versions| versions.len() < 2))
        .map(|(name, _)| format!("{name}: one version, and a row in this test's table"))
        .collect();
    none(
        &[twice, once].concat(),
        "take the version that is there already, or say in this test's table who holds the other",
    );
}
