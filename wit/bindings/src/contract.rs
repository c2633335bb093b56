use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use wit_bindgen_core::wit_parser::{Resolve, WorldId};
use wit_bindgen_core::{Files, WorldGenerator};

const FOLDER: &str = "wit/v0.1";

/// The contract, as the generators read it.
pub(crate) struct Contract {
    folder: PathBuf,
    /// The SHA-256 of its text, in hexadecimal. The house rules compare what generated files say.
    pub(crate) digest: String,
}

impl Contract {
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let folder = root.join(FOLDER);
        let text = fs::read(folder.join("provider.wit")).context(FOLDER)?;
        let mut digest = String::new();
        for byte in Sha256::digest(&text) {
            write!(digest, "{byte:02x}")?;
        }
        Ok(Self { folder, digest })
    }

    /// What a generator makes of the contract. It changes what it was given to resolve, so each has a
    /// contract of its own.
    pub(crate) fn generate(&self, mut generator: Box<dyn WorldGenerator>) -> Result<Files> {
        let (mut resolve, world) = self.resolve()?;
        let mut files = Files::default();
        generator.generate(&mut resolve, world, &mut files)?;
        Ok(files)
    }

    fn resolve(&self) -> Result<(Resolve, WorldId)> {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_path(&self.folder).context(FOLDER)?;
        let world = resolve.select_world(&[package], Some("provider"))?;
        Ok((resolve, world))
    }
}
