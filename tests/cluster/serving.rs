//! The life of Receivers in a cluster.

use bellpull_tests::manifests::TOKEN;
use bellpull_tests::serve::{request, run, said};
use serde_json::json;

use super::world::{World, condition};

const SPEC: &str = "{type: github, secretRef: {name: token}, resources: [\
     {kind: GitRepository, name: named}, \
     {kind: GitRepository, name: '*', matchLabels: {team: a}}]}";

#[test]
fn a_new_receiver_answers_and_says_so_once() {
    let world = World::new("new");
    let served = world.bellpull(&[]);
    for (name, labels) in [("named", "{}"), ("labelled", "{team: a}"), ("other", "{}")] {
        world.repository(name, labels);
    }
    world.receiver("app", SPEC);
    let receiver = world.until_ready("app");
    let path = world.path("app", TOKEN);
    assert_eq!(receiver["status"]["webhookPath"], json!(path));
    assert_eq!(
        receiver["status"]["observedGeneration"],
        receiver["metadata"]["generation"]
    );
    let message = format!("Receiver initialized for path: {path}");
    assert_eq!(
        condition(&receiver, "Ready"),
        Some(("True", "Succeeded", message.as_str()))
    );

    let (status, answer) = world.push(&served, "app", TOKEN);
    assert_eq!((status, &answer["outcome"]), (200, &json!("notified")));
    assert!(world.requested_at("named").is_some(), "by its name");
    assert!(world.requested_at("labelled").is_some(), "by its label");
    assert_eq!(world.requested_at("other"), None);

    let writes = metric(
        &served.metrics,
        "bellpull_status_writes_total{result=\"written\"}",
    );
    assert_eq!(writes, "1");
    let events = world
        .kubectl
        .until("told", &["events", "-n", &world.namespace], |events| {
            !events["items"].as_array().is_none_or(Vec::is_empty)
        });
    let event = &events["items"][0];
    assert_eq!(
        (&event["type"], &event["reason"], &event["message"]),
        (
            &json!("Normal"),
            &json!("Succeeded"),
            &json!("Reconciliation finished, next run in 10m0s")
        )
    );
    let log = served.stderr();
    assert!(!log.contains(TOKEN) && !log.contains(&path), "{log}");
}

/// The value of a series, as text.
pub(super) fn metric(metrics: &std::net::SocketAddr, series: &str) -> String {
    let (_, text) = request(*metrics, "GET", "/metrics", &[], b"");
    let line = text.lines().find_map(|line| line.strip_prefix(series));
    line.unwrap_or_else(|| panic!("{series} is not in {text}"))
        .trim()
        .to_owned()
}

#[test]
fn a_changed_secret_takes_effect_and_a_rotation_keeps_the_old_path() {
    let world = World::new("rotate");
    let served = world.bellpull(&[]);
    world.repository("named", "{}");
    world.receiver("app", SPEC);
    world.until_ready("app");

    world.secret(
        "token",
        &[("token", "second-token"), ("previousToken", TOKEN)],
    );
    world.until_answered(&served, "app", "second-token", 200);
    world.until_answered(&served, "app", TOKEN, 200);
    let path = json!(world.path("app", "second-token"));
    world.until("app", "of the new path", |receiver| {
        receiver["status"]["webhookPath"] == path
    });

    world
        .kubectl
        .ok(&["delete", "secret", "token", "-n", &world.namespace]);
    world.until_answered(&served, "app", "second-token", 503);
    let receiver = world.until("app", "without a token", |receiver| {
        condition(receiver, "Ready").is_some_and(|ready| ready.1 == "TokenNotFound")
    });
    let message = format!(
        "unable to read token from secret '{}/token' error: secrets \"token\" not found",
        world.namespace
    );
    assert_eq!(
        condition(&receiver, "Ready"),
        Some(("False", "TokenNotFound", message.as_str()))
    );
    assert_eq!(
        condition(&receiver, "Reconciling"),
        Some(("True", "ProgressingWithRetry", "Reconciliation in progress"))
    );
    assert!(receiver["status"]["webhookPath"].is_null(), "{receiver}");

    world.secret("token", &[("token", "third-token")]);
    world.until_answered(&served, "app", "third-token", 200);
    let receiver = world.until_ready("app");
    assert_eq!(condition(&receiver, "Reconciling"), None);
    let (status, _) = world.push(&served, "app", TOKEN);
    assert_eq!(status, 404, "the first path is no Receiver's any more");
}

#[test]
fn what_asks_for_a_reconciliation_is_answered() {
    let world = World::new("requested");
    let _served = world.bellpull(&[]);
    world.receiver("app", SPEC);
    world.until_ready("app");
    let annotation = "reconcile.fluxcd.io/requestedAt=now";
    let namespace = world.namespace.as_str();
    let annotate = [
        "annotate",
        "receivers.notification",
        "app",
        annotation,
        "-n",
        namespace,
    ];
    world.kubectl.ok(&annotate);
    world.until("app", "handled", |receiver| {
        receiver["status"]["lastHandledReconcileAt"] == "now"
    });
}

#[test]
fn a_suspended_receiver_is_closed_and_its_conditions_stay() {
    let world = World::new("suspend");
    let served = world.bellpull(&[]);
    world.repository("named", "{}");
    world.receiver("app", SPEC);
    let ready = world.until_ready("app");
    world.until_answered(&served, "app", TOKEN, 200);
    world.receiver("app", &SPEC.replace("{type", "{suspend: true, type"));
    world.until_answered(&served, "app", TOKEN, 503);
    let suspended = world.until("app", "observed", |receiver| {
        receiver["status"]["observedGeneration"] == 2
    });
    assert_eq!(condition(&suspended, "Ready"), condition(&ready, "Ready"));
    world.receiver("app", SPEC);
    world.until_answered(&served, "app", TOKEN, 200);
}

