//! The bindings of the SDK for Go, as packages of its module.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use wit_bindgen_go::{Format, Opts};

use crate::contract::Contract;

const FOLDER: &str = "plugins/sdk-go/internal/wit";
const PACKAGE: &str = "github.com/bellpull/bellpull/plugins/sdk-go/internal/wit";
/// The parent of the packages that somebody wrote: the one that the generated exports call, and ours in
/// place of the runtime that the generator names. With that, a project downloads nothing.
const WRITTEN: &str = "github.com/bellpull/bellpull/plugins/sdk-go/internal";
const RUNTIME: &str = "go.bytecodealliance.org/pkg/wit";

pub(crate) fn write(contract: &Contract, root: &Path) -> Result<()> {
    let generator = Opts {
        format: Format::False,
        pkg_name: Some(PACKAGE.to_owned()),
        export_pkg_name: Some(WRITTEN.to_owned()),
        ..Opts::default()
    };
    let folder = root.join(FOLDER);
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| folder.display().to_string());
        }
        _ => {}
    }
    // Only a component has the host's functions: the rest of the SDK is tested without them.
    let head = format!(
        "//go:build wasip1

// The contract as Go. Authors use the package bellpull.
//
// Written by `make bindings` from wit/v0.1/provider.wit, whose SHA-256 is
// {}

",
        contract.digest
    );
    let files = contract.generate(generator.build())?;
    for (path, generated) in files.iter().filter(|(path, _)| path.ends_with(".go")) {
        let file = folder.join(path);
        let generated = std::str::from_utf8(generated)?.replace(RUNTIME, WRITTEN);
        let text = formatted(&[&head, generated.as_str()].concat())?;
        fs::create_dir_all(file.parent().unwrap_or(&folder))?;
        fs::write(&file, text).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

fn formatted(text: &str) -> Result<Vec<u8>> {
    let mut gofmt = Command::new("gofmt")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("gofmt, which comes with Go")?;
    let stdin = gofmt.stdin.take();
    stdin
        .context("gofmt reads nothing")?
        .write_all(text.as_bytes())?;
    let output = gofmt.wait_with_output()?;
    ensure!(output.status.success(), "gofmt failed");
    Ok(output.stdout)
}
