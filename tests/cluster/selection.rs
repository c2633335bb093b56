//! Which objects a delivery reaches: by filters, and by what the event is of.

use bellpull_tests::manifests::TOKEN;
use bellpull_tests::serve::Served;
use serde_json::Value;

use super::world::{REQUESTED_AT, World, condition, until};

/// The body of [`World::push`] is of `https://github.com/o/r.git` and `refs/heads/main`.
const GITHUB: &str = "{type: github, secretRef: {name: token}";

fn message(answer: &Value) -> &str {
    answer["message"].as_str().unwrap_or_default()
}

/// Sends pushes until one notifies this many targets.
#[track_caller]
fn until_notified(world: &World<'_>, served: &Served, receiver: &str, count: usize) {
    let wanted = format!("{count} notified");
    until(
        || format!("{wanted}: {}", served.stderr()),
        || message(&world.push(served, receiver, TOKEN).1) == wanted,
    );
}

#[test]
fn a_filter_sees_an_object_as_it_is_now() {
    let world = World::new("filter-labels");
    for name in ["one", "two"] {
        world.repository(name, "{team: a}");
    }
    world.receiver(
        "app",
        &format!(
            "{GITHUB}, resourceFilter: \"req.ref == 'refs/heads/main' && \
             has(res.metadata.annotations) && res.metadata.annotations['deploy'] == 'yes'\", \
             resources: [{{kind: GitRepository, name: '*', matchLabels: {{team: a}}}}]}}"
        ),
    );
    let served = world.bellpull(&[]);
    world.until_ready("app");
    let (status, answer) = world.push(&served, "app", TOKEN);
    assert_eq!((status, message(&answer)), (200, "0 notified"));
    let annotate = |name: &str, value: &str| {
        let annotation = format!("deploy={value}");
        let annotate = [
            "annotate",
            "--overwrite",
            "gitrepositories.source",
            name,
            &annotation,
        ];
        world
            .kubectl
            .ok(&[&annotate[..], &["-n", &world.namespace]].concat());
    };
    annotate("one", "yes");
    until_notified(&world, &served, "app", 1);
    assert!(world.requested_at("one").is_some());
    assert_eq!(world.requested_at("two"), None);
    annotate("two", "yes");
    until_notified(&world, &served, "app", 2);
}

#[test]
fn an_object_by_name_is_looked_at_before_it_is_notified() {
    let world = World::new("filter-named");
    world.repository("there", "{team: a}");
    world.receiver(
        "app",
        &format!(
            "{GITHUB}, resources: [\
             {{kind: GitRepository, name: there, filter: \"res.metadata.labels.team == 'b'\"}}, \
             {{kind: GitRepository, name: gone, filter: \"res.metadata.labels.team == 'a'\"}}]}}"
        ),
    );
    let served = world.bellpull(&[]);
    world.until_ready("app");
    let (status, answer) = world.push(&served, "app", TOKEN);
    let told = "0 notified, 1 cannot be; see the Receiver";
    assert_eq!((status, message(&answer)), (200, told), "{answer}");
    assert_eq!(world.requested_at("there"), None);
    // What has come in between is asked for, though no watch may have told of it yet.
    world.repository("gone", "{team: a}");
    let (_, answer) = world.push(&served, "app", TOKEN);
    assert_eq!(message(&answer), "1 notified", "{answer}");
}

/// Objects of every kind that an event can select, and whether this event selects them.
const OBJECTS: [(&str, &str, &str, &str, bool); 7] = [
    (
        "GitRepository",
        "source.toolkit.fluxcd.io/v1",
        "by-ssh",
        "url: 'ssh://git@github.com/O/r', interval: 1h, ref: {branch: main}",
        true,
    ),
    (
        "GitRepository",
        "source.toolkit.fluxcd.io/v1",
        "of-another-branch",
        "url: 'https://github.com/o/r', interval: 1h, ref: {branch: dev}",
        false,
    ),
    (
        "GitRepository",
        "source.toolkit.fluxcd.io/v1",
        "of-master",
        "url: 'https://github.com/o/r', interval: 1h",
        false,
    ),
    (
        "GitRepository",
        "source.toolkit.fluxcd.io/v1",
        "of-another",
        "url: 'https://github.com/o/other', interval: 1h, ref: {branch: main}",
        false,
    ),
    (
        "HelmChart",
        "source.toolkit.fluxcd.io/v1",
        "chart",
        "chart: ./charts/app, interval: 1h, sourceRef: {kind: GitRepository, name: by-ssh}",
        true,
    ),
    (
        "HelmChart",
        "source.toolkit.fluxcd.io/v1",
        "another-chart",
        "chart: ./charts/app, interval: 1h, sourceRef: {kind: GitRepository, name: of-another}",
        false,
    ),
    (
        "OCIRepository",
        "source.toolkit.fluxcd.io/v1",
        "image",
        "url: 'oci://ghcr.io/o/r', interval: 1h",
        false,
    ),
];

