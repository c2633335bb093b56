//! Objects of Flux that follow what an event changed.

use bellpull_core::{ArtifactChange, Event, GitChange, RequestChange};
use bellpull_matching::{Match, Matcher, TargetSpec};
use serde_json::{Value, json};

const SOURCE: &str = "source.toolkit.fluxcd.io/v1";
const IMAGE: &str = "image.toolkit.fluxcd.io/v1";
const OPERATOR: &str = "fluxcd.controlplane.io/v1";

/// An object that follows what changed, under one of its names.
pub struct Follower {
    pub version: &'static str,
    pub kind: &'static str,
    pub spec: Value,
}

impl Follower {
    fn new(version: &'static str, kind: &'static str, spec: Value) -> Self {
        Self {
            version,
            kind,
            spec,
        }
    }

    /// Whether an event finds it.
    #[must_use]
    pub fn compare(&self, event: &Event) -> Match {
        let spec = TargetSpec::read(self.version, self.kind, &json!({"spec": self.spec}));
        Matcher::new(&event.clone().into()).compare(&spec, |_| None::<TargetSpec>)
    }
}

/// Objects that follow a change of a Git repository, one for each of its names.
#[must_use]
pub fn of_git(change: &GitChange) -> Vec<Follower> {
    let reference = change.reference.as_ref().map(|name| json!({"name": name}));
    let repositories = change.repositories.iter();
    let follower = |url: &String| {
        let spec = json!({"url": url, "ref": reference});
        Follower::new(SOURCE, "GitRepository", spec)
    };
    repositories.map(follower).collect()
}

/// Objects that follow a request, by each name of its repository.
#[must_use]
pub fn of_request(change: &RequestChange) -> Vec<Follower> {
    let follower = |url: &String| {
        let spec = json!({"type": "GitHubPullRequest", "url": url});
        Follower::new(OPERATOR, "ResourceSetInputProvider", spec)
    };
    change.repositories.iter().map(follower).collect()
}

/// Objects that follow a change in a registry, of each kind and for each name.
#[must_use]
pub fn of_artifact(change: &ArtifactChange) -> Vec<Follower> {
    let reference = match (&change.tag, &change.digest) {
        (Some(tag), _) => json!({"tag": tag}),
        (None, Some(digest)) => json!({"digest": digest}),
        (None, None) => json!({"tag": "latest"}),
    };
    let repositories = change.repositories.iter();
    let followers = repositories.flat_map(|repository| {
        let url = format!("oci://{repository}");
        [
            Follower::new(
                SOURCE,
                "OCIRepository",
                json!({"url": url, "ref": reference}),
            ),
            Follower::new(IMAGE, "ImageRepository", json!({"image": repository})),
            Follower::new(
                SOURCE,
                "HelmRepository",
                json!({"type": "oci", "url": url.rsplit_once('/').map(|(above, _)| above)}),
            ),
        ]
    });
    followers.collect()
}

/// Something else of the same kinds.
#[must_use]
pub fn strangers() -> [Follower; 4] {
    [
        Follower::new(
            SOURCE,
            "GitRepository",
            json!({"url": "https://elsewhere.example.net/nobody/nothing", "ref": {"branch": "main"}}),
        ),
        Follower::new(
            SOURCE,
            "OCIRepository",
            json!({"url": "oci://elsewhere.example.net/nobody/nothing"}),
        ),
        Follower::new(
            IMAGE,
            "ImageRepository",
            json!({"image": "elsewhere.example.net/nobody/nothing"}),
        ),
        Follower::new(
            SOURCE,
            "HelmRepository",
            json!({"type": "oci", "url": "oci://elsewhere.example.net/nobody"}),
        ),
    ]
}
