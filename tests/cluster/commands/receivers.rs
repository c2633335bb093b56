use bellpull_tests::cluster::Identity;
use bellpull_tests::manifests::TOKEN;
use bellpull_tests::patience::comes;
use bellpull_tests::serve::{run, said};
use serde_json::{Value, json};

use super::super::rbac::{Grant, RECEIVERS, REPOSITORIES, SECRETS, grant};
use super::super::world::{World, condition, own_plane};
use super::{SPEC, command, ended, has, push_case};

/// The lines of a table, each with single spaces.
fn lines(table: &str) -> Vec<String> {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    table.lines().map(words).collect()
}

#[test]
fn they_are_listed_with_their_status() {
    let world = World::new("listed");
    world.repository("app", "{}");
    world.receiver("app", SPEC);
    world.receiver("odd", &SPEC.replace("[push]", "[push, pushh]"));
    world.receiver("shut", &SPEC.replace("name: token", "name: other"));
    let _served = world.bellpull(&[]);
    for receiver in ["app", "odd"] {
        world.until_ready(receiver);
    }
    world.until("shut", "not ready", |object| {
        condition(object, "Ready").is_some_and(|ready| ready.0 == "False")
    });

    let table = ended(command(&world, Identity::Admin, &["receivers"]), 0);
    let table = lines(&table);
    assert_eq!(
        table[0],
        "NAME PROVIDER READY REASON LAST DELIVERY OUTCOME PATH AGE"
    );
    let path = world.path("app", TOKEN);
    let app = format!("app github True Succeeded - - {path} ");
    assert!(table[1].starts_with(&app), "{table:?}");
    let all = table.join("\n");
    has(
        &all,
        &[
            "odd: warning: ",
            "pushh",
            "\nshut github False TokenNotFound - ",
            "shut: ",
        ],
    );

    assert!(!all.contains("earlier spec"), "{all}");

    let wide = ended(
        command(&world, Identity::Admin, &["receivers", "-o", "wide"]),
        0,
    );
    has(
        &lines(&wide).join("\n"),
        &["AGE SUSPENDED EVENTS\n", " False push,pushh"],
    );

    let hints = ended(
        command(&world, Identity::Admin, &["receivers", "--send-hints"]),
        0,
    );
    let kubeconfig = world.plane.kubeconfig();
    let hint = format!(
        "bellpull send app --kubeconfig {} --namespace {}\n",
        kubeconfig.display(),
        world.namespace
    );
    has(&hints, &[&hint]);
    assert!(!hints.contains("send shut"), "it is not ready: {hints}");

    let (code, listed, told) = command(&world, Identity::Admin, &["receivers", "-o", "json"]);
    assert_eq!(code, Some(0), "{told}");
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let app = &listed[0];
    assert_eq!(app["namespace"], world.namespace.as_str());
    assert_eq!((&app["ready"], &app["path"]), (&json!(true), &json!(path)));
    assert_eq!(listed[2]["ready"], json!(false), "{listed}");
}

#[test]
fn those_of_all_namespaces_have_a_column_for_it() {
    let world = World::new("everywhere");
    world.receiver("lonely", SPEC);
    let kubeconfig = world.plane.kubeconfig();
    let kubeconfig = kubeconfig.to_str().expect("a path in UTF-8");
    let arguments = ["receivers", "-A", "--kubeconfig", kubeconfig];
    let table = lines(&ended(said(&run(&arguments)), 0));
    assert!(table[0].starts_with("NAMESPACE NAME PROVIDER"), "{table:?}");
    let row = format!("{} lonely github Unknown - - ", world.namespace);
    assert!(table.iter().any(|line| line.starts_with(&row)), "{table:?}");
    assert!(
        table
            .join("\n")
            .contains("no controller has written its status yet")
    );
}

