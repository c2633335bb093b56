//! Asks registries for artefacts, their bytes, and what is attached to them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bellpull_core::text::printable;
use bellpull_egress::{
    ClientCertificate, EgressSettings, RegistryHttp, RegistryHttpSettings, RegistryTls,
};
use bellpull_engine::Digest;
use bellpull_matching::VersionRange;
use bellpull_registry::{
    Anonymous, ArtefactReference, ArtefactRepository, CredentialFile, CredentialSource, PullSecret,
    Registry, RegistryError, SCHEME,
};
use bellpull_signature::{BUNDLE_TYPE, MAX_BUNDLE};
use bellpull_trust::{
    ArtefactPlace, ArtefactVersion, MaterialKind, PluginProblem, PluginReason, PluginRules,
    SignatureMaterial,
};

use super::wanted::{WantedArtefact, WantedContent};
use crate::egress::{client_certificate, network_settings};
use crate::providers::MAX_WASM;
use crate::settings::{NetworkArgs, RegistryArgs};

/// The key of a pull secret (Kubernetes, "Pull an Image from a Private Registry").
const DOCKER_CONFIG: &str = ".dockerconfigjson";
/// Longest reason, bytes.
const MAX_REASON: usize = 2 << 10;

/// How registries are reached.
pub(crate) struct ArtefactFetcher {
    network: EgressSettings,
    /// The registries that the operator allows to be asked by http.
    plain_http: Vec<String>,
    /// Largest component, bytes.
    largest: usize,
    /// The credentials of the operator, for objects without a Secret.
    credentials: Option<PathBuf>,
    /// What the operator shows to registries, for objects without a Secret.
    tls: RegistryTls,
}

/// Why an artefact could not be had.
pub(super) struct PluginFetchError {
    pub(super) problem: PluginProblem,
    /// How long the registry asks to wait.
    pub(super) retry_after: Option<Duration>,
}

impl PluginFetchError {
    /// The same error, with what would help if the registry did not answer.
    pub(super) fn advised(mut self, advice: Option<&str>) -> Self {
        if let (PluginReason::PullFailed, Some(advice)) = (self.problem.reason, advice) {
            self.problem.message = format!("{}; {advice}", self.problem.message);
        }
        self
    }
}

impl From<PluginProblem> for PluginFetchError {
    fn from(problem: PluginProblem) -> Self {
        Self {
            problem,
            retry_after: None,
        }
    }
}

impl From<RegistryError> for PluginFetchError {
    fn from(error: RegistryError) -> Self {
        let retry_after = match &error {
            RegistryError::Answered { retry_after, .. } => *retry_after,
            _ => None,
        };
        let reason = match &error {
            RegistryError::Layout { .. } => PluginReason::ComponentInvalid,
            _ => PluginReason::PullFailed,
        };
        Self {
            problem: PluginProblem::new(reason, printable(&error.to_string(), MAX_REASON)),
            retry_after,
        }
    }
}

impl ArtefactFetcher {
    /// A fetcher of components of at most `largest` bytes.
    ///
    /// # Errors
    /// When the certificates or the proxy cannot be used.
    pub(crate) fn new(
        network: &NetworkArgs,
        registry: &RegistryArgs,
        largest: Option<usize>,
    ) -> Result<Self> {
        Ok(Self {
            largest: largest.map_or(MAX_WASM, |largest| largest.min(MAX_WASM)),
            network: network_settings(network)?,
            plain_http: registry.plain_http.clone(),
            credentials: registry.registry_config.clone(),
            tls: RegistryTls {
                client: client_certificate(registry)?,
                ..RegistryTls::default()
            },
        })
    }

    /// What an object lacks that is asked by https, where the operator allows http; `None` where it lacks nothing.
    pub(super) fn advice(&self, rules: &PluginRules) -> Option<String> {
        let ArtefactPlace::Registry {
            repository,
            insecure: false,
            ..
        } = &rules.place
        else {
            return None;
        };
        let host = repository.split('/').next().unwrap_or_default();
        let allowed = self.plain_http.iter().any(|plain| plain == host);
        allowed
            .then(|| "source.oci.insecure: true asks it by http, as --plain-http allows".to_owned())
    }

    /// A client of the registry that the rules name; `None` for a ConfigMap.
    pub(super) fn client(
        &self,
        rules: &PluginRules,
        material: SignatureMaterial<'_>,
    ) -> Result<Option<Registry>, PluginProblem> {
        let ArtefactPlace::Registry {
            repository,
            credentials,
            certificates,
            insecure,
            ..
        } = &rules.place
        else {
            return Ok(None);
        };
        let host = repository.split('/').next().unwrap_or_default();
        let allowed = self.plain_http.iter().any(|plain| plain == host);
        if *insecure && !allowed {
            return Err(PluginProblem::new(
                PluginReason::PolicyDenied,
                format!(
                    "source.oci.insecure asks {host} by http, which needs the flag --plain-http {host} too"
                ),
            ));
        }
        let plain_http = if *insecure {
            vec![host.to_owned()]
        } else {
            Vec::new()
        };
        let tls = certificates
            .as_ref()
            .map(|name| tls(name, material))
            .transpose()?;
        let http = RegistryHttp::new(RegistryHttpSettings {
            egress: self.network.clone(),
            plain_http,
            tls: tls.unwrap_or_else(|| self.tls.clone()),
            ..RegistryHttpSettings::default()
        });
        let http = http.map_err(|error| {
            let shown = certificates.as_deref().unwrap_or_default();
            invalid("certSecretRef", shown, &error.to_string())
        })?;
        let credentials = self.credentials(credentials.as_deref(), material)?;
        Ok(Some(Registry::new(http, credentials, self.largest as u64)))
    }

