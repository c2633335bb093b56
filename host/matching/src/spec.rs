use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::listed_inputs::ListedInputs;
use super::match_result::Doubt;
use super::reference::{ArtifactReference, GitReference};
use super::repository::Repository;
use super::{bucket, chart_index, git_url, registry};

/// The parts of an object's spec that decide whether an event concerns it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TargetSpec {
    /// A GitRepository.
    Git {
        /// The repository that it reads from.
        repository: Repository,
        follows: GitReference,
    },
    /// An OCIRepository or an ImageRepository.
    Artifact {
        /// The repository that it reads from.
        repository: Repository,
        follows: ArtifactReference,
    },
    /// A HelmRepository of type `oci`. Each chart below it is a repository.
    Charts {
        /// The common prefix of the charts' repositories.
        registry: Repository,
    },
    /// A HelmRepository over HTTP.
    Index {
        /// The address of its index.
        location: Repository,
    },
    Bucket {
        /// Its endpoint and its name.
        location: Repository,
    },
    /// A ResourceSetInputProvider of Flux Operator.
    Inputs {
        /// The repository that it reads from.
        repository: Repository,
        follows: ListedInputs,
    },
    /// A HelmChart, which is followed through its source.
    Chart {
        /// The object that it is fetched through.
        source: SourceRef,
        /// Its name in that source.
        chart: String,
        /// A version or a version range.
        version: String,
    },
    /// Nothing to compare. Every event may concern the object.
    #[serde(serialize_with = "serialize_doubt")]
    Unknown(Doubt),
}

/// The source of a HelmChart, in the chart's own namespace.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourceRef {
    /// `HelmRepository`, `GitRepository` or `Bucket`.
    pub kind: String,
    pub name: String,
}

#[derive(Clone, Copy)]
enum FollowedKind {
    GitRepository,
    OciRepository,
    ImageRepository,
    HelmRepository,
    HelmChart,
    Bucket,
    InputProvider,
}

/// From source-controller/api v1.9.3, as the other kinds of sources below.
#[derive(Deserialize)]
struct GitRepository {
    url: String,
    #[serde(default, rename = "ref")]
    reference: Option<GitRef>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GitRef {
    branch: String,
    tag: String,
    semver: String,
    name: String,
    commit: String,
}

#[derive(Deserialize)]
struct OciRepository {
    url: String,
    #[serde(default, rename = "ref")]
    reference: Option<OciRef>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct OciRef {
    digest: String,
    semver: String,
    semver_filter: String,
    tag: String,
}

#[derive(Deserialize)]
struct ImageRepository {
    image: String,
}

#[derive(Deserialize)]
struct HelmRepository {
    url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bucket {
    endpoint: String,
    bucket_name: String,
}

/// From controlplaneio-fluxcd/flux-operator v0.58.1.
#[derive(Deserialize)]
struct InputProvider {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HelmChart {
    chart: String,
    #[serde(default)]
    version: String,
    source_ref: SourceRef,
}

impl TargetSpec {
    /// Whether the spec of this kind can be compared with events, so that more than an object's
    /// metadata must be fetched. Other kinds follow nothing that an event names: a Kustomization
    /// follows another object.
    #[must_use]
    pub fn is_read(api_version: &str, kind: &str) -> bool {
        FollowedKind::of(api_version, kind).is_some()
    }