#[test]
fn foreign_conditions_stay() {
    let world = World::new("foreign");
    world.receiver("app", SPEC);
    let foreign = json!({"status": {"conditions": [{
        "type": "example.org/Seen", "status": "True", "reason": "Seen", "message": "",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }]}});
    let namespace = world.namespace.as_str();
    let foreign = foreign.to_string();
    world.kubectl.ok(&[
        "patch",
        "receivers.notification",
        "app",
        "-n",
        namespace,
        "--subresource",
        "status",
        "--type",
        "merge",
        "-p",
        &foreign,
    ]);
    let _served = world.bellpull(&[]);
    let receiver = world.until_ready("app");
    assert_eq!(
        condition(&receiver, "example.org/Seen"),
        Some(("True", "Seen", ""))
    );
}

#[test]
fn a_finaliser_of_flux_does_not_hold_up_a_deletion() {
    let world = World::new("finaliser");
    world.receiver("app", SPEC);
    let namespace = world.namespace.as_str();
    let finalizers = r#"{"metadata":{"finalizers":["example.org/mine","finalizers.fluxcd.io"]}}"#;
    let receiver = ["receivers.notification", "app", "-n", namespace];
    let patch = [
        &["patch"],
        &receiver[..],
        &["--type", "merge", "-p", finalizers],
    ]
    .concat();
    world.kubectl.ok(&patch);
    let served = world.bellpull(&[]);
    world.until_answered(&served, "app", TOKEN, 200);
    world
        .kubectl
        .ok(&[&["delete", "--wait=false"], &receiver[..]].concat());
    let left = world.until("app", "rid of Flux's finaliser", |receiver| {
        receiver["metadata"]["finalizers"] == json!(["example.org/mine"])
    });
    assert!(left["metadata"]["deletionTimestamp"].is_string());
    world.until_answered(&served, "app", TOKEN, 404);
    let none = r#"[{"op":"remove","path":"/metadata/finalizers"}]"#;
    world
        .kubectl
        .ok(&[&["patch"], &receiver[..], &["--type", "json", "-p", none]].concat());
}

#[test]
fn names_that_are_none_lead_nowhere() {
    let world = World::new("names");
    let victim = world.plane.namespace("victim");
    let served = world.bellpull(&["--no-cross-namespace-refs"]);
    let secret = format!("../../{victim}/secrets/token");
    let spec = SPEC.replace("name: token", &format!("name: '{secret}'"));
    world.receiver("secret", &spec);
    let receiver = world.until("secret", "stalled", |receiver| {
        condition(receiver, "Stalled").is_some()
    });
    let (_, reason, message) = condition(&receiver, "Ready").expect("a condition");
    assert_eq!(reason, "ValidationFailed", "{message}");
    assert!(message.contains("is no name of a Secret"), "{message}");

    world.repository("named", "{}");
    let target = format!("../../{victim}/gitrepositories/named");
    let spec = SPEC.replace("name: named", &format!("name: '{target}'"));
    world.receiver("target", &spec);
    world.until_ready("target");
    let (status, answer) = world.push(&served, "target", TOKEN);
    assert_eq!((status, &answer["outcome"]), (200, &json!("incomplete")));
}

#[test]
fn one_reference_that_leads_nowhere_does_not_stop_the_others() {
    let world = World::new("incomplete");
    let served = world.bellpull(&[]);
    world.repository("named", "{}");
    let spec = "{type: github, secretRef: {name: token}, resources: [\
        {kind: GitRepository, name: missing}, {kind: Kustomization, name: app}, \
        {kind: GitRepository, name: '*'}, {kind: GitRepository, name: named}]}";
    world.receiver("app", spec);
    world.until_ready("app");
    let (status, answer) = world.push(&served, "app", TOKEN);
    assert_eq!((status, &answer["outcome"]), (200, &json!("incomplete")));
    assert!(world.requested_at("named").is_some());
    world
        .kubectl
        .until("told", &["events", "-n", &world.namespace], |events| {
            events["items"].as_array().is_some_and(|events| {
                events
                    .iter()
                    .any(|event| event["reason"] == "TargetUnreachable")
            })
        });
    let (_, metrics) = request(served.metrics, "GET", "/metrics", &[], b"");
    for target in ["GitRepository/{}/missing", "Kustomization/{}/app"] {
        let target = target.replace("{}", &world.namespace);
        assert!(metrics.contains(&target), "{target} is not in {metrics}");
    }
}

#[test]
fn a_kind_that_is_not_flux_s_is_refused_in_the_condition() {
    let world = World::new("kinds");
    let served = world.bellpull(&[]);
    let spec = "{type: github, secretRef: {name: token}, resources: [        {apiVersion: example.org/v1, kind: GitRepository, name: a}]}";
    world.receiver("app", spec);
    let receiver = world.until_ready("app");
    let (_, _, message) = condition(&receiver, "Ready").expect("a condition");
    assert!(
        message.contains("example.org/GitRepository is not a kind of Flux"),
        "{message}"
    );
    let (status, answer) = world.push(&served, "app", TOKEN);
    assert_eq!((status, &answer["outcome"]), (200, &json!("incomplete")));
}

#[test]
fn nobody_is_ready_without_a_cluster() {
    let output = run(&["serve", "--kubeconfig", "/nonexistent"]);
    let (code, _, stderr) = said(&output);
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("kubeconfig"), "{stderr}");
}
