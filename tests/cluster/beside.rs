//! Bellpull and Flux's own controller with the same Receivers: at once, and one after the other.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use bellpull_tests::cluster::crds::{self, Crds};
use bellpull_tests::cluster::flux::{self, NotificationController};
use bellpull_tests::cluster::{ControlPlane, Identity, install_role};
use bellpull_tests::manifests::TOKEN;
use bellpull_tests::push::push;
use bellpull_tests::serve::request;
use serde_json::{Value, json};

use super::serving::metric;
use super::world::{World, condition, until};

const GITHUB: &str = "{type: github, secretRef: {name: token}, resources: \
    [{kind: GitRepository, name: app}]}";

/// How long nobody may write, seconds: that nothing happens can only be seen by looking for a while.
const WHILE: u32 = 15;

/// A control plane for one test at a time: Flux's controller acts on everything that it finds.
fn alone() -> (&'static ControlPlane, MutexGuard<'static, ()>) {
    static ALONE: Mutex<()> = Mutex::new(());
    static PLANE: OnceLock<ControlPlane> = OnceLock::new();
    let guard = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let plane = PLANE.get_or_init(|| {
        let plane = ControlPlane::start().expect("a control plane");
        flux::install_flux_crds(&plane).expect("Flux's kinds");
        install_role(&plane);
        plane
    });
    (plane, guard)
}

fn start_flux(plane: &ControlPlane) -> NotificationController {
    NotificationController::start(plane, Identity::Admin).expect("notification-controller")
}

impl World<'_> {
    /// The Secret `token`, followed by Flux too.
    fn watched_secret(&self, token: &str) {
        self.apply(&format!(
            "apiVersion: v1\nkind: Secret\n\
             metadata: {{name: token, labels: {{reconcile.fluxcd.io/watch: Enabled}}}}\n\
             stringData: {{token: {token}}}\n"
        ));
    }

    fn get(&self, receiver: &str) -> Value {
        let arguments = ["receivers.notification", receiver, "-n", &self.namespace];
        self.kubectl.get(&arguments)
    }

    fn raw(&self, query: &str) -> String {
        let namespace = &self.namespace;
        let receivers = "apis/notification.toolkit.fluxcd.io/v1/namespaces";
        let path = format!("/{receivers}/{namespace}/receivers{query}");
        self.kubectl.ok(&["get", "--raw", &path])
    }

    /// The newest version of the Receivers.
    fn version(&self) -> String {
        let list: Value = serde_json::from_str(&self.raw("")).expect("JSON");
        let version = list["metadata"]["resourceVersion"].as_str();
        version.expect("a version").to_owned()
    }

    /// How often each Receiver is written from this version until some time from now.
    fn writes_since(&self, version: &str) -> BTreeMap<String, usize> {
        let query = format!("?watch=true&resourceVersion={version}&timeoutSeconds={WHILE}");
        let mut writes = BTreeMap::new();
        for line in self.raw(&query).lines() {
            let event: Value = serde_json::from_str(line).expect("JSON");
            let name = event["object"]["metadata"]["name"].as_str();
            *writes.entry(name.expect("a name").to_owned()).or_default() += 1;
        }
        writes
    }

    /// Applies a Receiver until the API server knows its new field.
    fn until_taken(&self, name: &str, spec: &str) {
        let named = format!("name: {name}, namespace: {}", self.namespace);
        let receiver = bellpull_tests::manifests::receiver(name, spec);
        let receiver = receiver.replacen(&format!("name: {name}"), &named, 1);
        let apply = ["apply", "--server-side", "-f", "-"];
        let last = RefCell::new(None);
        until(
            || format!("taken: {:?}", last.borrow()),
            || {
                let output = self.kubectl.feed(&apply, &receiver);
                let taken = output.status.success();
                last.replace(Some(output));
                taken
            },
        );
    }

    /// Changes the token and asks for a reconciliation of these Receivers, until Flux or Bellpull has
    /// followed.
    fn rotate(&self, receivers: &[&str], round: usize) {
        let token = token_of_round(round);
        self.watched_secret(&token);
        let asked = format!("reconcile.fluxcd.io/requestedAt={round}");
        let all = ["receivers.notification", "--all", "-n", &self.namespace];
        let annotate = [&["annotate", "--overwrite"], &all[..], &[asked.as_str()]].concat();
        self.kubectl.ok(&annotate);
        for name in receivers {
            let (path, asked) = (json!(self.path(name, &token)), round.to_string());
            self.until(name, "of the new token", |receiver| {
                let status = &receiver["status"];
                status["webhookPath"] == path && status["lastHandledReconcileAt"] == asked
            });
        }
    }

    /// Sends a push as GitHub signs it: its status.
    fn push_to(&self, address: SocketAddr, receiver: &str, token: &str) -> u16 {
        let (headers, body) = push(token);
        let path = self.path(receiver, token);
        request(address, "POST", &path, &headers, &body).0
    }
}

