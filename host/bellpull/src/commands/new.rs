use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::quote;
use crate::exit::{Exit, UsageError};
use crate::output;
use crate::providers::find_bundled;
use crate::settings::{Language, NewArgs};

/// Files by their path in a project.
type Files = &'static [(&'static str, &'static str)];

/// Templates of a project in Rust. [`Project::fill`] replaces `{{…}}`.
const RUST: Files = include!(concat!(env!("OUT_DIR"), "/rust.rs"));
/// The SDK and the files that it is built from. They come with the project, since no registry has the
/// SDK.
const SDK: Files = include!(concat!(env!("OUT_DIR"), "/sdk.rs"));
/// The directory of the SDK in a project.
const VENDOR: &str = "vendor/bellpull";

pub(crate) fn run(arguments: &NewArgs) -> Result<Exit> {
    let folder = arguments.path.clone();
    let folder = folder.unwrap_or_else(|| PathBuf::from(&arguments.name));
    check_free(&folder)?;
    let project = Project {
        name: &arguments.name,
    };
    let templates = match arguments.language {
        Language::Rust => RUST,
    };
    for (path, text) in templates {
        write(&folder.join(path), &project.fill(text))?;
    }
    for (path, text) in SDK {
        write(&folder.join(VENDOR).join(path), text)?;
    }
    report(&project, &folder, templates)
}

/// New files are never mixed with existing ones.
fn check_free(folder: &Path) -> Result<()> {
    let taken = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(error) if error.kind() == ErrorKind::NotADirectory => true,
        Err(error) => return Err(error).with_context(|| folder.display().to_string()),
    };
    if taken {
        return Err(UsageError(format!(
            "{} exists and is not an empty directory: name another one with --path DIR, or remove it",
            folder.display()
        ))
        .into());
    }
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}

struct Project<'a> {
    name: &'a str,
}

impl Project<'_> {
    fn fill(&self, template: &str) -> String {
        template
            .replace("{{name}}", self.name)
            .replace("{{module}}", &self.module())
            .replace("{{rust-version}}", env!("CARGO_PKG_RUST_VERSION"))
    }

    /// The name of the file that cargo builds, without its extension.
    fn module(&self) -> String {
        format!("bellpull_provider_{}", self.name.replace('-', "_"))
    }
}

fn report(project: &Project<'_>, folder: &Path, templates: Files) -> Result<Exit> {
    let name = project.name;
    let shown = folder.display();
    output::line(&format!("made {shown}, a project for the provider {name}:"))?;
    for (path, _) in templates {
        output::line(&format!("  {path}"))?;
    }
    output::line(&format!(
        "  {VENDOR}/   the SDK of this Bellpull, {}",
        env!("CARGO_PKG_VERSION")
    ))?;
    let wasm = format!("target/wasm32-wasip2/release/{}.wasm", project.module());
    output::line("\nNext:\n")?;
    for command in [
        format!("cd {}", quote(&shown.to_string())),
        "cargo build --release --target wasm32-wasip2".to_owned(),
        format!("bellpull check {wasm} cases"),
        format!("mkdir -p plugins && cp {wasm} plugins/"),
        "bellpull serve --plugins plugins --manifests manifests".to_owned(),
    ] {
        output::line(&format!("  {command}"))?;
    }
    if find_bundled(name).is_some() {
        output::note(&format!(
            "\n{name} is the name of a bundled provider: serve with --plugin-override {name}, or \
             choose another name"
        ));
    }
    Ok(Exit::Success)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_is_filled() {
        let project = Project { name: "acme-ci" };
        assert_eq!(project.module(), "bellpull_provider_acme_ci");
        for (path, text) in RUST {
            let text = project.fill(text);
            assert!(!text.contains("{{"), "{path}: {text}");
        }
    }

    #[test]
    fn a_project_is_written_to_a_new_or_empty_directory() {
        let folder = tempfile::tempdir().unwrap();
        check_free(folder.path()).unwrap();
        check_free(&folder.path().join("new/one")).unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "mine").unwrap();
        for taken in [folder.path(), &file] {
            let error = check_free(taken).unwrap_err();
            assert!(error.is::<UsageError>(), "{error}");
        }
    }
}
