//! The files that `bellpull new` writes: the templates, and the SDK with its contract and the part of this
//! workspace's manifest that the SDK inherits.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use toml::{Table, Value};
use walkdir::WalkDir;

/// The folder of the contract that the SDK is made from.
const CONTRACT: &str = "wit/v0.1";
/// The folder of the SDK.
const SDK: &str = "plugins/sdk";
/// The lock file of a tested project with the same dependencies, and the name of its package.
const LOCK: (&str, &str) = (
    "examples/provider-rust/Cargo.lock",
    "bellpull-provider-terraform",
);

/// Writes `sdk.rs` and `rust.rs`: lists of paths and texts.
pub(crate) fn write(root: &Path, here: &Path, out: &Path) -> Result<()> {
    let manifest = out.join("sdk-workspace.toml");
    fs::write(&manifest, sdk_workspace(root)?)?;
    let mut sdk = vec![("Cargo.toml".to_owned(), manifest)];
    for part in [SDK, CONTRACT, "LICENSE"] {
        sdk.extend(files(root, part)?);
    }
    let lock = out.join("Cargo.lock");
    fs::write(&lock, locked_versions(root)?)?;
    let mut rust = vec![("Cargo.lock".to_owned(), lock)];
    for (path, file) in files(&here.join("templates/rust"), "")? {
        let name = path.strip_suffix(".template");
        let name = name.with_context(|| format!("{path} in templates/ has no suffix .template"))?;
        rust.push((name.to_owned(), file));
    }

    fs::write(out.join("sdk.rs"), table(&sdk)?)?;
    fs::write(out.join("rust.rs"), table(&rust)?)?;
    for input in [
        root.join("Cargo.toml"),
        root.join("LICENSE"),
        root.join(SDK),
        root.join(CONTRACT),
        root.join(LOCK.0),
        here.join("templates"),
    ] {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    Ok(())
}

/// The files at or below `part` of a directory, with their paths relative to the directory.
fn files(directory: &Path, part: &str) -> Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(directory.join(part)).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(directory)?;
            let name = path.to_str().context("a file's name is not UTF-8")?;
            files.push((name.to_owned(), entry.path().to_owned()));
        }
    }
    ensure!(!files.is_empty(), "{part} has no files");
    Ok(files)
}

/// A Rust expression: pairs of a path and the text of the file.
fn table(files: &[(String, PathBuf)]) -> Result<String> {
    let mut table = String::from("&[\n");
    for (name, file) in files {
        writeln!(table, "({name:?}, include_str!({file:?})),")?;
    }
    table.push(']');
    Ok(table)
}

/// The manifest of a workspace with the SDK as its only member. It holds what the SDK inherits from our
/// workspace, so that the SDK always has the versions that it is tested with.
fn sdk_workspace(root: &Path) -> Result<String> {
    let read = |file: &str| -> Result<Table> {
        let text = fs::read_to_string(root.join(file)).with_context(|| file.to_owned())?;
        text.parse().with_context(|| file.to_owned())
    };
    let (ours, sdk) = (read("Cargo.toml")?, read(&format!("{SDK}/Cargo.toml"))?);
    let ours = table_of(&ours, "workspace")?;

    let mut workspace = Table::new();
    workspace.insert("members".to_owned(), Value::Array(vec![SDK.into()]));
    workspace.insert("resolver".to_owned(), value_of(ours, "resolver")?);
    workspace.insert("lints".to_owned(), value_of(ours, "lints")?);
    for section in ["package", "dependencies"] {
        let of_workspace = table_of(ours, section)?;
        let mut inherited = Table::new();
        for (name, value) in table_of(&sdk, section)? {
            if value.get("workspace") == Some(&Value::Boolean(true)) {
                inherited.insert(name.clone(), value_of(of_workspace, name)?);
            }
        }
        workspace.insert(section.to_owned(), inherited.into());
    }
    let manifest = Table::from_iter([("workspace".to_owned(), workspace.into())]);
    Ok(format!(
        "# What the SDK inherits from Bellpull's workspace. Written by `bellpull new`.\n\n{}",
        toml::to_string(&manifest)?
    ))
}

/// A template of the lock file, so that a new project builds with the versions that its SDK is tested
/// with.
fn locked_versions(root: &Path) -> Result<String> {
    let (file, package) = LOCK;
    let text = fs::read_to_string(root.join(file)).with_context(|| file.to_owned())?;
    let quoted = format!("\"{package}\"");
    ensure!(text.contains(&quoted), "{file} has no package {package}");
    Ok(text.replace(&quoted, "\"bellpull-provider-{{name}}\""))
}

fn table_of<'t>(table: &'t Table, name: &str) -> Result<&'t Table> {
    let table = table.get(name).and_then(Value::as_table);
    table.with_context(|| format!("there is no table {name:?}"))
}

fn value_of(table: &Table, name: &str) -> Result<Value> {
    let value = table.get(name).cloned();
    value.with_context(|| format!("the workspace has no {name:?}"))
}
