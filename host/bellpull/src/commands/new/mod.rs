mod kit;
mod sdk;
mod write;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use self::kit::{Kit, Project};
use self::write::write;
use super::quote;
use crate::exit::{Exit, UsageError};
use crate::output;
use crate::providers::find_bundled;
use crate::settings::NewArgs;

pub(crate) fn run(arguments: &NewArgs) -> Result<Exit> {
    let Some(name) = &arguments.name else {
        let folder = arguments.path.as_deref().unwrap_or(Path::new("."));
        return sdk::update(folder);
    };
    let folder = arguments.path.clone();
    let folder = folder.unwrap_or_else(|| PathBuf::from(name));
    check_free(&folder)?;
    let kit = Kit::of(arguments.language)?;
    let project = Project {
        name,
        language: arguments.language,
    };
    for (path, text) in kit.templates() {
        write(&folder.join(path), &project.fill(text))?;
    }
    sdk::write_into(kit, &folder)?;
    report(&project, &folder, kit)
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

fn report(project: &Project<'_>, folder: &Path, kit: &Kit) -> Result<Exit> {
    let name = project.name;
    let shown = folder.display();
    output::line(&format!("made {shown}, a project for the provider {name}:"))?;
    for (path, _) in kit.templates() {
        output::line(&format!("  {path}"))?;
    }
    output::line(&format!(
        "  {}/   the SDK of this Bellpull, {}",
        sdk::FOLDER,
        sdk::VERSION
    ))?;
    output::line("\nNext:\n")?;
    let component = project.component();
    let is_bundled = find_bundled(name).is_some();
    let overriding = match is_bundled {
        true => format!(" --plugin-override {name}"),
        false => String::new(),
    };
    output::line(&format!("  cd {}", quote(&shown.to_string())))?;
    for command in project.build() {
        output::line(&format!("  {command}"))?;
    }
    for command in [
        format!("bellpull check --hostile {component} cases"),
        format!("mkdir -p plugins && cp {component} plugins/"),
        format!("bellpull serve --plugins plugins --manifests manifests{overriding}"),
    ] {
        output::line(&format!("  {command}"))?;
    }
    if is_bundled {
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
