//! Objects of a real API server that match the events of each provider's samples.

use std::collections::BTreeSet;
use std::fs;

use bellpull::cases::{self, Case};
use bellpull_core::{Change, limits};
use bellpull_tests::cases::{Replays, objects, samples};
use bellpull_tests::cluster::api::{Api, Call};
use bellpull_tests::cluster::crds::{self, Crds};
use bellpull_tests::cluster::{ControlPlane, install_role};
use bellpull_tests::followers::{Follower, of_artifact, of_git, strangers};
use bellpull_tests::serve::{Served, run, said};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::world::{REQUESTED_AT, World};

/// The collections of the kinds that follow changes.
const KINDS: &[(&str, &str, &str)] = &[
    (
        "source.toolkit.fluxcd.io",
        "GitRepository",
        "gitrepositories",
    ),
    (
        "source.toolkit.fluxcd.io",
        "OCIRepository",
        "ocirepositories",
    ),
    (
        "source.toolkit.fluxcd.io",
        "HelmRepository",
        "helmrepositories",
    ),
    (
        "image.toolkit.fluxcd.io",
        "ImageRepository",
        "imagerepositories",
    ),
];

/// A sample, the objects that follow its changes, and others.
struct Told {
    name: String,
    case: Case,
    followers: Vec<Follower>,
    strangers: Vec<Follower>,
}

impl Told {
    /// None where it does not say of what it is: then everything may be meant.
    fn of(case: Case, changes: &[Change]) -> Option<Self> {
        let is_named = |change: &Change| match change {
            Change::Git(git) => !git.repositories.is_empty() && !git.deleted,
            Change::Artifact(artifact) => !artifact.repositories.is_empty() && !artifact.deleted,
            // No object of Flux's own kinds follows them by all of their names.
            Change::Request(_) | Change::Other(_) => false,
        };
        if changes.is_empty() || !changes.iter().all(is_named) {
            return None;
        }
        let followers = changes.iter().flat_map(|change| match change {
            Change::Git(git) => of_git(git),
            Change::Artifact(artifact) => of_artifact(artifact),
            Change::Request(_) | Change::Other(_) => Vec::new(),
        });
        Some(Self {
            name: case.name.replace('/', "-"),
            case,
            followers: followers.filter(is_taken).collect(),
            strangers: strangers().into_iter().collect(),
        })
    }

    /// References to all objects of this sample. Those that follow it are notified.
    fn resources(&self) -> Value {
        let resource = |(group, kind, _): &(&str, &str, &str)| {
            json!({
                "apiVersion": format!("{group}/v1"), "kind": kind, "name": "*",
                "matchLabels": {"sample": self.name}, "matchEvent": true,
            })
        };
        KINDS.iter().map(resource).collect()
    }

    fn objects(&self) -> Vec<(String, Value)> {
        let named = |role: &'static str, objects: &[Follower]| -> Vec<(String, Value)> {
            let numbered = objects.iter().enumerate();
            let named = numbered.map(|(number, object)| {
                let mut spec = object.spec.clone();
                spec["interval"] = json!("1h");
                let name = format!("{}-{role}-{number}", self.name);
                let metadata = json!({"name": name, "labels": {"sample": self.name}});
                let object = json!({
                    "apiVersion": object.version, "kind": object.kind,
                    "metadata": metadata, "spec": spec,
                });
                (name, object)
            });
            named.collect()
        };
        let mut all = named("follower", &self.followers);
        all.extend(named("stranger", &self.strangers));
        all
    }
}