#[test]
fn an_event_reaches_what_follows_it() {
    let world = World::new("match-event");
    for (kind, version, name, spec, _) in OBJECTS {
        world.apply(&format!(
            "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, labels: {{team: a}}}}\n\
             spec: {{{spec}}}\n"
        ));
    }
    let kinds = ["GitRepository", "HelmChart", "OCIRepository"];
    let all = |more: &str| {
        let references = kinds
            .map(|kind| format!("{{kind: {kind}, name: '*', matchLabels: {{team: a}}{more}}}"));
        format!("{GITHUB}, resources: [{}]}}", references.join(", "))
    };
    // Flux's definition of the Receiver, which is installed here, has no such field.
    world.apply(
        &bellpull_tests::manifests::receiver("organisation", &all("")).replacen(
            "{name: organisation}",
            "{name: organisation, annotations: {bellpull.dev/match-event: 'true'}}",
            1,
        ),
    );
    let served = world.bellpull(&[]);
    world.until_ready("organisation");
    let expected = OBJECTS.iter().filter(|object| object.4).count();
    until_notified(&world, &served, "organisation", expected);
    for (kind, _, name, _, reached) in OBJECTS {
        let object = world
            .kubectl
            .get(&[&kind.to_lowercase(), name, "-n", &world.namespace]);
        let annotation = &object["metadata"]["annotations"][REQUESTED_AT];
        assert_eq!(annotation.is_string(), reached, "{kind} {name}");
    }
}

#[test]
fn a_receiver_that_asks_for_more_is_not_open_meanwhile() {
    let world = World::new("deepen");
    for name in ["one", "two"] {
        world.repository(name, "{team: a}");
    }
    let plain = format!(
        "{GITHUB}, resources: [{{kind: GitRepository, name: '*', matchLabels: {{team: a}}}}]}}"
    );
    world.receiver("app", &plain);
    let served = world.bellpull(&[]);
    until_notified(&world, &served, "app", 2);
    let before = world.requested_at("two");
    let filtered = plain.replacen(
        "resources",
        "resourceFilter: \"res.metadata.name == 'one'\", resources",
        1,
    );
    world.receiver("app", &filtered);
    world.until("app", "filtered", |receiver| {
        receiver["status"]["observedGeneration"] == 2 && condition(receiver, "Ready").is_some()
    });
    until_notified(&world, &served, "app", 1);
    let last = world.requested_at("one");
    assert!(last > before, "{last:?} {before:?}");
    let two = world.requested_at("two");
    until_notified(&world, &served, "app", 1);
    assert_eq!(world.requested_at("two"), two);
}

#[test]
fn a_filter_that_does_not_compile_says_where() {
    let world = World::new("filter-wrong");
    world.receiver(
        "app",
        &format!(
            "{GITHUB}, resourceFilter: \"event.kimd == 'push'\", \
             resources: [{{kind: GitRepository, name: a}}]}}"
        ),
    );
    let _served = world.bellpull(&[]);
    let receiver = world.until("app", "refused", |receiver| {
        condition(receiver, "Ready").is_some_and(|ready| ready.1 == "InvalidCELExpression")
    });
    let (_, _, message) = condition(&receiver, "Ready").expect("a condition");
    for part in [
        "resourceFilter",
        "kimd",
        "did you mean 'kind'?",
        "\n  |      ^",
    ] {
        assert!(message.contains(part), "{part:?} is not in {message}");
    }
}
