//! A registry of OCI artefacts: Distribution, as released.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use anyhow::{Context as _, Result, ensure};
use bellpull_engine::Digest;
use reqwest::{Client, Method, RequestBuilder, Response, Url};
use serde_json::{Value, json};

use super::api::client;
use super::folder::PrivateFolder;
use super::ports;
use super::supervisor::Supervised;
use crate::go::{GoModule, INSTALL_GO};
use crate::serve::try_request;

const MODULE: GoModule = GoModule {
    folder: "registry",
    packages: ".",
    programs: &["registry"],
    without_go: INSTALL_GO,
};

/// The name of its own configuration.
const CONFIG: &str = "config.json";

// Of an artefact as `flux push artifact` makes it (fluxcd/pkg, `oci/client.go`).
const CONFIG_TYPE: &str = "application/vnd.cncf.flux.config.v1+json";
const CONTENT_TYPE: &str = "application/vnd.cncf.flux.content.v1.tar+gzip";
/// OCI image-spec, manifest.md.
const MANIFEST_TYPE: &str = "application/vnd.oci.image.manifest.v1+json";

/// The user of a registry that has one, and the password.
pub const USER: (&str, &str) = ("user", "the-password-of-a-test");
/// The same as a line of htpasswd: the password by bcrypt.
const HTPASSWD: &str = "user:$2a$04$toOzkmgaC3oq0lDtdy/kSuICl7FJS97a12MTEcEha4tR5UXFLG5MO\n";

/// What a registry does beyond keeping artefacts.
#[derive(Clone, Copy, Default)]
struct RegistryHabits<'a> {
    /// Whom it tells of each push.
    webhook: Option<&'a str>,
    /// Whether it lets in nobody but [`USER`].
    asks_for_the_user: bool,
}

/// A running registry without TLS. It dies with the value.
pub struct Registry {
    address: SocketAddr,
    client: Client,
    /// The status of an answer to whoever shows no password.
    answers: u16,
    program: Mutex<Option<Supervised>>,
    folder: PrivateFolder,
}

impl Registry {
    /// Starts an empty registry that tells nobody of a push.
    ///
    /// # Errors
    /// When it cannot be built or does not start.
    pub fn start() -> Result<Self> {
        Self::with(RegistryHabits::default())
    }

