//! The files that `bellpull new` writes: the templates of each language, and its SDK with the contract.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use toml::{Table, Value};
use walkdir::WalkDir;

/// Each language with the folder of its SDK.
const KITS: &[(&str, &str)] = &[
    ("rust", "plugins/sdk"),
    ("go", "plugins/sdk-go"),
    ("c", "plugins/sdk-c"),
    ("javascript", "plugins/sdk-javascript"),
    ("python", "plugins/sdk-python"),
];
/// Folders of an SDK that its users do not need: our tests of it, and what Python leaves behind.
const NOT_SHIPPED: &[&str] = &["tests", "__pycache__"];
/// The folder of the contract that the SDKs are made from.
const CONTRACT: &str = "wit/v0.1";
/// What every SDK comes with, beside its own files: where it is from, and its path in the SDK.
const WITH_SDK: &[(&str, &str)] = &[
    ("LICENSE", "LICENSE"),
    ("wit/v0.1/provider.wit", "wit/provider.wit"),
];
/// The lock file of a tested project with the same dependencies, and the name of its package.
const LOCK: (&str, &str) = (
    "examples/provider-rust/Cargo.lock",
    "bellpull-provider-terraform",
);
const MANIFEST: &str = "Cargo.toml";

type Files = Vec<(String, PathBuf)>;

/// Writes `kits.rs`, an expression of type `Kits`.
pub(crate) fn write(root: &Path, here: &Path, out: &Path) -> Result<()> {
    let templates = here.join("templates");
    let mut expression = format!(
        "Kits {{ shared: {}, parts: {}, kits: &[",
        table(&templates_of(&templates.join("shared"))?)?,
        table(&templates_of(&templates.join("parts"))?)?,
    );
    for (language, sdk) in KITS {
        let mut project = templates_of(&templates.join(language))?;
        let mut sdk_files = files(&root.join(sdk))?;
        sdk_files.retain(|(path, _)| !path.split('/').any(|part| NOT_SHIPPED.contains(&part)));
        if *language == "rust" {
            project.push(("Cargo.lock".to_owned(), locked_versions(root, out)?));
            let manifest = sdk_files.iter_mut().find(|(path, _)| path == MANIFEST);
            let (_, manifest) = manifest.with_context(|| format!("{sdk} has no {MANIFEST}"))?;
            *manifest = standalone(root, manifest, out)?;
        }
        for (from, path) in WITH_SDK {
            sdk_files.push(((*path).to_owned(), root.join(from)));
        }
        write!(
            expression,
            "Kit {{ language: {language:?}, project: {}, sdk: {} }},",
            table(&project)?,
            table(&sdk_files)?
        )?;
        println!("cargo::rerun-if-changed={}", root.join(sdk).display());
    }
    expression.push_str("] }");
    fs::write(out.join("kits.rs"), expression)?;
    for input in [
        root.join(MANIFEST),
        root.join("LICENSE"),
        root.join(CONTRACT),
        root.join(LOCK.0),
        templates,
    ] {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    Ok(())
}

/// The files below a directory, with their paths in it.
fn files(directory: &Path) -> Result<Files> {
    let mut files = Vec::new();
    for entry in WalkDir::new(directory).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(directory)?;
            let name = path.to_str().context("a file's name is not UTF-8")?;
            files.push((name.to_owned(), entry.path().to_owned()));
        }
    }
    ensure!(!files.is_empty(), "{} has no files", directory.display());
    Ok(files)
}

/// The templates below a directory, by the paths of the files that are made of them.
fn templates_of(directory: &Path) -> Result<Files> {
    let named = files(directory)?.into_iter().map(|(path, file)| {
        let name = path.strip_suffix(".template");
        let name = name.with_context(|| format!("{path} in templates/ has no suffix .template"))?;
        Ok((name.to_owned(), file))
    });
    named.collect()
}

/// A Rust expression: pairs of a path and the text of the file.
fn table(files: &Files) -> Result<String> {
    let mut table = String::from("&[\n");
    for (name, file) in files {
        writeln!(table, "({name:?}, include_str!({file:?})),")?;
    }
    table.push(']');
    Ok(table)
}

/// The manifest of the SDK with everything that it inherits from our workspace written out, so that it
/// builds in any project, with the versions that it is tested with. Lints are ours alone.
fn standalone(root: &Path, manifest: &Path, out: &Path) -> Result<PathBuf> {
    let read = |file: &Path| -> Result<Table> {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        text.parse().with_context(|| file.display().to_string())
    };
    let (ours, mut sdk) = (read(&root.join(MANIFEST))?, read(manifest)?);
    let ours = table_of(&ours, "workspace")?;
    sdk.remove("lints");
    for section in ["package", "dependencies"] {
        let of_workspace = table_of(ours, section)?;
        let table = sdk.get_mut(section).and_then(Value::as_table_mut);
        for (name, value) in table.with_context(|| format!("there is no table {section:?}"))? {
            let inherits = value.get("workspace") == Some(&Value::Boolean(true));
            if let (true, Some(own)) = (inherits, value.as_table()) {
                *value = inherited(own, value_of(of_workspace, name)?);
            }
        }
    }
    let file = out.join("sdk-manifest.toml");
    fs::write(&file, toml::to_string(&sdk)?)?;
    Ok(file)
}

/// What a member's entry says beside `workspace = true`, with what the workspace says.
fn inherited(own: &Table, workspace: Value) -> Value {
    let mut own = own.clone();
    own.remove("workspace");
    if own.is_empty() {
        return workspace;
    }
    let all = match workspace {
        Value::Table(all) => all,
        version => Table::from_iter([("version".to_owned(), version)]),
    };
    own.extend(all);
    own.into()
}

/// A template of the lock file, so that a new project builds with the versions that its SDK is tested
/// with.
fn locked_versions(root: &Path, out: &Path) -> Result<PathBuf> {
    let (file, package) = LOCK;
    let text = fs::read_to_string(root.join(file)).with_context(|| file.to_owned())?;
    let quoted = format!("\"{package}\"");
    ensure!(text.contains(&quoted), "{file} has no package {package}");
    let template = out.join("Cargo.lock");
    let text = text.replace(&quoted, "\"bellpull-provider-{{name}}\"");
    fs::write(&template, text)?;
    Ok(template)
}

fn table_of<'t>(table: &'t Table, name: &str) -> Result<&'t Table> {
    let table = table.get(name).and_then(Value::as_table);
    table.with_context(|| format!("there is no table {name:?}"))
}

fn value_of(table: &Table, name: &str) -> Result<Value> {
    let value = table.get(name).cloned();
    value.with_context(|| format!("the workspace has no {name:?}"))
}
