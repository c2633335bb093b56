//! One attempt to serve what a ReceiverPlugin asks for now.

use std::sync::Arc;

use bellpull_api::ServedArtefact;
use bellpull_core::Timestamp;
use bellpull_core::text::printable;
use bellpull_registry::{ArtefactReference, ClaimedShape, Registry};
use bellpull_sandbox::{LoadError, Shape};
use bellpull_trust::{PluginProblem, PluginReason, PluginRules};

use super::fetch::{self, PluginFetchError};
use super::rules::{PreparedRules, load_problem};
use super::store::StoredArtefact;
use super::task::{PluginTask, RejectedVersion, ServingVersion};
use super::wanted::{WantedArtefact, WantedContent};
use super::{self_test, trial};
use crate::cases::archive;

/// A version that is to be tried.
struct Candidate<'a> {
    registry: Option<&'a Registry>,
    wanted: &'a WantedArtefact,
    bundles: Vec<String>,
    signers: Vec<String>,
    fetched: FetchedComponent,
}

/// The bytes of a component, and what its artefact says of them.
struct FetchedComponent {
    wasm: Arc<[u8]>,
    claimed: ClaimedShape,
}

impl From<Arc<[u8]>> for FetchedComponent {
    /// What is kept has been compared before, and a ConfigMap says nothing.
    fn from(wasm: Arc<[u8]>) -> Self {
        Self {
            wasm,
            claimed: ClaimedShape::default(),
        }
    }
}

/// Longest reason, bytes.
const MAX_REASON: usize = 2 << 10;

/// Whether the same artefact fails again under the same rules. Else it is tried again: the registry may answer, cases
/// may be attached, and other Receivers be bound.
fn depends_on_the_artefact_alone(reason: PluginReason) -> bool {
    !matches!(
        reason,
        PluginReason::PullFailed | PluginReason::SelfTestFailed | PluginReason::ConfigureFailed
    )
}

/// Whether the object names another tag than the one that led to what served last. Then its author has chosen the
/// version, and no tag has moved.
fn names_another_tag(rules: &PluginRules, last: &ServedArtefact) -> bool {
    match (rules.place.tag(), last.revision.split_once('@')) {
        (Some(tag), Some((before, _))) => tag != before,
        _ => false,
    }
}

impl PluginTask {
    /// Serves the version that served last, if the present rules trust it. No registry is asked.
    pub(super) async fn restore(&mut self, rules: &PreparedRules) {
        let Some(artefact) = self.restorable(&rules.rules) else {
            return;
        };
        let signers = match rules.trusts(&artefact, false) {
            Ok(signers) => signers,
            Err(problem) => {
                self.lost.get_or_insert(problem);
                return;
            }
        };
        let Some(wasm) = self.context.store.component(&artefact) else {
            return;
        };
        match self.load(rules, artefact, signers, &wasm).await {
            Ok((version, _)) => self.serving = Some(version),
            Err(problem) => {
                let (plugin, reason) = (&self.name, &problem.message);
                tracing::warn!(plugin, reason, "a kept version does not serve");
            }
        }
    }

    /// What may be restored: the artefact that the object or its source names, else the one that served last. One
    /// that served before it takes a rollback.
    fn restorable(&self, rules: &PluginRules) -> Option<StoredArtefact> {
        let named = rules.place.digest().or(rules.digest.as_deref());
        let kept = match named {
            Some(digest) => self.stored.find(digest),
            None => None,
        };
        let last = self.stored.artefacts.first().filter(|last| {
            let demanded = rules.digest.as_ref();
            demanded.is_none_or(|digest| *digest == last.served.digest)
        });
        kept.or(last).cloned()
    }

    pub(super) async fn attempt(&mut self, rules: &PreparedRules) -> Result<(), PluginFetchError> {
        let own = self.context.own.clone();
        let material = rules.inputs.material(&own);
        let registry = self.context.fetcher.client(&rules.rules, material)?;
        let registry = registry.as_ref();
        let wanted = fetch::resolve(registry, &rules.rules, material).await?;
        trial::is_named(&wanted.digest, &rules.rules)?;
        let serving = self.serving.as_mut();
        if let Some(serving) = serving.filter(|one| one.stored.served.digest == wanted.digest) {
            serving.stored.served.revision.clone_from(&wanted.revision);
            return Ok(());
        }
        let rejected = self.rejected.as_ref();
        if let Some(rejected) = rejected.filter(|one| one.digest == wanted.digest) {
            return Err(rejected.problem.clone().into());
        }
        let bundles = self.bundles(rules, registry, &wanted).await?;
        let signers = rules.verify(&wanted.digest, &bundles)?;
        let candidate = Candidate {
            registry,
            wanted: &wanted,
            bundles,
            signers,
            fetched: self.bytes(registry, &wanted).await?,
        };
        let wasm = Arc::clone(&candidate.fetched.wasm);
        match self.admit(rules, candidate).await {
            Ok(version) => {
                self.stored = self
                    .context
                    .store
                    .keep(&self.name, version.stored.clone(), &wasm);
                let (plugin, revision) = (&self.name, &wanted.revision);
                let version_text = &version.stored.served.version;
                tracing::info!(
                    plugin,
                    revision,
                    version = version_text,
                    "ReceiverPlugin serves"
                );
                self.serving = Some(version);
                Ok(())
            }
            Err(error) => {
                if depends_on_the_artefact_alone(error.problem.reason) {
                    self.rejected = Some(RejectedVersion {
                        digest: wanted.digest,
                        problem: error.problem.clone(),
                    });
                }
                Err(error)
            }
        }
    }