fn token_of_round(round: usize) -> String {
    format!("token-of-round-{round}")
}

#[test]
fn nobody_fights_over_a_status() {
    let (plane, _alone) = alone();
    let flux = start_flux(plane);
    let world = World::of(plane, "beside");
    world.watched_secret(TOKEN);
    world.repository("app", "{}");
    let ready = ["github", "generic-hmac", "gitlab", "generic"];
    for provider in ready {
        world.receiver(provider, &GITHUB.replace("github", provider));
        world.until_ready(provider);
    }
    world.receiver("missing", &GITHUB.replace("token", "missing"));
    world.until("missing", "told of", |receiver| {
        condition(receiver, "Ready").is_some_and(|ready| ready.1 == "TokenNotFound")
    });

    let before = world.version();
    let served = world.bellpull(&[]);
    for _ in 0..10 {
        for address in [flux.receiver, served.receiver] {
            assert_eq!(world.push_to(address, "github", TOKEN), 200);
            assert_eq!(world.push_to(address, "generic", TOKEN), 200);
        }
    }
    // Bellpull says of `generic` what Flux does not, and of the others just what Flux says.
    let expected = BTreeMap::from([("generic".to_owned(), 1)]);
    assert_eq!(world.writes_since(&before), expected);

    let before = world.version();
    for round in 1..=3 {
        world.rotate(&ready, round);
        world.until_answered(&served, "github", &token_of_round(round), 200);
    }
    // In a round the annotation is written. Flux looks at the Receiver after the Secret has changed
    // and after the annotation has, and writes its status and its conditions one after the other.
    // Bellpull may write after both changes and after each of those four.
    let at_most = 3 * (1 + 4 + 6);
    for (name, writes) in world.writes_since(&before) {
        assert!(writes <= at_most, "{name} was written {writes} times");
    }
    // The last word is Bellpull's, within a minute.
    world.until("generic", "as Bellpull has it", |receiver| {
        condition(receiver, "Ready").is_some_and(|ready| ready.2.contains("; whoever knows"))
    });
    let written = r#"bellpull_status_writes_total{result="written"}"#;
    let written_before = metric(&served.metrics, written);
    let before = world.version();
    for _ in 0..10 {
        for address in [flux.receiver, served.receiver] {
            assert_eq!(world.push_to(address, "github", &token_of_round(3)), 200);
        }
    }
    assert_eq!(world.writes_since(&before), BTreeMap::new());
    assert_eq!(metric(&served.metrics, written), written_before);
}

#[test]
fn a_type_that_flux_does_not_know_is_refused_by_it() {
    let (plane, _alone) = alone();
    let flux = start_flux(plane);
    let world = World::of(plane, "carrier");
    world.repository("app", "{}");
    let annotated = |name: &str, carrier: &str| {
        let receiver =
            bellpull_tests::manifests::receiver(name, &GITHUB.replace("github", carrier));
        let annotation = format!("name: {name}, annotations: {{bellpull.dev/type: github}}");
        world.apply(&receiver.replace(&format!("name: {name}"), &annotation));
    };
    annotated("strong", "generic-hmac");
    annotated("weak", "generic");
    world.until_ready("strong");
    world.until_ready("weak");
    let served = world.bellpull(&["--flux-status-codes"]);
    assert_eq!(world.push_to(flux.receiver, "strong", TOKEN), 400);
    assert_eq!(world.requested_at("app"), None);
    assert_eq!(world.push_to(served.receiver, "strong", TOKEN), 200);
    assert!(world.requested_at("app").is_some());

    // Flux believes whoever knows the path, and so Bellpull does not serve it.
    assert_eq!(world.push_to(served.receiver, "weak", TOKEN), 503);
    let weak = world.until("weak", "refused", |receiver| {
        condition(receiver, "Stalled").is_some()
    });
    let (status, reason, message) = condition(&weak, "Ready").expect("a condition");
    assert_eq!((status, reason), ("False", "WeakCarrier"), "{message}");
}

