use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bellpull_api::{
    ArtefactSource, NamespaceSelection, OciSource, PluginGrants, ReceiverPluginSpec,
};
use bellpull_core::text::printable;

use crate::declared::PluginObject;
use crate::floor::{PluginFloor, selects};
use crate::reason::PluginProblem;
use crate::signatures::check_signatures;
use crate::values::{bytes, duration, is_digest};

/// The default of `source.oci.interval`.
const INTERVAL: Duration = Duration::from_secs(60 * 60);
/// The shortest interval: a registry counts requests.
const LEAST_INTERVAL: Duration = Duration::from_secs(10);
/// The shortest limit of time: guests are interrupted once a millisecond.
const LEAST_TIME: Duration = Duration::from_millis(1);
/// Longest value of a user in a message, bytes.
const SHOWN: usize = 256;
const SCHEME: &str = "oci://";

/// Where an artefact is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArtefactPlace {
    Registry {
        /// `HOST/REPOSITORY`.
        repository: String,
        version: ArtefactVersion,
        /// The Secret with credentials.
        credentials: Option<String>,
        /// The Secret with certificates.
        certificates: Option<String>,
        /// Whether it is asked by plain HTTP.
        insecure: bool,
    },
    ConfigMap {
        namespace: String,
        name: String,
        key: String,
    },
}

impl ArtefactPlace {
    /// The tag that it names, if it names one.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        match self {
            Self::Registry {
                version: ArtefactVersion::Tag(tag),
                ..
            } => Some(tag),
            _ => None,
        }
    }

    /// The digest by which the artefact is named there.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        match self {
            Self::Registry {
                version: ArtefactVersion::Digest(digest),
                ..
            } => Some(digest),
            _ => None,
        }
    }
}

/// Which artefact of a repository is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArtefactVersion {
    Tag(String),
    /// The newest tag within a range of versions.
    Range(String),
    Digest(String),
}

/// What an object asks for, within the floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginRules {
    pub place: ArtefactPlace,
    /// The only digest that is taken.
    pub digest: Option<String>,
    /// Whether the version may be below the one that serves: it is named by its digest.
    pub may_lower: bool,
    /// The names that the component may claim.
    pub providers: BTreeSet<String>,
    /// The bundled names among them that it may serve.
    pub overrides: BTreeSet<String>,
    pub grants: PluginGrants,
    /// Most memory of a call, bytes, and most time.
    pub memory: Option<usize>,
    pub time: Option<Duration>,
    pub interval: Duration,
    pub self_test: bool,
    pub suspend: bool,
    /// A namespace must be in all of them.
    namespaces: Vec<NamespaceSelection>,
}

impl PluginRules {
    /// The rules of an object. `own` is Bellpull's own namespace.
    ///
    /// # Errors
    /// When the spec is invalid, or the floor does not allow it.
    pub fn of(
        object: &PluginObject,
        floor: Option<&PluginFloor>,
        own: &str,
    ) -> Result<Self, PluginProblem> {
        let spec = match &object.spec {
            Some(Ok(spec)) => spec,
            Some(Err(error)) => {
                return Err(PluginProblem::invalid(format!(
                    "spec cannot be read: {error}"
                )));
            }
            None => return Err(PluginProblem::invalid("there is no spec")),
        };
        let rules = Self::of_spec(spec, object.rollback_to.as_deref(), own)?;
        if let Some(floor) = floor {
            rules.check_floor(floor)?;
        }
        Ok(rules.within(floor))
    }

