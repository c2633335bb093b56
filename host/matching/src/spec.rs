use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Doubt;
use super::follows::{ArtifactFollows, GitFollows};
use super::inputs::InputsFollow;
use super::repository::Repository;
use super::{git_url, place, registry};

/// What is kept of an object's spec: as much as tells whether an event is of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TargetSpec {
    /// A GitRepository.
    Git {
        /// Where it reads from.
        repository: Repository,
        follows: GitFollows,
    },
    /// An OCIRepository or an ImageRepository.
    Artifact {
        /// Where it reads from.
        repository: Repository,
        follows: ArtifactFollows,
    },
    /// A HelmRepository of type `oci`: every chart below it is its own repository.
    Charts {
        /// What they are below.
        registry: Repository,
    },
    /// A HelmRepository over HTTP.
    Index {
        /// Where its index is.
        location: Repository,
    },
    Bucket {
        /// Its endpoint, and its name there.
        location: Repository,
    },
    /// A ResourceSetInputProvider of Flux Operator.
    Inputs {
        /// Where it reads from.
        repository: Repository,
        follows: InputsFollow,
    },
    /// A HelmChart, which is followed through its source.
    Chart {
        /// Where it comes from.
        source: SourceRef,
        /// Its name there.
        chart: String,
        /// A version or a range.
        version: String,
    },
    /// Nothing to compare with; every event may be of it.
    #[serde(serialize_with = "doubt")]
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

/// Fields of Flux's kinds, from source-controller/api v1.9.3 and image-reflector-controller/api
/// v1.2.3.
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

/// Of controlplaneio-fluxcd/flux-operator v0.58.1.
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
    /// Whether anything of the spec of this kind is read, so that its objects are worth more than
    /// their metadata. Of others no event names what they follow: a Kustomization and its like follow
    /// other objects.
    #[must_use]
    pub fn is_read(api_version: &str, kind: &str) -> bool {
        FollowedKind::of(api_version, kind).is_some()
    }

    /// Reads an object as the API server gives it. What cannot be read is [`TargetSpec::Unknown`].
    #[must_use]
    pub fn read(api_version: &str, kind: &str, object: &Value) -> Self {
        let Some(kind) = FollowedKind::of(api_version, kind) else {
            return Self::Unknown(Doubt::Kind);
        };
        let spec = object.get("spec").unwrap_or(&Value::Null);
        let read = match kind {
            FollowedKind::GitRepository => GitRepository::deserialize(spec).ok().and_then(git),
            FollowedKind::OciRepository => OciRepository::deserialize(spec).ok().and_then(oci),
            FollowedKind::ImageRepository => {
                ImageRepository::deserialize(spec).ok().and_then(image)
            }
            FollowedKind::HelmRepository => HelmRepository::deserialize(spec).ok().and_then(helm),
            FollowedKind::HelmChart => HelmChart::deserialize(spec).ok().map(chart),
            FollowedKind::Bucket => Bucket::deserialize(spec).ok().and_then(bucket),
            FollowedKind::InputProvider => InputProvider::deserialize(spec).ok().and_then(inputs),
        };
        read.unwrap_or(Self::Unknown(Doubt::Spec))
    }
}

impl FollowedKind {
    /// Other groups have kinds of these names too: k3s a HelmChart, Crossplane a Bucket.
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

/// A commit wins over a name, both over tag and range, and these over a branch, which is `master`
/// where nothing is given.
fn git(spec: GitRepository) -> Option<TargetSpec> {
    let reference = spec.reference.unwrap_or_default();
    let filled = |text: String| Some(text).filter(|text| !text.is_empty());
    let branch = filled(reference.branch).unwrap_or_else(|| "master".to_owned());
    let commit = filled(reference.commit).map(GitFollows::Commit);
    let follows = match (filled(reference.tag), filled(reference.semver)) {
        _ if commit.is_some() => commit?,
        _ if !reference.name.is_empty() => GitFollows::Name(reference.name),
        (Some(tag), Some(range)) => GitFollows::TagOrRange(tag, range),
        (Some(tag), None) => GitFollows::Tag(tag),
        (None, Some(range)) => GitFollows::Range(range),
        (None, None) => GitFollows::Branch(branch),
    };
    Some(TargetSpec::Git {
        repository: git_url::fold(&spec.url)?,
        follows,
    })
}

/// A digest wins over a range, and that over a tag, which is `latest` where nothing is given.
fn oci(spec: OciRepository) -> Option<TargetSpec> {
    let reference = spec.reference.unwrap_or_default();
    let filled = |text: String| Some(text).filter(|text| !text.is_empty());
    let tag = filled(reference.tag).unwrap_or_else(|| "latest".to_owned());
    let filter = filled(reference.semver_filter);
    let digest = filled(reference.digest).map(ArtifactFollows::Digest);
    let range = filled(reference.semver).map(|range| ArtifactFollows::Range(range, filter));
    Some(TargetSpec::Artifact {
        repository: registry::fold(&spec.url)?,
        follows: digest.or(range).unwrap_or(ArtifactFollows::Tag(tag)),
    })
}

fn image(spec: ImageRepository) -> Option<TargetSpec> {
    Some(TargetSpec::Artifact {
        repository: registry::fold(&spec.image)?,
        follows: ArtifactFollows::AllTags,
    })
}

/// Where `type` is `oci`, so is the scheme: Flux refuses the one without the other.
fn helm(spec: HelmRepository) -> Option<TargetSpec> {
    if !spec.url.starts_with("oci://") {
        let location = place::index(&spec.url)?;
        return Some(TargetSpec::Index { location });
    }
    let registry = registry::fold_base(&spec.url)?;
    Some(TargetSpec::Charts { registry })
}

fn bucket(spec: Bucket) -> Option<TargetSpec> {
    let location = place::bucket(&spec.endpoint, &spec.bucket_name)?;
    Some(TargetSpec::Bucket { location })
}

/// What is static, or comes of another service or of objects in the cluster, is of no repository.
fn inputs(spec: InputProvider) -> Option<TargetSpec> {
    let Some(follows) = InputsFollow::of(&spec.kind) else {
        return Some(TargetSpec::Unknown(Doubt::Kind));
    };
    let repository = match follows {
        InputsFollow::Artifacts => registry::fold(&spec.url)?,
        _ => git_url::fold(&spec.url)?,
    };
    Some(TargetSpec::Inputs {
        repository,
        follows,
    })
}

/// Any version is wanted where none is given.
fn chart(spec: HelmChart) -> TargetSpec {
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

fn doubt<S: serde::Serializer>(doubt: &Doubt, serializer: S) -> Result<S::Ok, S::Error> {
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
            Self::Unknown(_) => f.write_str("what is not known"),
        }
    }
}
