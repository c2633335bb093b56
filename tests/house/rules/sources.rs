//! Which sources are compiled.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand};

use bellpull_house::tokens::{Token, of_file, text_of_literal};
use bellpull_house::{files_below, files_with_extension, none, root, shown};

/// What cargo says of the packages of a manifest. Offline: dependencies are not resolved.
pub(super) fn metadata(manifest: &Path) -> Metadata {
    MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .exec()
        .unwrap_or_else(|error| panic!("{}: {error}", shown(manifest)))
}

/// Every file that cargo hands to the compiler: of the workspace, and of the packages that stand
/// beside it (components of other targets, fuzzing).
fn compiled_roots() -> BTreeSet<PathBuf> {
    let mut known = HashSet::new();
    let mut roots = BTreeSet::new();
    let manifests = files_below(root())
        .into_iter()
        .filter(|file| file.file_name().is_some_and(|name| name == "Cargo.toml"));
    // The workspace's own manifest sorts after some members': it comes first, since it names most.
    for manifest in std::iter::once(root().join("Cargo.toml")).chain(manifests) {
        if known.contains(&manifest) {
            continue;
        }
        for package in metadata(&manifest).packages {
            known.insert(package.manifest_path.clone().into_std_path_buf());
            roots.extend(
                package
                    .targets
                    .into_iter()
                    .map(|t| t.src_path.into_std_path_buf()),
            );
        }
    }
    roots
}

/// A file, and the folder in which its modules are looked for.
struct Module {
    file: PathBuf,
    folder: PathBuf,
}

impl Module {
    fn crate_root(file: PathBuf) -> Self {
        let folder = parent(&file);
        Self { file, folder }
    }

    /// The modules that stand in files of their own (Rust Reference, "Module source filenames").
    fn children(&self) -> Vec<Self> {
        let tokens = of_file(&self.file);
        let mut children = Vec::new();
        for (at, window) in tokens.windows(3).enumerate() {
            let [keyword, name, end] = window else {
                continue;
            };
            if keyword.text != "mod" || end.text != ";" {
                continue;
            }
            let name = name.text.trim_start_matches("r#");
            children.extend(match path_attribute(&tokens[..at]) {
                Some(path) => Some(Self::crate_root(parent(&self.file).join(path))),
                None => self.child(name),
            });
        }
        children
    }

    /// None for a module of an inline one: its file is then missed, and reported as an orphan.
    fn child(&self, name: &str) -> Option<Self> {
        let folder = self.folder.join(name);
        [
            self.folder.join(format!("{name}.rs")),
            folder.join("mod.rs"),
        ]
        .into_iter()
        .find(|file| file.is_file())
        .map(|file| Self { file, folder })
    }
}

/// The `path` among the attributes right before a `mod`.
fn path_attribute(before: &[Token]) -> Option<&str> {
    let start = before
        .iter()
        .rposition(|token| [";", "}"].contains(&token.text.as_str()));
    let attributes = before.get(start.map_or(0, |start| start + 1)..)?;
    attributes.windows(3).find_map(|window| match window {
        [name, equals, value] if name.text == "path" && equals.text == "=" => {
            text_of_literal(&value.text)
        }
        _ => None,
    })
}

fn parent(file: &Path) -> PathBuf {
    file.parent().expect("a file is in a folder").to_owned()
}

#[test]
fn every_source_is_compiled() {
    let mut reached = HashSet::new();
    let mut left: Vec<Module> = compiled_roots()
        .into_iter()
        .map(Module::crate_root)
        .collect();
    while let Some(module) = left.pop() {
        if reached.insert(module.file.clone()) {
            left.extend(module.children());
        }
    }
    let orphans: Vec<String> = files_with_extension("rs")
        .iter()
        .filter(|file| !reached.contains(*file))
        .map(|file| shown(file))
        .collect();
    none(
        &orphans,
        "no `mod` and no Cargo target leads to these files: name them or delete them",
    );
}
