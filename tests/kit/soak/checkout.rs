//! A commit of Bellpull: its binary, and the manifests that come with it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::cluster::{ControlPlane, install_role_of};
use crate::serve::{binary, said};

pub(super) struct Checkout {
    folder: PathBuf,
    pub(super) binary: PathBuf,
}

impl Checkout {
    /// This one, with the binary under test.
    pub(super) fn current() -> Self {
        Self {
            folder: Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
            binary: binary().to_owned(),
        }
    }

    /// Another one, with its binary beside its folders.
    ///
    /// # Errors
    /// When that is not there.
    pub(super) fn of(folder: &Path) -> Result<Self> {
        let binary = folder.join("bellpull");
        if !binary.is_file() {
            bail!("{} is not there", binary.display());
        }
        Ok(Self {
            folder: folder.to_owned(),
            binary,
        })
    }

    /// Has the cluster know what it defines, and grants it its rights.
    pub(super) fn install(&self, plane: &ControlPlane) -> Result<()> {
        install_role_of(plane, &self.folder);
        let crds = Command::new(&self.binary).arg("crds").output();
        let crds = crds.with_context(|| self.binary.display().to_string())?;
        let (code, definitions, stderr) = said(&crds);
        if code != Some(0) {
            bail!("bellpull crds: {stderr}");
        }
        let kubectl = plane.kubectl();
        kubectl.apply(&definitions);
        kubectl.ok(&[
            "wait",
            "--for=condition=Established",
            "--timeout=60s",
            "crd/receiverplugins.bellpull.dev",
        ]);
        Ok(())
    }
}
