//! Compiles components and loads them into the sandbox.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::{Context as _, Result};
use bellpull_bundle::{BUNDLED, Bundled};
use bellpull_core::{Egress, limits};
use bellpull_engine::{Artefact, Class, Digest};
use bellpull_registry::{ArtefactReference, ClaimedShape, Registry};
use bellpull_sandbox::{Grants, LoadError, LoadedComponent, Sandbox, Shape};

use tokio::sync::Semaphore;

use super::bundled::description;
use super::compile::{self, CompileLimits};
use super::component::{self, ComponentReference};
use super::policy::PluginPolicy;
use crate::cache::{Cache, CacheBound, CacheFolder};
use crate::progress::ProgressLine;
use crate::settings::{CacheArgs, PluginArgs, VerifyArgs};

/// Room for thirty of the largest artefacts that are known.
const COMPILED: CacheFolder = CacheFolder {
    name: "compiled",
    bound: CacheBound {
        bytes: 1 << 30,
        files: 10_000,
        endings: &[".cwasm"],
    },
};

/// A sandbox with a compiler and its cache.
pub struct Loader {
    sandbox: Arc<Sandbox>,
    arguments: CacheArgs,
    cache: Cache,
    /// The binary that compiles; `None`: this one.
    compiler: Option<PathBuf>,
    /// Where artefacts are pulled from.
    registry: OnceLock<Registry>,
    /// One compiles at a time: the memory of one is set aside.
    compiling: Semaphore,
    /// Whether a compilation is shown on a terminal.
    shows_progress: bool,
}

pub struct CompiledComponent {
    /// Of the component, not of the artefact.
    pub digest: Digest,
    /// Class and code.
    pub artefact: Vec<u8>,
    /// What compiling took, unless the artefact is from the cache.
    pub processor_time: Option<Duration>,
}

/// A component that a command line names.
pub struct NamedComponent {
    pub wasm: Vec<u8>,
    /// What it would be granted if it served all its names.
    pub grants: Grants,
    /// Where it was pulled from, with the digest of the artefact.
    pub artefact: Option<ArtefactReference>,
    /// What its artefact says of it.
    pub claimed: ClaimedShape,
}

impl Loader {
    /// An empty sandbox whose components reach the network through `egress`.
    ///
    /// # Errors
    /// When this machine cannot run a sandbox.
    pub fn with_egress(
        verify: &VerifyArgs,
        cache: &CacheArgs,
        egress: Arc<dyn Egress>,
    ) -> Result<Self> {
        Ok(Self {
            sandbox: Arc::new(Sandbox::new(verify.settings(), egress)?),
            cache: Cache::open(cache, &COMPILED),
            arguments: cache.clone(),
            compiler: None,
            registry: OnceLock::new(),
            compiling: Semaphore::new(1),
            shows_progress: false,
        })
    }

    /// Takes artefacts of registries where a component is named.
    pub fn pull_from(&self, registry: Registry) {
        // The first one stays: nobody sets another.
        drop(self.registry.set(registry));
    }

    /// Shows on a terminal that something is being compiled.
    #[must_use]
    pub(crate) fn showing_progress(mut self) -> Self {
        self.shows_progress = true;
        self
    }

    /// Has this `bellpull` binary compile, for a loader that is part of another program.
    #[must_use]
    pub fn compiling_with(mut self, binary: PathBuf) -> Self {
        self.compiler = Some(binary);
        self
    }

    #[must_use]
    pub fn sandbox(&self) -> &Arc<Sandbox> {
        &self.sandbox
    }

    pub(crate) fn cache_arguments(&self) -> &CacheArgs {
        &self.arguments
    }