    /// Reads the spec of an object. A spec that cannot be parsed is [`TargetSpec::Unknown`].
    #[must_use]
    pub fn read(api_version: &str, kind: &str, object: &Value) -> Self {
        let Some(kind) = FollowedKind::of(api_version, kind) else {
            return Self::Unknown(Doubt::Kind);
        };
        let spec = object.get("spec").unwrap_or(&Value::Null);
        let read = match kind {
            FollowedKind::GitRepository => GitRepository::deserialize(spec).ok().and_then(read_git),
            FollowedKind::OciRepository => OciRepository::deserialize(spec).ok().and_then(read_oci),
            FollowedKind::ImageRepository => {
                ImageRepository::deserialize(spec).ok().and_then(read_image)
            }
            FollowedKind::HelmRepository => HelmRepository::deserialize(spec)
                .ok()
                .and_then(read_helm_repository),
            FollowedKind::HelmChart => HelmChart::deserialize(spec).ok().map(read_chart),
            FollowedKind::Bucket => Bucket::deserialize(spec).ok().and_then(read_bucket),
            FollowedKind::InputProvider => InputProvider::deserialize(spec)
                .ok()
                .and_then(read_input_provider),
        };
        read.unwrap_or(Self::Unknown(Doubt::Spec))
    }
}

impl FollowedKind {
    /// Compares the group too: k3s also has a HelmChart, and Crossplane a Bucket.
    fn of(api_version: &str, kind: &str) -> Option<Self> {
        let (group, _) = api_version.split_once('/')?;
        Some(match (group, kind) {
            ("source.toolkit.fluxcd.io", "GitRepository") => Self::GitRepository,
            ("source.toolkit.fluxcd.io", "OCIRepository") => Self::OciRepository,
            ("source.toolkit.fluxcd.io", "HelmRepository") => Self::HelmRepository,
            ("source.toolkit.fluxcd.io", "HelmChart") => Self::HelmChart,
            ("source.toolkit.fluxcd.io", "Bucket") => Self::Bucket,
            ("image.toolkit.fluxcd.io", "ImageRepository") => Self::ImageRepository,
            ("fluxcd.controlplane.io", "ResourceSetInputProvider") => Self::InputProvider,
            _ => return None,
        })
    }
}

/// A commit wins over a name, a name over tag and range, and these over a branch. The default is
/// the branch `master`.
fn read_git(spec: GitRepository) -> Option<TargetSpec> {
    let reference = spec.reference.unwrap_or_default();
    let filled = |text: String| Some(text).filter(|text| !text.is_empty());
    let branch = filled(reference.branch).unwrap_or_else(|| "master".to_owned());
    let commit = filled(reference.commit).map(GitReference::Commit);
    let follows = match (filled(reference.tag), filled(reference.semver)) {
        _ if commit.is_some() => commit?,
        _ if !reference.name.is_empty() => GitReference::Name(reference.name),
        (Some(tag), Some(range)) => GitReference::TagOrRange(tag, range),
        (Some(tag), None) => GitReference::Tag(tag),
        (None, Some(range)) => GitReference::Range(range),
        (None, None) => GitReference::Branch(branch),
    };
    Some(TargetSpec::Git {
        repository: git_url::normalize(&spec.url)?,
        follows,
    })
}

/// A digest wins over a range, and a range over a tag. The default is the tag `latest`.
fn read_oci(spec: OciRepository) -> Option<TargetSpec> {
    let reference = spec.reference.unwrap_or_default();
    let filled = |text: String| Some(text).filter(|text| !text.is_empty());
    let tag = filled(reference.tag).unwrap_or_else(|| "latest".to_owned());
    let filter = filled(reference.semver_filter);
    let digest = filled(reference.digest).map(ArtifactReference::Digest);
    let range = filled(reference.semver).map(|range| ArtifactReference::Range(range, filter));
    Some(TargetSpec::Artifact {
        repository: registry::normalize(&spec.url)?,
        follows: digest.or(range).unwrap_or(ArtifactReference::Tag(tag)),
    })
}

fn read_image(spec: ImageRepository) -> Option<TargetSpec> {
    Some(TargetSpec::Artifact {
        repository: registry::normalize(&spec.image)?,
        follows: ArtifactReference::AllTags,
    })
}

/// The scheme decides: Flux refuses `type: oci` with another scheme, and the scheme `oci` with
/// another type.
fn read_helm_repository(spec: HelmRepository) -> Option<TargetSpec> {
    if !spec.url.starts_with("oci://") {
        let location = chart_index::normalize(&spec.url)?;
        return Some(TargetSpec::Index { location });
    }
    let registry = registry::normalize_base(&spec.url)?;
    Some(TargetSpec::Charts { registry })
}

fn read_bucket(spec: Bucket) -> Option<TargetSpec> {
    let location = bucket::of_object(&spec.endpoint, &spec.bucket_name)?;
    Some(TargetSpec::Bucket { location })
}

/// Providers with static inputs, or with inputs from other services or from objects in the cluster,
/// follow no repository.
fn read_input_provider(spec: InputProvider) -> Option<TargetSpec> {
    let Some(follows) = ListedInputs::of(&spec.kind) else {
        return Some(TargetSpec::Unknown(Doubt::Kind));
    };
    let repository = match follows {
        ListedInputs::Artifacts => registry::normalize(&spec.url)?,
        _ => git_url::normalize(&spec.url)?,
    };
    Some(TargetSpec::Inputs {
        repository,
        follows,
    })
}

/// Without a version, the chart follows any.
fn read_chart(spec: HelmChart) -> TargetSpec {
    let version = match spec.version.is_empty() {
        true => "*".to_owned(),
        false => spec.version,
    };
    TargetSpec::Chart {
        source: spec.source_ref,
        chart: spec.chart,
        version,
    }
}

fn serialize_doubt<S: serde::Serializer>(doubt: &Doubt, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&super::Match::Unknown(*doubt))
}

impl fmt::Display for TargetSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Git {
                repository,
                follows,
            } => write!(f, "{repository} {follows}"),
            Self::Artifact {
                repository,
                follows,
            } => write!(f, "{repository} {follows}"),
            Self::Charts { registry } => write!(f, "{registry} and all charts below"),
            Self::Index { location } => write!(f, "the index at {location}"),
            Self::Bucket { location } => write!(f, "the bucket at {location}"),
            Self::Inputs {
                repository,
                follows,
            } => write!(f, "{repository} {follows}"),
            Self::Chart {
                source,
                chart,
                version,
            } => write!(
                f,
                "chart {chart} within {version:?} of {}/{}",
                source.kind, source.name
            ),
            Self::Unknown(_) => f.write_str("something unknown"),
        }
    }
}
