//! Components as their authors publish them: pushed to a registry, and signed.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use tempfile::TempDir;

use super::registry::{Registry, USER};
use crate::serve::{run, said};

/// Somebody who signs. The private key dies with the value.
pub struct Signer {
    folder: TempDir,
    /// The public key in PEM.
    pub public: String,
}

impl Signer {
    /// Makes a pair of keys.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn new() -> Self {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a pair of keys");
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("key.pem"), pair.serialize_pem()).expect("written");
        Self {
            folder,
            public: pair.public_key_pem(),
        }
    }

    /// Signs an artefact.
    ///
    /// # Panics
    /// When the registry does not take the signature.
    #[track_caller]
    pub fn sign(&self, artefact: &Published) {
        let key = self.folder.path().join("key.pem");
        let command = ["sign", &artefact.reference, "--key", text(&key)];
        ran(&[&command[..], &artefact.flags()].concat());
    }
}

impl Default for Signer {
    fn default() -> Self {
        Self::new()
    }
}

/// An artefact in a registry.
#[derive(Clone, Debug)]
pub struct Published {
    /// `oci://HOST/REPOSITORY:TAG@DIGEST`.
    pub reference: String,
    /// Of its manifest, with `sha256:`.
    pub digest: String,
    host: String,
    credentials: Option<PathBuf>,
}

impl Published {
    fn flags(&self) -> Vec<&str> {
        let mut flags = vec!["--plain-http", &self.host];
        if let Some(file) = &self.credentials {
            flags.extend(["--registry-config", text(file)]);
        }
        flags
    }
}

/// Pushes components to the repository of one test.
pub struct Author<'a> {
    registry: &'a Registry,
    repository: String,
    folder: TempDir,
    credentials: Option<PathBuf>,
}

impl<'a> Author<'a> {
    /// An author with a repository.
    ///
    /// # Panics
    /// When there is no room for files.
    #[must_use]
    pub fn new(registry: &'a Registry, repository: &str) -> Self {
        Self {
            registry,
            repository: repository.to_owned(),
            folder: tempfile::tempdir().expect("a folder"),
            credentials: None,
        }
    }

    /// The same, who shows the password of [`USER`].
    ///
    /// # Panics
    /// When there is no room for files.
    #[must_use]
    pub fn as_the_user(mut self) -> Self {
        let file = self.folder.path().join("config.json");
        let (user, password) = USER;
        fs::write(&file, docker_config(&self.registry.host(), user, password)).expect("written");
        self.credentials = Some(file);
        self
    }

    /// The repository, as objects name it.
    #[must_use]
    pub fn url(&self) -> String {
        self.registry.url(&self.repository)
    }

    /// Pushes a component under a tag.
    ///
    /// # Panics
    /// When the registry does not take it.
    #[track_caller]
    pub fn push(&self, tag: &str, wasm: &[u8]) -> Published {
        self.push_with(tag, wasm, &[])
    }

    /// The same with the one case of this text.
    ///
    /// # Panics
    /// When the registry does not take it.
    #[track_caller]
    pub fn push_with_case(&self, tag: &str, wasm: &[u8], case: &str) -> Published {
        let cases = self.folder.path().join("cases");
        fs::create_dir_all(&cases).expect("a folder");
        fs::write(cases.join("case.yaml"), case).expect("written");
        self.push_with(tag, wasm, &["--cases", text(&cases)])
    }

    #[track_caller]
    fn push_with(&self, tag: &str, wasm: &[u8], more: &[&str]) -> Published {
        let file = self.folder.path().join("it.wasm");
        fs::write(&file, wasm).expect("written");
        let mut published = Published {
            reference: format!("{}:{tag}", self.url()),
            digest: String::new(),
            host: self.registry.host(),
            credentials: self.credentials.clone(),
        };
        let command = ["push", text(&file), &published.reference, "--created", "0"];
        let pinned = ran(&[&command[..], &published.flags(), more].concat());
        let (_, digest) = pinned.split_once('@').expect("a digest");
        published.digest = digest.to_owned();
        published.reference = pinned;
        published
    }
}

/// Credentials for a registry, as `docker login` writes them.
#[must_use]
pub fn docker_config(host: &str, user: &str, password: &str) -> String {
    let entry = serde_json::json!({"username": user, "password": password});
    serde_json::json!({"auths": {host: entry}}).to_string()
}

/// Runs a command that must succeed, and returns its last line.
#[track_caller]
fn ran(arguments: &[&str]) -> String {
    let (code, stdout, stderr) = said(&run(arguments));
    assert_eq!(code, Some(0), "{arguments:?}: {stdout}{stderr}");
    stdout.lines().last().unwrap_or_default().to_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