#[test]
fn flux_is_not_needed_any_more() {
    let (plane, _alone) = alone();
    let world = World::of(plane, "after");
    world.repository("app", "{}");
    let flux = start_flux(plane);
    for name in ["kept", "unwanted"] {
        world.receiver(name, GITHUB);
        world.until_ready(name);
    }
    let of_flux = world.get("kept")["status"].clone();
    drop(flux);

    let served = world.bellpull(&[]);
    assert_eq!(world.push_to(served.receiver, "kept", TOKEN), 200);
    let none = r#"{"status":{"conditions":null,"webhookPath":null,"observedGeneration":-1}}"#;
    let kept = ["receivers.notification", "kept", "-n", &world.namespace];
    let patch = [
        &[
            "patch",
            "--subresource",
            "status",
            "--type",
            "merge",
            "-p",
            none,
        ],
        &kept[..],
    ];
    world.kubectl.ok(&patch.concat());
    assert_eq!(world.push_to(served.receiver, "kept", TOKEN), 200);
    let again = world.until_ready("kept");
    assert_eq!(without_times(&again["status"]), without_times(&of_flux));

    let unwanted = ["receivers.notification", "unwanted", "-n", &world.namespace];
    let finalizers = world.get("unwanted")["metadata"]["finalizers"].clone();
    assert_eq!(finalizers, json!(["finalizers.fluxcd.io"]));
    let delete = [&["delete", "--timeout=60s"], &unwanted[..]].concat();
    world.kubectl.ok(&delete);
    world.until_answered(&served, "unwanted", TOKEN, 404);

    world.receiver("late", GITHUB);
    let late = world.until_ready("late");
    assert!(late["metadata"]["finalizers"].is_null(), "{late}");
    assert_eq!(world.push_to(served.receiver, "late", TOKEN), 200);
}

fn without_times(status: &Value) -> Value {
    let mut status = status.clone();
    for condition in status["conditions"].as_array_mut().into_iter().flatten() {
        let condition = condition.as_object_mut().expect("an object");
        assert!(condition.remove("lastTransitionTime").is_some());
    }
    status
}

/// The definition of Receivers with a field of Bellpull's.
fn widen_definition(world: &World<'_>) {
    let definition = ["crd", "receivers.notification.toolkit.fluxcd.io"];
    let found = world.kubectl.get(&definition);
    let versions = found["spec"]["versions"].as_array().expect("versions");
    let at = versions.iter().position(|version| version["name"] == "v1");
    let references = "schema/openAPIV3Schema/properties/spec/properties/resources/items/properties";
    let path = format!("/spec/versions/{}/{references}/matchEvent", at.expect("v1"));
    let patch = json!([{"op": "add", "path": path, "value": {"type": "boolean"}}]).to_string();
    let patch = [
        &["patch"],
        &definition[..],
        &["--type", "json", "-p", &patch],
    ]
    .concat();
    world.kubectl.ok(&patch);
}

#[test]
fn nothing_opens_when_flux_puts_its_definition_back() {
    let (plane, _alone) = alone();
    let world = World::of(plane, "definition");
    widen_definition(&world);
    world.repository("app", "{}");
    world.repository("other", "{}");
    world.receiver("ready", GITHUB);
    let narrow = GITHUB.replace("name: app", "name: other, matchEvent: true");
    world.until_taken("narrow", &narrow);
    let served = world.bellpull(&[]);
    world.until_ready("ready");
    world.until_ready("narrow");

    let done = AtomicBool::new(false);
    let answers = || {
        let mut answers = Vec::new();
        while !done.load(Ordering::Relaxed) {
            let of = |receiver: &str| world.push_to(served.receiver, receiver, TOKEN);
            answers.push([of("ready"), of("narrow")]);
        }
        answers
    };
    let answers = std::thread::scope(|threads| {
        let answers = threads.spawn(answers);
        // On a thread too, so that however it ends the deliveries do.
        let put_back = threads.spawn(|| {
            crds::install(plane, &[Crds::FluxNotification]).expect("Flux's definition");
            world.until("narrow", "pruned", |receiver| {
                condition(receiver, "Ready").is_some_and(|ready| ready.1 == "FieldsPruned")
            });
        });
        let put_back = put_back.join();
        done.store(true, Ordering::Relaxed);
        put_back.expect("Flux's definition is back");
        answers.join().expect("answers")
    });
    assert!(answers.len() > 10, "{answers:?}");
    let expected = |[ready, narrow]: &[u16; 2]| *ready == 200 && [200, 503].contains(narrow);
    assert!(answers.iter().all(expected), "{answers:?}");
    assert_eq!(
        world.requested_at("other"),
        None,
        "the event is of another repository"
    );
    let narrow = world.get("narrow");
    assert!(
        narrow["spec"]["resources"][0]["matchEvent"].is_null(),
        "{narrow}"
    );
}
