//! From WebAssembly to loaded providers.

mod cache;
mod claims;
mod compile;
mod inventory;
mod kept;
mod names;
mod own;
mod plugins;
mod policy;
mod prune;
mod strengths;

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use bellpull_bundle::{BUNDLED, Bundled};
use bellpull_core::{Description, Egress, limits, text};
use bellpull_engine::{Artefact, Digest};
use bellpull_sandbox::{Catalog, Grants, LoadedComponent, Sandbox};
use tokio::fs::OpenOptions;
use tokio::io::AsyncReadExt as _;

use crate::settings::{CacheArgs, PluginArgs, VerifyArgs};
use cache::Cache;
pub use inventory::{Inventory, PluginState};
pub use kept::Kept;
pub(crate) use plugins::EXTENSION;
pub use plugins::{Plugins, Source};
pub(crate) use policy::Policy;
pub(crate) use strengths::Strengths;

/// A sandbox and what is needed to load components into it.
pub struct Loader {
    sandbox: Arc<Sandbox>,
    arguments: CacheArgs,
    cache: Cache,
    /// The binary that compiles; `None`: this one.
    compiler: Option<PathBuf>,
}

/// What came of compiling a component.
pub struct Compiled {
    /// The component's identity.
    pub digest: Digest,
    /// Class and code.
    pub artefact: Vec<u8>,
}

impl Loader {
    /// An empty sandbox whose components reach the network in a way of one's own.
    ///
    /// # Errors
    /// When the machine cannot run one.
    pub fn with_egress(
        verify: &VerifyArgs,
        cache: &CacheArgs,
        egress: Arc<dyn Egress>,
    ) -> Result<Self> {
        Ok(Self {
            sandbox: Arc::new(Sandbox::new(verify.settings(), egress)?),
            cache: Cache::of(cache, &cache::COMPILED),
            arguments: cache.clone(),
            compiler: None,
        })
    }

    /// Has components compiled by this `bellpull`, where the loader is part of another program.
    #[must_use]
    pub fn compiling_with(mut self, binary: PathBuf) -> Self {
        self.compiler = Some(binary);
        self
    }

    /// The sandbox.
    #[must_use]
    pub fn sandbox(&self) -> &Arc<Sandbox> {
        &self.sandbox
    }

    /// How it keeps what it made.
    fn cache(&self) -> &CacheArgs {
        &self.arguments
    }

    /// Every bundled provider.
    ///
    /// # Errors
    /// When one of them does not load: they are part of this binary.
    pub async fn bundled_catalog(&self) -> Result<Catalog> {
        Ok(Plugins::bundled(self, &PluginArgs::default())
            .await?
            .catalog(self))
    }