    fn credentials(
        &self,
        secret: Option<&str>,
        material: SignatureMaterial<'_>,
    ) -> Result<Arc<dyn CredentialSource>, PluginProblem> {
        let Some(name) = secret else {
            return Ok(match &self.credentials {
                Some(file) => Arc::new(CredentialFile::named(file.clone())),
                None => Arc::new(Anonymous),
            });
        };
        let own = material.own;
        let bytes = material.bytes(MaterialKind::Secret, own, name, DOCKER_CONFIG)?;
        let secret = PullSecret::from_json(bytes);
        let secret = secret.map_err(|error| invalid("secretRef", name, &error))?;
        Ok(Arc::new(secret))
    }
}

fn tls(name: &str, material: SignatureMaterial<'_>) -> Result<RegistryTls, PluginProblem> {
    let text = |entry: &str| -> Result<Option<String>, PluginProblem> {
        let value = material.optional(MaterialKind::Secret, material.own, name, entry)?;
        let value = value.map(|bytes| String::from_utf8(bytes.to_vec()));
        let value = value.transpose();
        value.map_err(|_| invalid("certSecretRef", name, &format!("{entry} is no text")))
    };
    let client = match (text("tls.crt")?, text("tls.key")?) {
        (Some(certificate), Some(key)) => Some(ClientCertificate { certificate, key }),
        (None, None) => None,
        _ => {
            let wrong = "it has one of tls.crt and tls.key, and needs both or neither";
            return Err(invalid("certSecretRef", name, wrong));
        }
    };
    Ok(RegistryTls {
        authorities: text("ca.crt")?.into_iter().collect(),
        client,
    })
}

fn invalid(field: &str, name: &str, wrong: &str) -> PluginProblem {
    PluginProblem::new(
        PluginReason::ReferenceNotFound,
        format!("source.oci.{field} {name}: {wrong}"),
    )
}

/// The artefact that the rules lead to now.
pub(super) async fn resolve(
    registry: Option<&Registry>,
    rules: &PluginRules,
    material: SignatureMaterial<'_>,
) -> Result<WantedArtefact, PluginFetchError> {
    match (&rules.place, registry) {
        (
            ArtefactPlace::Registry {
                repository,
                version,
                ..
            },
            Some(registry),
        ) => in_registry(registry, repository, version).await,
        (
            ArtefactPlace::ConfigMap {
                namespace,
                name,
                key,
            },
            _,
        ) => {
            let bytes = material.bytes(MaterialKind::ConfigMap, namespace, name, key)?;
            let digest = Digest::of(bytes).to_string();
            Ok(WantedArtefact {
                revision: digest.clone(),
                digest,
                origin: format!("ConfigMap {namespace}/{name} {key}"),
                content: WantedContent::Here(bytes.into()),
            })
        }
        (ArtefactPlace::Registry { .. }, None) => Err(PluginProblem::new(
            PluginReason::PullFailed,
            "no client of the registry was set up",
        )
        .into()),
    }
}

async fn in_registry(
    registry: &Registry,
    repository: &str,
    version: &ArtefactVersion,
) -> Result<WantedArtefact, PluginFetchError> {
    let wrong = |error: String| PluginProblem::new(PluginReason::ValidationFailed, error);
    let parsed: ArtefactRepository = format!("{SCHEME}{repository}")
        .parse()
        .map_err(|error| wrong(format!("source.oci.url: {error}")))?;
    let tag = match version {
        ArtefactVersion::Digest(digest) => {
            let reference = parsed.with_digest(digest);
            let reference = reference.map_err(|error| wrong(error.to_string()))?;
            return Ok(WantedArtefact {
                digest: digest.clone(),
                revision: digest.clone(),
                origin: repository.to_owned(),
                content: WantedContent::Registry(reference),
            });
        }
        ArtefactVersion::Tag(tag) => tag.clone(),
        ArtefactVersion::Range(range) => {
            let parsed_range = VersionRange::parse(range).ok_or_else(|| {
                let range = printable(range, MAX_REASON);
                wrong(format!(
                    "source.oci.semver {range:?} is no range of versions"
                ))
            })?;
            let tags = registry.tags(&parsed).await?;
            let newest = parsed_range.newest(tags.iter().map(String::as_str));
            let newest = newest.ok_or_else(|| {
                PluginProblem::new(
                    PluginReason::PullFailed,
                    format!(
                        "none of the {} tags of {parsed} is a version within {range:?}",
                        tags.len()
                    ),
                )
            })?;
            newest.to_owned()
        }
    };
    let reference = parsed.with_tag(&tag);
    let reference = reference.map_err(|error| wrong(format!("source.oci.tag: {error}")))?;
    let pinned = registry.pin(&reference).await?;
    let digest = pinned.digest().unwrap_or_default().to_owned();
    Ok(WantedArtefact {
        revision: format!("{tag}@{digest}"),
        digest,
        origin: repository.to_owned(),
        content: WantedContent::Registry(pinned),
    })
}

/// The Sigstore bundles that are attached to an artefact.
pub(super) async fn bundles(
    registry: &Registry,
    artefact: &ArtefactReference,
) -> Result<Vec<String>, PluginFetchError> {
    let attached = registry
        .attached(artefact, BUNDLE_TYPE, MAX_BUNDLE as u64)
        .await?;
    // A bundle is JSON, so that one which is no text is none.
    let texts = attached
        .into_iter()
        .filter_map(|bytes| String::from_utf8(bytes).ok());
    Ok(texts.collect())
}