#[test]
fn a_recorded_delivery_is_followed_through_the_live_objects() {
    let world = World::new("explained");
    world.repository("app", "{team: web}");
    world.repository("other", "{}");
    world.receiver(
        "app",
        "{type: github, events: [push], secretRef: {name: token}, resources: [\
         {kind: GitRepository, name: '*', matchLabels: {team: web}}, \
         {kind: GitRepository, name: absent}, {kind: Bucket, name: b}]}",
    );
    let case = push_case();
    let explain = ["receivers", "--explain", &case];
    let told = ended(command(&world, Identity::Admin, &explain), 0);
    let namespace = &world.namespace;
    has(
        &told,
        &[
            &format!("Receiver {namespace}/app (github)"),
            "verdict    accepted",
            &format!("GitRepository/{namespace}/app"),
            "notified",
            &format!("GitRepository/{namespace}/absent does not exist"),
            &format!("Bucket/{namespace}/b does not exist"),
        ],
    );
    assert!(
        !told.contains(&format!("GitRepository/{namespace}/other")),
        "{told}"
    );
}

#[test]
fn a_missing_right_is_told_in_the_words_of_the_api_server_and_costs_no_more_than_it_must() {
    let world = World::new("rights");
    world.repository("app", "{}");
    world.receiver("app", SPEC);
    let case = push_case();
    let run = |arguments: &[&str]| command(&world, Identity::Tenant, arguments);
    let explain = ["receivers", "--explain", &case];
    let namespace = format!("in the namespace \"{}\"", world.namespace);

    let refused = ended(run(&["receivers"]), 1);
    let receivers = "receivers.notification.toolkit.fluxcd.io is forbidden";
    has(
        &refused,
        &[receivers, "cannot list resource \"receivers\"", &namespace],
    );

    let until_granted = |granted: &Grant, arguments: &[&str], lacks: &str| {
        grant(&world, granted);
        // Roles are read from a cache that follows.
        let mut last = String::new();
        let come = comes(|| {
            let (_, stdout, stderr) = run(arguments);
            last = stdout + &stderr;
            !last.contains(lacks)
        });
        assert!(come, "{last}");
        last
    };
    let listed = until_granted(&RECEIVERS, &["receivers"], receivers);
    has(&listed, &["app", "github", "Unknown"]);

    let told = ended(run(&explain), 0);
    let secrets = "secrets \"token\" is forbidden";
    has(
        &told,
        &[secrets, "cannot get resource \"secrets\"", &namespace],
    );
    has(&told, &["not ready  "]);
    let plugins = "receiverplugins.bellpull.dev is forbidden";
    assert!(!told.contains(plugins), "none is needed: {told}");

    let told = until_granted(&SECRETS, &explain, secrets);
    let repositories = "gitrepositories.source.toolkit.fluxcd.io is forbidden";
    has(
        &told,
        &["verdict    accepted", repositories, "cannot be resolved"],
    );

    let told = until_granted(&REPOSITORIES, &explain, repositories);
    has(&told, &["notified"]);
    assert!(!told.contains(TOKEN), "{told}");

    world.apply(OF_A_PLUGIN);
    let told = ended(run(&explain), 0);
    has(&told, &["ReceiverPlugins cannot be read", plugins]);
}

/// A Receiver of a provider that is not bundled.
const OF_A_PLUGIN: &str = "\
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {name: plugin, annotations: {bellpull.dev/type: acme}}
spec: {type: generic-hmac, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}
";

const PLUGIN: &str = "\
apiVersion: bellpull.dev/v1alpha1
kind: ReceiverPlugin
metadata: {name: acme}
spec:
  source: {oci: {url: 'oci://registry.example/acme', tag: v1}}
  providers: [acme]
  digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
";

#[test]
fn a_provider_whose_component_is_in_the_cluster_alone_is_told() {
    let plane = own_plane();
    let world = World::of(&plane, "plugin");
    world.repository("app", "{}");
    world.receiver("app", SPEC);
    world.apply(OF_A_PLUGIN);
    let (_, definition, _) = said(&run(&["crds", "receiverplugins"]));
    world.kubectl.apply(&definition);
    let known = [
        "get",
        "--raw",
        "/apis/bellpull.dev/v1alpha1/receiverplugins",
    ];
    assert!(comes(|| world.kubectl.run(&known).status.success()));
    world.kubectl.apply(PLUGIN);
    let told = command(
        &world,
        Identity::Admin,
        &["receivers", "--explain", &push_case()],
    );
    let told = ended(told, 0);
    let acme = "provider acme is served in the cluster by ReceiverPlugin acme";
    has(&told, &[acme, "--plugins DIR", "verdict    accepted"]);
}