    /// One component alone: a file, or a bundled provider by name.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn one(&self, component: &str, grants: &Grants) -> Result<Arc<LoadedComponent>> {
        let loaded = match Named::find(component)? {
            Named::Bundled(bundled) => self.bundled(bundled).await,
            Named::File(path) => match read(path).await {
                Ok(wasm) => self.load(&wasm, grants).await,
                Err(error) => Err(error),
            },
        };
        loaded.with_context(|| format!("component {component}"))
    }

    /// The bytes of one component, and what it would be granted if it served all its names: a bundled
    /// one all that it asks for.
    ///
    /// # Errors
    /// When there is no such component, or it cannot be read.
    pub async fn bytes(
        &self,
        component: &str,
        arguments: &PluginArgs,
    ) -> Result<(Vec<u8>, Grants)> {
        match Named::find(component)? {
            Named::Bundled(bundled) => Ok((bundled.wasm.to_vec(), Grants::All)),
            Named::File(path) => {
                let wasm = read(path).await;
                let wasm = wasm.with_context(|| format!("component {component}"))?;
                let grants = Policy::new(arguments).grants(Digest::of(&wasm), |_| true);
                Ok((wasm, grants))
            }
        }
    }

    /// Whether this machine runs what was compiled when this binary was built.
    fn runs_bundled(&self) -> bool {
        let first = BUNDLED.first();
        let first = first.and_then(|bundled| Artefact::trusted(bundled.artefact).ok());
        first.is_some_and(|artefact| self.sandbox.shape(artefact).is_ok())
    }

    /// A bundled provider as it was described when this binary was built.
    fn deferred(&self, bundled: &Bundled) -> Result<Arc<LoadedComponent>> {
        let artefact = Artefact::trusted(bundled.artefact)?;
        let digest = Digest::known(bundled.digest);
        Ok(self.sandbox.defer(artefact, digest, description(bundled))?)
    }

    async fn bundled(&self, bundled: &Bundled) -> Result<Arc<LoadedComponent>> {
        let digest = Digest::known(bundled.digest);
        let fits = match Artefact::trusted(bundled.artefact) {
            Ok(artefact) => self.sandbox.load(artefact, digest, &Grants::All).await,
            Err(error) => Err(error.into()),
        };
        match fits {
            Err(bellpull_sandbox::LoadError::Artefact(error)) => {
                tracing::warn!(provider = bundled.provider, %error, "compiling again");
                self.load(bundled.wasm, &Grants::All).await
            }
            loaded => Ok(loaded?),
        }
    }

    async fn load(&self, wasm: &[u8], grants: &Grants) -> Result<Arc<LoadedComponent>> {
        let compiled = self.compiled(wasm).await?;
        let artefact = Artefact::trusted(&compiled.artefact)?;
        Ok(self.sandbox.load(artefact, compiled.digest, grants).await?)
    }

    /// The artefact of a component: from the cache, or compiled by a child within limits.
    ///
    /// # Errors
    /// Why it does not compile.
    pub async fn compiled(&self, wasm: &[u8]) -> Result<Compiled> {
        let digest = Digest::of(wasm);
        let key = cache::Key {
            digest,
            compatibility: self.sandbox.compatibility()?,
        };
        if let Some(artefact) = self.cache.get(&key) {
            return Ok(Compiled { digest, artefact });
        }
        let compiled = self.compiled_anew(wasm).await?;
        self.cache.put(&key, &compiled.artefact);
        Ok(compiled)
    }

    /// The artefact of a component, compiled by a child within limits.
    ///
    /// # Errors
    /// Why it does not compile.
    pub async fn compiled_anew(&self, wasm: &[u8]) -> Result<Compiled> {
        let binary = match &self.compiler {
            Some(binary) => binary.clone(),
            None => std::env::current_exe().context("finding this binary to compile with")?,
        };
        let time = self.arguments.compile_timeout;
        let memory = self.arguments.compile_memory;
        let memory = memory.unwrap_or(limits::COMPILE_MEMORY);
        let artefact = compile::in_child(&binary, wasm, time, memory).await?;
        let digest = Digest::of(wasm);
        Ok(Compiled { digest, artefact })
    }
}

/// A component as people name it.
enum Named<'a> {
    Bundled(&'static Bundled),
    File(&'a Path),
}

impl<'a> Named<'a> {
    fn find(component: &'a str) -> Result<Self> {
        if let Some(bundled) = find_bundled(component) {
            return Ok(Self::Bundled(bundled));
        }
        if component.contains(['/', '\\', '.']) {
            return Ok(Self::File(Path::new(component)));
        }
        let names: Vec<&str> = BUNDLED
            .iter()
            .flat_map(|bundled| bundled.names.iter().copied())
            .collect();
        let nearest = text::nearest(component, names.iter().copied());
        let meant = nearest.map_or_else(String::new, |nearest| {
            format!(" (did you mean {nearest:?}?)")
        });
        bail!(
            "no bundled provider is named {component:?}{meant}: give one of {}, or a component's \
             file",
            names.join(", ")
        );
    }
}

/// The bytes of a component's file.
async fn read(path: &Path) -> Result<Vec<u8>> {
    // To open a pipe would wait for whoever writes into it, and everything behind with it.
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)
        .await
        .context("reading it")?;
    // Of what was opened: what is under the name may be another thing by now.
    let metadata = file.metadata().await.context("reading it")?;
    ensure!(metadata.is_file(), "it is not a regular file");
    let mut wasm = Vec::new();
    // The file may have grown since.
    let read = file.take(compile::MAX_WASM as u64 + 1);
    pin!(read)
        .read_to_end(&mut wasm)
        .await
        .context("reading it")?;
    ensure!(
        wasm.len() <= compile::MAX_WASM,
        "it has more than {} bytes, the most that is taken",
        compile::MAX_WASM
    );
    Ok(wasm)
}

/// The bundled provider of that name.
#[must_use]
pub fn find_bundled(provider: &str) -> Option<&'static Bundled> {
    let mut bundled = BUNDLED.iter();
    bundled.find(|bundled| bundled.names.contains(&provider))
}

fn description(bundled: &Bundled) -> Description {
    let texts = |texts: &[&str]| texts.iter().copied().map(String::from).collect();
    let described = bundled.description;
    Description {
        providers: texts(described.providers),
        version: described.version.to_owned(),
        documentation: described.documentation.to_owned(),
        events: texts(described.events),
        credential_keys: texts(described.credential_keys),
        setting_keys: texts(described.setting_keys),
        config_schema: described.config_schema.to_owned(),
        fetch_hosts: texts(described.fetch_hosts),
    }
}