    /// Loads one component: a file, or a bundled provider by name.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn one(&self, component: &str, grants: &Grants) -> Result<Arc<LoadedComponent>> {
        let loaded = match ComponentReference::parse(component)? {
            ComponentReference::Bundled(bundled) => self.bundled(bundled).await,
            ComponentReference::File(path) => match component::read(path).await {
                Ok(wasm) => self.load(&wasm, grants).await,
                Err(error) => Err(error),
            },
            ComponentReference::Artefact(artefact) => self.pull(&artefact, grants).await,
        };
        loaded.with_context(|| format!("component {component}"))
    }

    /// The bytes of one component, and the grants that it would have if it served all its names. A
    /// bundled component is granted everything it asks for.
    ///
    /// # Errors
    /// When there is no such component, or it cannot be read.
    pub async fn bytes(&self, component: &str, arguments: &PluginArgs) -> Result<NamedComponent> {
        let granted = |wasm: &[u8]| PluginPolicy::new(arguments).grants(Digest::of(wasm), |_| true);
        Ok(match ComponentReference::parse(component)? {
            ComponentReference::Bundled(bundled) => NamedComponent {
                wasm: bundled.wasm.to_vec(),
                grants: Grants::All,
                artefact: None,
                claimed: ClaimedShape::default(),
            },
            ComponentReference::File(path) => {
                let wasm = self.file(path).await?;
                NamedComponent {
                    grants: granted(&wasm),
                    wasm,
                    artefact: None,
                    claimed: ClaimedShape::default(),
                }
            }
            ComponentReference::Artefact(artefact) => {
                let pulled = self.registry()?.pull(&artefact).await?;
                NamedComponent {
                    grants: granted(&pulled.wasm),
                    wasm: pulled.wasm,
                    artefact: Some(pulled.reference),
                    claimed: pulled.claimed,
                }
            }
        })
    }

    /// The bytes of a component's file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn file(&self, path: &Path) -> Result<Vec<u8>> {
        let wasm = component::read(path).await;
        wasm.with_context(|| format!("component {}", path.display()))
    }

    /// Loads the component of an artefact, which must be what the artefact says.
    async fn pull(
        &self,
        artefact: &ArtefactReference,
        grants: &Grants,
    ) -> Result<Arc<LoadedComponent>> {
        let pulled = self.registry()?.pull(artefact).await?;
        let compiled = self.compiled(&pulled.wasm).await?;
        let artefact = Artefact::trusted(&compiled.artefact)?;
        let shape = self.sandbox.shape(artefact)?;
        pulled.check_shape(&shape.imports, &shape.exports)?;
        Ok(self.sandbox.load(artefact, compiled.digest, grants).await?)
    }

    /// The artefact that a component is, by its digest; `None` for one that is no artefact.
    ///
    /// # Errors
    /// When there is no such artefact.
    pub async fn pin(&self, component: &str) -> Result<Option<ArtefactReference>> {
        Ok(match ComponentReference::parse(component)? {
            ComponentReference::Artefact(artefact) => Some(self.registry()?.pin(&artefact).await?),
            ComponentReference::Bundled(_) | ComponentReference::File(_) => None,
        })
    }

    /// Where artefacts are pulled from.
    ///
    /// # Errors
    /// When nothing is pulled.
    pub fn registry(&self) -> Result<&Registry> {
        let registry = self.registry.get();
        registry.context("this command takes no artefact of a registry")
    }

    /// Whether this machine runs the artefacts that were compiled when this binary was built.
    pub(super) fn runs_bundled(&self) -> bool {
        let first = BUNDLED.first();
        let first = first.and_then(|bundled| Artefact::trusted(bundled.artefact).ok());
        first.is_some_and(|artefact| self.sandbox.shape(artefact).is_ok())
    }

    /// A bundled component that is loaded at its first use. Its description is that of build time.
    pub(super) fn deferred(&self, bundled: &Bundled) -> Result<Arc<LoadedComponent>> {
        let artefact = Artefact::trusted(bundled.artefact)?;
        let digest = Digest::known(bundled.digest);
        Ok(self.sandbox.defer(artefact, digest, description(bundled))?)
    }

    pub(super) async fn bundled(&self, bundled: &Bundled) -> Result<Arc<LoadedComponent>> {
        let digest = Digest::known(bundled.digest);
        let fits = match Artefact::trusted(bundled.artefact) {
            Ok(artefact) => self.sandbox.load(artefact, digest, &Grants::All).await,
            Err(error) => Err(error.into()),
        };
        match fits {
            Err(LoadError::Artefact(error)) => {
                if !bundled.artefact.is_empty() {
                    tracing::warn!(provider = bundled.provider, %error, "compiling again");
                }
                self.load(bundled.wasm, &Grants::All).await
            }
            loaded => Ok(loaded?),
        }
    }

    pub(crate) async fn load(&self, wasm: &[u8], grants: &Grants) -> Result<Arc<LoadedComponent>> {
        let compiled = self.compiled(wasm).await?;
        let artefact = Artefact::trusted(&compiled.artefact)?;
        Ok(self.sandbox.load(artefact, compiled.digest, grants).await?)
    }

    /// The same, with the component's imports and exports.
    pub(crate) async fn load_with_shape(
        &self,
        wasm: &[u8],
        grants: &Grants,
    ) -> Result<(Arc<LoadedComponent>, Shape)> {
        let compiled = self.compiled(wasm).await?;
        let artefact = Artefact::trusted(&compiled.artefact)?;
        let shape = self.sandbox.shape(artefact)?;
        let loaded = self.sandbox.load(artefact, compiled.digest, grants).await?;
        Ok((loaded, shape))
    }

    /// The artefact of a component, from the cache if it is there.
    ///
    /// # Errors
    /// Why it does not compile.
    pub async fn compiled(&self, wasm: &[u8]) -> Result<CompiledComponent> {
        let digest = Digest::of(wasm);
        let file = artefact_file(digest, &self.sandbox.compatibility()?);
        if let Some(artefact) = self.cache.get(&file) {
            return Ok(CompiledComponent {
                digest,
                artefact,
                processor_time: None,
            });
        }
        self.compiled_anew(wasm).await
    }

    /// The artefact of a component, compiled now by a child process within limits, and kept in the cache.
    ///
    /// # Errors
    /// Why it does not compile.
    pub async fn compiled_anew(&self, wasm: &[u8]) -> Result<CompiledComponent> {
        let binary = match &self.compiler {
            Some(binary) => binary.clone(),
            None => std::env::current_exe().context("finding this binary to compile with")?,
        };
        let digest = Digest::of(wasm);
        let _turn = self.compiling.acquire().await;
        let shown = match self.shows_progress {
            true => ProgressLine::of_time("compiling"),
            false => ProgressLine::hidden(),
        };
        let compilation = compile::in_child(&binary, wasm, self.compile_limits(wasm)).await?;
        drop(shown);
        let file = artefact_file(digest, &self.sandbox.compatibility()?);
        self.cache.put(&file, &compilation.artefact);
        Ok(CompiledComponent {
            digest,
            artefact: compilation.artefact,
            processor_time: Some(compilation.processor_time),
        })
    }

    /// What compiling a component may take.
    pub fn compile_limits(&self, wasm: &[u8]) -> CompileLimits {
        let by_class = || match Class::of(wasm) {
            Ok(Class::Large | Class::Composed) => limits::COMPILE_RUNTIME_TIMEOUT,
            // The compiler says what is wrong with the others.
            Ok(Class::Small) | Err(_) => limits::COMPILE_TIMEOUT,
        };
        let CacheArgs {
            compile_timeout,
            compile_memory,
            ..
        } = self.arguments;
        CompileLimits::new(
            compile_timeout.unwrap_or_else(by_class),
            compile_memory.unwrap_or(limits::COMPILE_MEMORY),
        )
    }
}

/// The name of an artefact's file says everything that the artefact depends on.
fn artefact_file(component: Digest, compatibility: &str) -> String {
    let digest = component.to_string().replace(':', "-");
    format!("{digest}-{compatibility}.cwasm")
}
