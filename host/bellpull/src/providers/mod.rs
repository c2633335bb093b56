//! From WebAssembly to loaded providers.

mod cache;
mod compile;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use bellpull_bundle::{BUNDLED, Bundled};
use bellpull_engine::{Artefact, Component, Digest, Engine};
use bellpull_sandbox::{Loaded, Origin, Sandbox, Settings};

use crate::settings::{CacheArgs, VerifyArgs};
use cache::Cache;

/// A sandbox and what is needed to load more into it.
pub struct Loader {
    engine: Engine,
    sandbox: Arc<Sandbox>,
    cache: Cache,
}

impl Loader {
    /// An empty sandbox.
    ///
    /// # Errors
    /// When the machine cannot run one.
    pub fn new(verify: &VerifyArgs, cache: &CacheArgs) -> Result<Self> {
        let slots = u32::try_from(verify.max_verifications).unwrap_or(u32::MAX);
        // `configure` runs beside deliveries, and takes a slot too.
        let engine = Engine::new(slots.saturating_add(4))?;
        let settings = Settings {
            max_verifications: verify.max_verifications,
            verify_timeout: verify.verify_timeout,
        };
        let sandbox = Arc::new(Sandbox::new(engine.clone(), settings)?);
        Ok(Self {
            engine,
            sandbox,
            cache: Cache::new(cache),
        })
    }

    /// The sandbox.
    #[must_use]
    pub fn sandbox(&self) -> &Arc<Sandbox> {
        &self.sandbox
    }

    /// Loads and serves every bundled provider.
    ///
    /// # Errors
    /// When one of them does not load: they are part of this binary.
    pub async fn install_bundled(&self) -> Result<()> {
        let mut loaded = Vec::with_capacity(BUNDLED.len());
        for bundled in BUNDLED {
            let component = self
                .bundled(bundled)
                .await
                .with_context(|| format!("bundled provider {}", bundled.provider))?;
            loaded.push(component);
        }
        self.sandbox.install(loaded);
        Ok(())
    }

    /// Loads and serves one component alone: a file, or a bundled provider by name.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn install_one(&self, provider: &str) -> Result<Arc<Loaded>> {
        let looks_like_file = provider.contains(['/', '\\', '.']);
        let loaded = if let Some(bundled) = find_bundled(provider) {
            self.bundled(bundled).await
        } else if looks_like_file {
            self.file(Path::new(provider)).await
        } else {
            let names: Vec<&str> = BUNDLED.iter().map(|bundled| bundled.provider).collect();
            bail!(
                "no bundled provider is named {provider:?}: give one of {}, or a component's file",
                names.join(", ")
            );
        };
        let loaded = loaded.with_context(|| format!("component {provider}"))?;
        self.sandbox.install([Arc::clone(&loaded)]);
        Ok(loaded)
    }

    async fn bundled(&self, bundled: &Bundled) -> Result<Arc<Loaded>> {
        let digest = Digest::of(bundled.wasm);
        let component = match self.engine.load(Artefact::trusted(bundled.artefact)) {
            Ok(component) => component,
            Err(error) => {
                tracing::warn!(provider = bundled.provider, %error, "compiling again");
                self.compiled(bundled.wasm, digest).await?
            }
        };
        Ok(self
            .sandbox
            .load(&component, digest, Origin::Bundled)
            .await?)
    }

    async fn file(&self, path: &Path) -> Result<Arc<Loaded>> {
        let wasm = tokio::fs::read(path).await.context("reading it")?;
        let digest = Digest::of(&wasm);
        let component = self.compiled(&wasm, digest).await?;
        Ok(self.sandbox.load(&component, digest, Origin::File).await?)
    }

    async fn compiled(&self, wasm: &[u8], digest: Digest) -> Result<Component> {
        let key = cache::Key {
            digest,
            compatibility: self.engine.compatibility(),
        };
        if let Some(artefact) = self.cache.get(&key)
            && let Ok(component) = self.engine.load(Artefact::trusted(&artefact))
        {
            return Ok(component);
        }
        let artefact = compile::in_child(wasm).await?;
        let component = self.engine.load(Artefact::trusted(&artefact))?;
        self.cache.put(&key, &artefact);
        Ok(component)
    }
}

/// The bundled provider of that name.
#[must_use]
pub fn find_bundled(provider: &str) -> Option<&'static Bundled> {
    BUNDLED.iter().find(|bundled| bundled.provider == provider)
}