/// Whether the definition of the kind takes it. A sender's other names for a repository are not all
/// ones that Flux clones by.
fn is_taken(follower: &Follower) -> bool {
    let url = follower.spec["url"].as_str().unwrap_or_default();
    follower.kind != "GitRepository"
        || ["http://", "https://", "ssh://"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
}

async fn told() -> Vec<Told> {
    let Replays { catalog, network } = Replays::new().await;
    let mut told = Vec::new();
    for case in samples() {
        let run = cases::run(&case, &catalog, &network, limits::MAX_BODY);
        let (replayed, _) = run.await.expect("a replay");
        // Handshakes are samples too.
        let events = replayed.acceptance.iter().flat_map(|told| &told.events);
        let changes = events.flat_map(|event| &event.changes);
        told.extend(Told::of(case, &changes.cloned().collect::<Vec<_>>()));
    }
    told
}

fn plane() -> ControlPlane {
    let plane = ControlPlane::start().expect("a control plane");
    crds::install(&plane, Crds::FLUX).expect("Flux's kinds");
    install_role(&plane);
    let (_, ours, _) = said(&run(&["crds", "receivers"]));
    plane.kubectl().apply(&ours);
    plane
}

fn send(served: &Served, world: &World<'_>, folder: &str, told: &Told) -> (Option<i32>, String) {
    let to = format!("http://{}", served.receiver);
    let event = told.case.sample.as_deref().expect("a sample");
    let (code, stdout, stderr) = said(&run(&[
        "send",
        &told.name,
        "--namespace",
        &world.namespace,
        "--manifests",
        folder,
        "--event",
        event,
        "--to",
        &to,
    ]));
    (code, stdout + &stderr)
}

/// The names of those that were asked to reconcile.
fn notified(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().expect("items").iter();
    items
        .filter(|object| object["metadata"]["annotations"][REQUESTED_AT].is_string())
        .filter_map(|object| object["metadata"]["name"].as_str().map(ToOwned::to_owned))
        .collect()
}

#[test]
fn every_sample_finds_the_objects_that_follow_it() {
    let runtime = Runtime::new().expect("a runtime");
    let told = runtime.block_on(told());
    let mut providers: Vec<&str> = told.iter().map(|told| &*told.case.provider).collect();
    providers.dedup();
    assert!(providers.len() >= 15, "{providers:?}");

    let plane = plane();
    let world = World::of(&plane, "matching");
    let api = runtime.block_on(async { Api::new(&plane) });
    let collection = |group: &str, plural: &str| {
        let namespace = &world.namespace;
        format!("/apis/{group}/v1/namespaces/{namespace}/{plural}")
    };
    let create = |(_, object): (String, Value)| {
        let kind = KINDS.iter().find(|(_, kind, _)| object["kind"] == *kind);
        let (group, _, plural) = kind.expect("its collection");
        vec![Call::create(&collection(group, plural), object)]
    };
    let all = told.iter().flat_map(Told::objects).map(create).collect();
    runtime.block_on(api.all(all));
    let folder = tempfile::tempdir().expect("a folder");
    let manifests: Vec<String> = told
        .iter()
        .flat_map(|told| objects(&told.case, &world.namespace, &told.name, &told.resources()))
        .collect();
    let manifests = manifests.join("\n---\n");
    fs::write(folder.path().join("all.yaml"), &manifests).expect("written");
    world.kubectl.apply(&manifests);

    let served = world.bellpull(&[]);
    let folder = folder.path().to_str().expect("a path in UTF-8");
    for told in &told {
        world.until_ready(&told.name);
        let (code, output) = send(&served, &world, folder, told);
        assert_eq!(code, Some(0), "{}: {output}{}", told.name, served.stderr());
    }
    let mut found = BTreeSet::new();
    for (group, _, plural) in KINDS {
        let list = runtime.block_on(api.get(&collection(group, plural)));
        found.extend(notified(&list));
    }
    let expected: BTreeSet<String> = told
        .iter()
        .flat_map(Told::objects)
        .map(|(name, _)| name)
        .filter(|name| name.contains("-follower-"))
        .collect();
    assert!(expected.len() > 150, "{}", expected.len());
    let missed: Vec<_> = expected.difference(&found).collect();
    let beyond: Vec<_> = found.difference(&expected).collect();
    assert!(
        missed.is_empty() && beyond.is_empty(),
        "of {} objects missed {missed:?}, told besides {beyond:?}",
        expected.len()
    );
}
