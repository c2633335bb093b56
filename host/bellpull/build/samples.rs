//! The samples of `bellpull send`: the cases with a `sample:`, and the files beside them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

/// It has one folder of cases for each provider name.
const CASES: &str = "tests/cases";

/// Writes `samples.rs`, a list of `Sample`s.
pub(crate) fn write(root: &Path, out: &Path) -> Result<()> {
    let cases = root.join(CASES);
    println!("cargo::rerun-if-changed={}", cases.display());
    let mut samples = String::from("&[\n");
    for provider in sorted(&cases)?.iter().filter(|path| path.is_dir()) {
        for folder in sorted(provider)? {
            if let Some(sample) = sample(&folder)? {
                writeln!(samples, "{sample},")?;
            }
        }
    }
    ensure!(samples.lines().count() > 1, "{CASES} has no sample");
    samples.push(']');
    fs::write(out.join("samples.rs"), samples)?;
    Ok(())
}

fn sample(folder: &Path) -> Result<Option<String>> {
    let case = folder.join("case.yaml");
    let Ok(text) = fs::read_to_string(&case) else {
        return Ok(None);
    };
    if !text.lines().any(|line| line.starts_with("sample:")) {
        return Ok(None);
    }
    let name = name(folder);
    let mut sample = format!("Sample {{ name: {name:?}, case: include_str!({case:?}), files: &[");
    for file in sorted(folder)?.iter().filter(|file| **file != case) {
        write!(
            sample,
            "({:?}, include_bytes!({file:?})), ",
            self::name(file)
        )?;
    }
    sample.push_str("] }");
    Ok(Some(sample))
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.sort();
    Ok(paths)
}
