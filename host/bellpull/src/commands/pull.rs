use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use bellpull_registry::PulledComponent;

use super::offline_setup::OfflineSetup;
use crate::exit::Exit;
use crate::output;
use crate::settings::{LogLevel, PullArgs};

pub(crate) fn run(arguments: &PullArgs) -> Result<Exit> {
    let pulled = OfflineSetup::run(LogLevel::OFFLINE, pull(arguments))?;
    let file = arguments.component.clone();
    let file = file.unwrap_or_else(|| PathBuf::from(format!("{}.wasm", arguments.artefact.name())));
    write(&file, &pulled.wasm).with_context(|| format!("writing {}", file.display()))?;
    output::line(&format!("{} {}", file.display(), pulled.reference))?;
    Ok(Exit::Success)
}

async fn pull(arguments: &PullArgs) -> Result<PulledComponent> {
    Ok(
        OfflineSetup::registry(&arguments.registry, &arguments.network)?
            .pull(&arguments.artefact)
            .await?,
    )
}

/// Writes a file whole or not at all: a server may be watching its directory.
fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    ensure!(
        folder.is_dir(),
        "{} is no directory: make it first",
        folder.display()
    );
    // What the umask leaves of it, as for any file: a server may have another user.
    let permissions = Permissions::from_mode(0o666);
    let mut temporary = tempfile::Builder::new()
        .permissions(permissions)
        .tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    temporary.persist(file)?;
    Ok(())
}
