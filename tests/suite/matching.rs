//! What providers say of genuine deliveries is what objects of Flux are found by.

use bellpull::cases;
use bellpull_core::{ArtifactChange, Change, Event, GitChange, RequestChange, limits};
use bellpull_matching::{Match, Matcher, TargetSpec};
use serde_json::{Value, json};

use crate::cases::{Replays, genuine};

const SOURCE: &str = "source.toolkit.fluxcd.io/v1";
const IMAGE: &str = "image.toolkit.fluxcd.io/v1";
const OPERATOR: &str = "fluxcd.controlplane.io/v1";

/// An object that follows what changed, under one of its names.
pub(super) struct Follower {
    pub(super) version: &'static str,
    pub(super) kind: &'static str,
    pub(super) spec: Value,
}

impl Follower {
    fn new(version: &'static str, kind: &'static str, spec: Value) -> Self {
        Self {
            version,
            kind,
            spec,
        }
    }

    fn compare(&self, event: &Event) -> Match {
        let spec = TargetSpec::read(self.version, self.kind, &json!({"spec": self.spec}));
        Matcher::new(&event.clone().into()).compare(&spec, |_| None::<TargetSpec>)
    }
}

/// Objects that follow a change of a Git repository, one for each of its names.
pub(super) fn of_git(change: &GitChange) -> Vec<Follower> {
    let reference = change.reference.as_ref().map(|name| json!({"name": name}));
    let repositories = change.repositories.iter();
    let follower = |url: &String| {
        let spec = json!({"url": url, "ref": reference});
        Follower::new(SOURCE, "GitRepository", spec)
    };
    repositories.map(follower).collect()
}

/// Objects that follow a request, by each name of its repository.
pub(super) fn of_request(change: &RequestChange) -> Vec<Follower> {
    let follower = |url: &String| {
        let spec = json!({"type": "GitHubPullRequest", "url": url});
        Follower::new(OPERATOR, "ResourceSetInputProvider", spec)
    };
    change.repositories.iter().map(follower).collect()
}

/// Objects that follow a change in a registry, of each kind and for each name.
pub(super) fn of_artifact(change: &ArtifactChange) -> Vec<Follower> {
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
pub(super) fn strangers() -> [Follower; 4] {
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

/// What is wrong with how an event finds objects.
fn wrong(event: &Event) -> Vec<String> {
    let mut wrong = Vec::new();
    for change in &event.changes {
        let (followers, deleted, named) = match change {
            Change::Git(git) => (of_git(git), git.deleted, !git.repositories.is_empty()),
            Change::Artifact(artifact) => {
                let named = !artifact.repositories.is_empty();
                (of_artifact(artifact), artifact.deleted, named)
            }
            Change::Request(request) => {
                let named = !request.repositories.is_empty();
                (of_request(request), false, named)
            }
            // Matching knows few words for what else changes.
            Change::Other(_) => continue,
        };
        let alone = Event {
            changes: vec![change.clone()],
            ..Event::default()
        };
        for follower in followers {
            let found = follower.compare(&alone);
            if found.selects() == deleted {
                let Follower { kind, spec, .. } = follower;
                wrong.push(format!("{kind} {spec}: {found}"));
            }
        }
        if named {
            for stranger in strangers() {
                if let found @ Match::Matched(_) = stranger.compare(&alone) {
                    wrong.push(format!("a stranger, {}: {found}", stranger.kind));
                }
            }
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_found_by_every_name_that_its_sender_gives() {
    let Replays { catalog, network } = Replays::new().await;
    let (mut found, mut changes) = (Vec::new(), 0);
    for case in genuine() {
        let run = cases::run(&case, &catalog, &network, limits::MAX_BODY);
        let (replayed, _) = run.await.unwrap();
        let events = replayed.acceptance.iter().flat_map(|told| &told.events);
        for event in events {
            changes += event.changes.len();
            let wrong = wrong(event);
            found.extend(wrong.iter().map(|wrong| format!("{}: {wrong}", case.name)));
        }
    }
    assert!(changes > 300, "{changes}");
    assert!(
        found.is_empty(),
        "of {changes} changes:\n{}",
        found.join("\n")
    );
}