    fn of_spec(
        spec: &ReceiverPluginSpec,
        rollback: Option<&str>,
        own: &str,
    ) -> Result<Self, PluginProblem> {
        if let Some(verify) = &spec.verify {
            check_signatures(verify)?;
        } else if spec.digest.is_none() {
            return Err(PluginProblem::invalid(
                "verify or digest is required: say who must have signed the artefact, or which one it is",
            ));
        }
        let digests = [
            ("digest", spec.digest.as_deref()),
            ("the annotation bellpull.dev/rollback-to", rollback),
        ];
        for (field, digest) in digests {
            if let Some(wrong) = digest.filter(|digest| !is_digest(digest)) {
                return Err(PluginProblem::invalid(format!(
                    "{field} {:?} is no digest: write sha256: and 64 hexadecimal digits",
                    printable(wrong, SHOWN)
                )));
            }
        }
        let place = place(&spec.source, spec.digest.as_deref(), rollback, own)?;
        if matches!(place, ArtefactPlace::ConfigMap { .. }) && spec.verify.is_some() {
            return Err(PluginProblem::invalid(
                "a ConfigMap holds no signatures: give digest in place of verify",
            ));
        }
        let limits = spec.limits.clone().unwrap_or_default();
        let memory = limits.memory.as_deref();
        let time = limits.time.as_deref();
        let by_digest = matches!(
            place,
            ArtefactPlace::ConfigMap { .. }
                | ArtefactPlace::Registry {
                    version: ArtefactVersion::Digest(_),
                    ..
                }
        );
        Ok(Self {
            interval: interval(&spec.source)?,
            place,
            digest: demanded_digest(spec, rollback),
            may_lower: by_digest || spec.digest.is_some(),
            providers: spec.providers.iter().cloned().collect(),
            overrides: match spec.overrides_bundled {
                true => spec.providers.iter().cloned().collect(),
                false => BTreeSet::new(),
            },
            grants: spec.grants.clone().unwrap_or_default(),
            memory: memory
                .map(|text| bytes("limits.memory", text))
                .transpose()
                .map_err(PluginProblem::invalid)?,
            time: time.map(limit_of_time).transpose()?,
            self_test: spec.self_test,
            suspend: spec.suspend,
            namespaces: spec.allowed_namespaces.iter().cloned().collect(),
        })
    }

    fn check_floor(&self, floor: &PluginFloor) -> Result<(), PluginProblem> {
        match &self.place {
            ArtefactPlace::Registry {
                repository,
                version,
                ..
            } => {
                if !floor.allows_repository(repository) {
                    let shown = printable(repository, SHOWN);
                    return Err(PluginProblem::denied(format!(
                        "{shown} is below none of its registries"
                    )));
                }
                let is_named = matches!(version, ArtefactVersion::Digest(_));
                if floor.require_digest && self.digest.is_none() && !is_named {
                    return Err(PluginProblem::denied(
                        "it requires a digest: give digest beside tag or semver",
                    ));
                }
            }
            ArtefactPlace::ConfigMap { .. } => {
                let digest = self.digest.as_deref().unwrap_or_default();
                if !floor.allows_unsigned(digest) {
                    return Err(PluginProblem::denied(format!(
                        "{digest} is from a ConfigMap, has no signature, and is not among its unsigned"
                    )));
                }
            }
        }
        match floor.denied_grant(&self.grants) {
            Some(grant) => Err(PluginProblem::denied(format!(
                "it does not let {grant} be granted"
            ))),
            None => Ok(()),
        }
    }

    /// The rules, lowered to the floor where that needs no refusal.
    fn within(mut self, floor: Option<&PluginFloor>) -> Self {
        if let Some(floor) = floor {
            self.overrides.retain(|name| floor.allows_override(name));
            let names = floor.namespaces.clone();
            self.namespaces
                .extend(names.map(|names| NamespaceSelection {
                    names,
                    match_labels: None,
                }));
        }
        self
    }

    /// The namespaces whose Receivers may use the component; `None`: all of them. `known` holds the labels
    /// of namespaces.
    #[must_use]
    pub fn namespaces(
        &self,
        known: &BTreeMap<String, BTreeMap<String, String>>,
    ) -> Option<BTreeSet<String>> {
        if self.namespaces.is_empty() {
            return None;
        }
        let nothing = BTreeMap::new();
        let named = self.namespaces.iter().flat_map(|one| &one.names);
        let candidates: BTreeSet<&String> = known.keys().chain(named).collect();
        let allowed = candidates.into_iter().filter(|name| {
            let labels = known.get(*name).unwrap_or(&nothing);
            let mut all = self.namespaces.iter();
            all.all(|selection| selects(selection, name, labels))
        });
        Some(allowed.cloned().collect())
    }
}