    /// The signatures of an artefact: those of the registry, or those that are kept while it does not answer.
    async fn bundles(
        &self,
        rules: &PreparedRules,
        registry: Option<&Registry>,
        wanted: &WantedArtefact,
    ) -> Result<Vec<String>, PluginFetchError> {
        let (Some(registry), WantedContent::Registry(reference)) = (registry, &wanted.content)
        else {
            return Ok(Vec::new());
        };
        if !rules.need_signatures() {
            return Ok(Vec::new());
        }
        let kept = self.stored.find(&wanted.digest);
        if kept.is_none() {
            // What does not exist has no signature either.
            registry.pin(reference).await?;
        }
        match fetch::bundles(registry, reference).await {
            Ok(bundles) => Ok(bundles),
            Err(error) => kept.map(|kept| kept.bundles.clone()).ok_or(error),
        }
    }

    /// The bytes of a component: kept ones, or those of the registry.
    async fn bytes(
        &self,
        registry: Option<&Registry>,
        wanted: &WantedArtefact,
    ) -> Result<FetchedComponent, PluginFetchError> {
        let (registry, reference) = match (&wanted.content, registry) {
            (WantedContent::Here(bytes), _) => return Ok(Arc::clone(bytes).into()),
            (WantedContent::Registry(reference), Some(registry)) => (registry, reference),
            (WantedContent::Registry(reference), None) => {
                let error = format!("{reference}: no client of its registry was set up");
                return Err(PluginProblem::new(PluginReason::PullFailed, error).into());
            }
        };
        let kept = self.stored.find(&wanted.digest);
        if let Some(wasm) = kept.and_then(|kept| self.context.store.component(kept)) {
            return Ok(wasm.into());
        }
        // The component is in memory, whole, while it is pulled.
        let _turn = self.context.pulls.take(reference.host()).await;
        let pulled = registry.pull(reference).await?;
        Ok(FetchedComponent {
            wasm: pulled.wasm.into(),
            claimed: pulled.claimed,
        })
    }

    /// Tries a version in every way that it has to pass before it serves.
    async fn admit(
        &self,
        rules: &PreparedRules,
        candidate: Candidate<'_>,
    ) -> Result<ServingVersion, PluginFetchError> {
        let Candidate {
            registry,
            wanted,
            bundles,
            signers,
            fetched: FetchedComponent { wasm, claimed },
        } = candidate;
        let artefact = StoredArtefact {
            origin: wanted.origin.clone(),
            served: ServedArtefact {
                digest: wanted.digest.clone(),
                revision: wanted.revision.clone(),
                size: i64::try_from(wasm.len()).unwrap_or(i64::MAX),
                last_update_time: format!("{:.0}", Timestamp::now()),
                ..ServedArtefact::default()
            },
            component: trial::component_digest(&wasm),
            bundles,
        };
        let (version, shape) = self.load(rules, artefact, signers, &wasm).await?;
        claimed
            .compare(&shape.imports, &shape.exports)
            .map_err(|error| {
                PluginProblem::new(PluginReason::ComponentInvalid, error.to_string())
            })?;
        if !rules.rules.may_lower
            && let Some(last) = self.last_served(rules)
            && !names_another_tag(&rules.rules, last)
        {
            trial::not_lower(&version.loaded, &last.version)?;
        }
        if rules.rules.self_test {
            let cases = match (registry, &wanted.content) {
                (Some(registry), WantedContent::Registry(reference)) => {
                    self.cases(registry, reference).await?
                }
                _ => None,
            };
            self_test::run(cases.as_deref(), &wasm, &self.context.cache).await?;
        }
        let routes = self.context.routes.load_full();
        let sandbox = self.context.loader.sandbox();
        trial::configures(sandbox, &version.loaded, &routes).await?;
        Ok(version)
    }

    async fn cases(
        &self,
        registry: &Registry,
        reference: &ArtefactReference,
    ) -> Result<Option<Vec<u8>>, PluginFetchError> {
        let _turn = self.context.pulls.take(reference.host()).await;
        Ok(archive::attached(registry, reference).await?)
    }

    /// What serves, or served last as far as this process and the status know.
    fn last_served<'a>(&'a self, rules: &'a PreparedRules) -> Option<&'a ServedArtefact> {
        let serving = self.serving.as_ref().map(|serving| &serving.stored.served);
        let kept = self.stored.artefacts.first().map(|kept| &kept.served);
        let told = rules.inputs.object.status.artifact.as_ref();
        serving.or(kept).or(told)
    }

    async fn load(
        &self,
        rules: &PreparedRules,
        mut artefact: StoredArtefact,
        verified_by: Vec<String>,
        wasm: &[u8],
    ) -> Result<(ServingVersion, Shape), PluginProblem> {
        let _turn = self.context.loads.acquire().await;
        let loaded = self
            .context
            .loader
            .load_with_shape(wasm, &rules.applied.grants);
        let (loaded, shape) =
            loaded
                .await
                .map_err(|error| match error.downcast_ref::<LoadError>() {
                    Some(error) => load_problem(error),
                    None => PluginProblem::new(
                        PluginReason::ComponentInvalid,
                        printable(&format!("{error:#}"), MAX_REASON),
                    ),
                })?;
        trial::claims(&loaded, &rules.rules)?;
        artefact
            .served
            .version
            .clone_from(&loaded.description().version);
        let version = ServingVersion {
            was_named: rules.rules.digest.as_ref() == Some(&artefact.served.digest),
            stored: artefact,
            loaded: rules.apply(&loaded)?,
            contract: shape.contract.clone().unwrap_or_default(),
            verified_by,
            applied: Arc::clone(&rules.applied),
        };
        Ok((version, shape))
    }
}
