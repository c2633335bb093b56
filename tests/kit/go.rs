//! Programs that are built from the Go modules in this kit.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use bellpull_engine::Digest;
use serde_json::Value;

/// The advice to somebody without Go.
pub(super) const INSTALL_GO: &str = "install Go 1.26 or later (https://go.dev/dl)";

/// Where programs are built. They stay from run to run.
///
/// # Errors
/// When there is no such folder to be had.
pub(super) fn workshop() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/controlplane");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder.canonicalize()?)
}

/// A Go module of this kit, and the programs that are built from it.
pub(super) struct GoModule {
    /// The name of its folder in the kit.
    pub(super) folder: &'static str,
    /// The packages, as `go build` takes them.
    pub(super) packages: &'static str,
    /// The programs that the build writes.
    pub(super) programs: &'static [&'static str],
    /// The advice to somebody without Go.
    pub(super) without_go: &'static str,
}

impl GoModule {
    /// The folder of the programs. They are built when one is absent or the module has changed.
    /// `ldflags` are more flags of the linker. Symbols are always left out.
    ///
    /// # Errors
    /// When there is no Go, or it does not build.
    pub(super) fn build(&self, ldflags: &str) -> Result<PathBuf> {
        let workshop = workshop()?;
        let lock = File::create(workshop.join(format!("{}.lock", self.folder)))?;
        lock.lock()?;
        let stamp = workshop.join(format!("{}.stamp", self.folder));
        let wanted = self.fingerprint(ldflags)?;
        let there = |program: &&str| workshop.join(program).is_file();
        let current = fs::read_to_string(&stamp).is_ok_and(|stamp| stamp == wanted);
        if !(current && self.programs.iter().all(there)) {
            self.run_go_build(ldflags, &workshop)?;
            fs::write(stamp, wanted)?;
        }
        Ok(workshop)
    }

    /// The version of a module that this one requires.
    ///
    /// # Errors
    /// When it requires none.
    pub(super) fn version_of(&self, required: &str) -> Result<String> {
        let file = self.source().join("go.mod");
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let version = text.lines().find_map(|line| {
            // A comment may follow.
            let mut words = line.split_whitespace();
            let (module, version) = (words.next()?, words.next()?);
            (module == required).then_some(version)
        });
        Ok(version
            .with_context(|| format!("{} requires no {required}", file.display()))?
            .to_owned())
    }

    /// The folder of the source of a module that this one requires.
    ///
    /// # Errors
    /// When there is no Go, or the module cannot be had.
    pub(super) fn folder_of(&self, required: &str) -> Result<PathBuf> {
        module_dir(required, &self.version_of(required)?)
    }

    fn source(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("kit")
            .join(self.folder)
    }

    /// A digest of everything that the build depends on.
    fn fingerprint(&self, ldflags: &str) -> Result<String> {
        let mut files = Vec::new();
        collect(&self.source(), &mut files)?;
        files.sort();
        let mut all = format!("{}\n{ldflags}\n", self.packages).into_bytes();
        for file in files {
            all.extend(fs::read(&file).with_context(|| file.display().to_string())?);
        }
        Ok(Digest::of(&all).to_string())
    }

    fn run_go_build(&self, ldflags: &str, into: &Path) -> Result<()> {
        let mut go = go(&self.source());
        go.args(["build", "-trimpath", "-buildvcs=false", "-ldflags"])
            .arg(format!("-s -w {ldflags}"))
            .arg("-o")
            .arg(into)
            .arg(self.packages);
        // Past the test harness, which would keep it until the test is over.
        writeln!(
            std::io::stderr(),
            "building {}: the first time takes minutes",
            self.programs.join(", ")
        )?;
        let what = format!("building {}", self.programs.join(", "));
        run(&mut go, &what, self.without_go)?;
        Ok(())
    }
}

/// Builds a program of a module of others, at the versions that the module itself is built with.
///
/// # Errors
/// When there is no Go, or it does not build.
pub(super) fn install(package: &str, version: &str, program: &str) -> Result<PathBuf> {
    let workshop = workshop()?;
    let lock = File::create(workshop.join(format!("{program}.lock")))?;
    lock.lock()?;
    let mut go = go(&workshop);
    go.env("GOBIN", &workshop)
        .args(["install", "-trimpath", "-ldflags", "-s -w"])
        .arg(format!("{package}@{version}"));
    run(&mut go, &format!("building {program}"), INSTALL_GO)?;
    Ok(workshop.join(program))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The folder of a module's source, which is downloaded when it is not there and checked against
/// the public log of checksums.
///
/// # Errors
/// When there is no Go, or the module cannot be had.
pub fn module_dir(module: &str, version: &str) -> Result<PathBuf> {
    let what = format!("{module}@{version}");
    // Outside of any module, whose requirements might ask for another version.
    let mut go = go(&workshop()?);
    go.args(["mod", "download", "-json"]).arg(&what);
    let told = run(&mut go, &what, INSTALL_GO)?;
    let told: Value = serde_json::from_slice(&told).with_context(|| what.clone())?;
    let folder = told["Dir"].as_str();
    Ok(folder.with_context(|| what)?.into())
}

/// Go in a folder, with an environment that is the same on every machine.
fn go(folder: &Path) -> Command {
    let mut go = Command::new("go");
    go.current_dir(folder)
        .env("CGO_ENABLED", "0")
        .env("GOWORK", "off");
    go
}

/// Runs Go and returns its output.
fn run(go: &mut Command, what: &str, without_go: &str) -> Result<Vec<u8>> {
    let output = match go.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!("{what} takes Go, which is not there: {without_go}")
        }
        output => output?,
    };
    ensure!(
        output.status.success(),
        "{what}:\n{}{}",
        // `go mod download` tells its errors in its answer.
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output.stdout)
}