/// The only digest that is taken: that of the spec, or that of its source, which a rollback replaces.
fn demanded_digest(spec: &ReceiverPluginSpec, rollback: Option<&str>) -> Option<String> {
    let source = spec.source.oci.as_ref().filter(|_| rollback.is_none());
    let of_source = source.and_then(|oci| oci.digest.clone());
    spec.digest.clone().or(of_source)
}

fn place(
    source: &ArtefactSource,
    digest: Option<&str>,
    rollback: Option<&str>,
    own: &str,
) -> Result<ArtefactPlace, PluginProblem> {
    match (&source.oci, &source.config_map) {
        (Some(oci), None) => registry(oci, digest, rollback),
        (None, Some(source)) => Ok(ArtefactPlace::ConfigMap {
            namespace: source.namespace.clone().unwrap_or_else(|| own.to_owned()),
            name: source.name.clone(),
            key: source.key.clone(),
        }),
        _ => Err(PluginProblem::invalid(
            "source needs oci or configMap, and not both",
        )),
    }
}

fn registry(
    oci: &OciSource,
    digest: Option<&str>,
    rollback: Option<&str>,
) -> Result<ArtefactPlace, PluginProblem> {
    // A user and a password may stand before it.
    if oci.url.contains('@') {
        return Err(PluginProblem::invalid(
            "source.oci.url has an '@': it names a repository alone, credentials go into secretRef, and a digest \
             into digest",
        ));
    }
    let shown = printable(&oci.url, SHOWN);
    let repository = oci.url.strip_prefix(SCHEME).ok_or_else(|| {
        PluginProblem::invalid(format!(
            "source.oci.url {shown:?} does not begin with oci://"
        ))
    })?;
    let named = [&oci.tag, &oci.semver, &oci.digest];
    if named.iter().filter(|one| one.is_some()).count() > 1 {
        return Err(PluginProblem::invalid(
            "source.oci needs one of tag, semver and digest, and not several",
        ));
    }
    if let (Some(one), Some(other)) = (&oci.digest, digest)
        && one != other
    {
        return Err(PluginProblem::invalid(
            "source.oci.digest and digest are not the same",
        ));
    }
    let version = match (rollback, oci) {
        (Some(rollback), _) => ArtefactVersion::Digest(rollback.to_owned()),
        (None, OciSource { tag: Some(tag), .. }) => ArtefactVersion::Tag(tag.clone()),
        (
            None,
            OciSource {
                semver: Some(range),
                ..
            },
        ) => ArtefactVersion::Range(range.clone()),
        (None, OciSource { digest: own, .. }) => {
            let digest = own.as_deref().or(digest);
            let digest = digest.ok_or_else(|| {
                PluginProblem::invalid("source.oci needs one of tag, semver and digest")
            })?;
            ArtefactVersion::Digest(digest.to_owned())
        }
    };
    Ok(ArtefactPlace::Registry {
        repository: repository.to_owned(),
        version,
        credentials: oci.secret_ref.as_ref().map(|one| one.name.clone()),
        certificates: oci.cert_secret_ref.as_ref().map(|one| one.name.clone()),
        insecure: oci.insecure,
    })
}

fn limit_of_time(text: &str) -> Result<Duration, PluginProblem> {
    let time = duration("limits.time", text).map_err(PluginProblem::invalid)?;
    if time < LEAST_TIME {
        return Err(PluginProblem::invalid(format!(
            "limits.time {text:?} is below {} ms, which is how often time is looked at",
            LEAST_TIME.as_millis()
        )));
    }
    Ok(time)
}

fn interval(source: &ArtefactSource) -> Result<Duration, PluginProblem> {
    let text = source.oci.as_ref().and_then(|oci| oci.interval.as_deref());
    let Some(text) = text else {
        return Ok(INTERVAL);
    };
    let interval = duration("source.oci.interval", text).map_err(PluginProblem::invalid)?;
    if interval < LEAST_INTERVAL {
        return Err(PluginProblem::invalid(format!(
            "source.oci.interval {text:?} is below {}s",
            LEAST_INTERVAL.as_secs()
        )));
    }
    Ok(interval)
}

#[cfg(test)]
mod tests;