    /// The registry that tests of this process share. Each has repositories of its own.
    ///
    /// # Panics
    /// When it does not start.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Registry> = OnceLock::new();
        SHARED.get_or_init(|| Self::start().expect("a registry"))
    }

    /// Starts an empty registry that lets in nobody but [`USER`].
    ///
    /// # Errors
    /// When it cannot be built or does not start.
    pub fn asking_for_the_user() -> Result<Self> {
        Self::with(RegistryHabits {
            asks_for_the_user: true,
            ..RegistryHabits::default()
        })
    }

    /// Starts an empty registry that tells `webhook` of each push (CNCF Distribution, "Work with
    /// notifications").
    ///
    /// # Errors
    /// When it cannot be built or does not start.
    pub fn ringing(webhook: &str) -> Result<Self> {
        Self::with(RegistryHabits {
            webhook: Some(webhook),
            ..RegistryHabits::default()
        })
    }

    fn with(habits: RegistryHabits<'_>) -> Result<Self> {
        ports::start_on_free(|[address]| {
            let folder = PrivateFolder::new("registry")?;
            let file = folder.path().join(CONFIG);
            fs::write(&file, config(address, folder.path(), habits)?.to_string())?;
            let registry = Self {
                address,
                client: client().build()?,
                answers: if habits.asks_for_the_user { 401 } else { 200 },
                program: Mutex::new(None),
                folder,
            };
            registry.resume()?;
            Ok(registry)
        })
    }

    /// Kills it. Until [`Self::resume`] its port refuses connections.
    pub fn stop(&self) {
        *self.running() = None;
    }

    /// Starts it at the same address with the same artefacts, and waits until it answers. Does nothing
    /// while it runs.
    ///
    /// # Errors
    /// When it cannot be built or does not start.
    pub fn resume(&self) -> Result<()> {
        let mut running = self.running();
        if running.is_some() {
            return Ok(());
        }
        let mut command = Command::new(MODULE.build("")?.join("registry"));
        command.arg("serve").arg(self.folder.path().join(CONFIG));
        let mut program = Supervised::start("registry", &command, self.folder.path())?;
        program.until_ready(|| {
            let answer = try_request(self.address, "GET", "/v2/", &[], b"");
            answer.is_ok_and(|(status, _)| status == self.answers)
        })?;
        *running = Some(program);
        Ok(())
    }

    fn running(&self) -> MutexGuard<'_, Option<Supervised>> {
        let running = self.program.lock();
        running.unwrap_or_else(PoisonError::into_inner)
    }

    /// Its host, with the port.
    #[must_use]
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Where source-controller finds a repository.
    #[must_use]
    pub fn url(&self, repository: &str) -> String {
        format!("oci://{}/{repository}", self.address)
    }

    /// Pushes one file under a tag, as `flux push artifact` does, and returns the manifest's digest.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn push(
        &self,
        repository: &str,
        tag: &str,
        file: &str,
        text: &str,
    ) -> Result<String> {
        let config = b"{}";
        let layer = self.archive(file, text)?;
        for blob in [config, layer.as_slice()] {
            self.upload(repository, blob).await?;
        }
        let descriptor = |kind: &str, blob: &[u8]| {
            let digest = Digest::of(blob).to_string();
            json!({"mediaType": kind, "digest": digest, "size": blob.len()})
        };
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "config": descriptor(CONFIG_TYPE, config),
            "layers": [descriptor(CONTENT_TYPE, &layer)],
        })
        .to_string();
        let digest = Digest::of(manifest.as_bytes()).to_string();
        let put = self
            .request(Method::PUT, &format!("{repository}/manifests/{tag}"))
            .header("content-type", MANIFEST_TYPE)
            .body(manifest);
        taken(put).await?;
        Ok(digest)
    }

    /// Uploads a blob in one request (OCI distribution-spec, "Pushing blobs").
    async fn upload(&self, repository: &str, blob: &[u8]) -> Result<()> {
        let begun = self.request(Method::POST, &format!("{repository}/blobs/uploads/"));
        let begun = taken(begun).await?;
        let location = begun.headers().get("location").context("no location")?;
        let mut url = Url::parse(location.to_str()?)?;
        let digest = Digest::of(blob).to_string();
        url.query_pairs_mut().append_pair("digest", &digest);
        let put = self
            .client
            .put(url)
            .header("content-type", "application/octet-stream")
            .body(blob.to_vec());
        taken(put).await?;
        Ok(())
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("http://{}/v2/{path}", self.address);
        self.client.request(method, url)
    }

    fn archive(&self, file: &str, text: &str) -> Result<Vec<u8>> {
        let content = self.folder.path().join("content");
        fs::create_dir_all(&content)?;
        fs::write(content.join(file), text)?;
        let mut tar = Command::new("tar");
        tar.arg("-C").arg(&content).args(["-cz", file]);
        let output = tar.output().context("tar: is it installed?")?;
        ensure!(output.status.success(), "tar: {}", output.status);
        Ok(output.stdout)
    }
}

fn config(address: SocketAddr, folder: &Path, habits: RegistryHabits<'_>) -> Result<Value> {
    let endpoints: Vec<Value> = habits.webhook.into_iter().map(endpoint).collect();
    let mut config = json!({
        "version": "0.1",
        "log": {"level": "warn"},
        "storage": {"filesystem": {"rootdirectory": folder.join("storage")}},
        "http": {"addr": address.to_string()},
        "notifications": {"endpoints": endpoints},
    });
    if habits.asks_for_the_user {
        let users = folder.join("htpasswd");
        fs::write(&users, HTPASSWD)?;
        config["auth"] = json!({"htpasswd": {"realm": "registry", "path": users}});
    }
    Ok(config)
}

fn endpoint(webhook: &str) -> Value {
    json!({
        "name": "bellpull",
        "url": webhook,
        "timeout": "5s",
        "threshold": 5,
        "backoff": "1s",
        // Of blobs and of reading nobody needs to know.
        "ignore": {"actions": ["pull"], "mediatypes": ["application/octet-stream"]},
    })
}

async fn taken(request: RequestBuilder) -> Result<Response> {
    let answer = request.send().await?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    anyhow::bail!("{status}: {}", answer.text().await?)
}
