//! Missing rights of an identity, and what happens when they are granted.

use std::net::SocketAddr;

use bellpull_tests::cluster::Identity;
use bellpull_tests::manifests::TOKEN;
use bellpull_tests::serve::{Served, get};

use super::world::{World, condition};

/// What the manifests grant, by name: API group, resources and verbs.
pub(super) const RECEIVERS: Grant = Grant(
    "receivers",
    "notification.toolkit.fluxcd.io",
    "receivers",
    "get, list, watch, patch",
);
const STATUS: Grant = Grant(
    "status",
    "notification.toolkit.fluxcd.io",
    "receivers/status",
    "patch",
);
pub(super) const SECRETS: Grant = Grant("secrets", "''", "secrets", "get, list, watch");
const EVENTS: Grant = Grant("events", "events.k8s.io", "events", "create, patch");
pub(super) const REPOSITORIES: Grant = Grant(
    "repositories",
    "source.toolkit.fluxcd.io",
    "gitrepositories",
    "list, watch, patch",
);
const BUCKETS: Grant = Grant(
    "buckets",
    "source.toolkit.fluxcd.io",
    "buckets",
    "list, watch, patch",
);

pub(super) struct Grant(
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
);

/// Grants something to the tenant, in the world's namespace alone.
pub(super) fn grant(world: &World<'_>, Grant(name, group, resource, verbs): &Grant) {
    let rbac = "apiVersion: rbac.authorization.k8s.io/v1\nkind:";
    world.apply(&format!(
        "{rbac} Role\nmetadata: {{name: {name}}}\n\
         rules: [{{apiGroups: [{group}], resources: [{resource}], verbs: [{verbs}]}}]\n---\n\
         {rbac} RoleBinding\nmetadata: {{name: {name}}}\n\
         roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: {name}}}\n\
         subjects: [{{kind: ServiceAccount, name: {}, namespace: flux-system}}]\n",
        Identity::Tenant.name(),
    ));
}

/// Bellpull with the rights of the tenant, who may take no Lease.
fn tenant(world: &World<'_>) -> Served {
    world.launch(Identity::Tenant, &["--enable-leader-election=false"])
}

fn spec(resources: &str) -> String {
    format!("{{type: github, secretRef: {{name: token}}, resources: [{resources}]}}")
}

#[test]
fn a_kind_that_may_not_be_patched_is_its_receivers_concern_alone() {
    let world = World::new("kind");
    for granted in [RECEIVERS, STATUS, SECRETS, EVENTS, REPOSITORIES] {
        grant(&world, &granted);
    }
    world.repository("app", "{}");
    world.apply(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: Bucket\n\
         metadata: {name: app, labels: {team: a}}\n\
         spec: {bucketName: app, endpoint: example.org, interval: 1h}\n",
    );
    let repository = "{kind: GitRepository, name: app}";
    let labelled = format!("{repository}, {{kind: Bucket, name: '*', matchLabels: {{team: a}}}}");
    world.receiver("may", &spec(repository));
    world.receiver("labelled", &spec(&labelled));
    world.receiver("named", &spec("{kind: Bucket, name: app}"));
    let served = tenant(&world);
    served.until("ready", || get(served.health, "/readyz").0 == 200);

    let refused = "buckets.source.toolkit.fluxcd.io is forbidden";
    let says = |receiver: &str| {
        let receiver = world.until_ready(receiver);
        let (_, _, message) = condition(&receiver, "Ready").expect("a condition");
        message.contains(refused)
    };
    assert!(!says("may"));
    assert!(says("labelled") && says("named"));
    let answered = |receiver: &str| world.push(&served, receiver, TOKEN).1["outcome"].clone();
    assert_eq!(answered("may"), "notified");
    let before = world.requested_at("app");
    assert_eq!(answered("labelled"), "incomplete");
    assert_ne!(world.requested_at("app"), before, "it may be patched");
    // For a moment a refusal may be that of an API server that has just started.
    world.until_outcome(&served, "named", "incomplete");

    grant(&world, &BUCKETS);
    world.until_outcome(&served, "named", "notified");
    world.until_outcome(&served, "labelled", "notified");
    for receiver in ["labelled", "named"] {
        world.until(receiver, "without a complaint", |receiver| {
            condition(receiver, "Ready").is_some_and(|ready| !ready.2.contains(refused))
        });
    }
}

/// Without `missing` the tenant's replica is not ready and says what it waits for. With it, it is ready.
fn waits_for(missing: &Grant, others: &[Grant]) {
    let world = World::new(missing.0);
    for granted in others {
        grant(&world, granted);
    }
    world.repository("app", "{}");
    world.receiver("app", &spec("{kind: GitRepository, name: app}"));
    let served = tenant(&world);
    let refused = format!("{} cannot be watched now", missing.0);
    served.until("refused", || served.stderr().contains(&refused));
    let (status, body) = readiness(served.health);
    assert_eq!((status, body.contains(missing.0)), (503, true), "{body}");

    grant(&world, missing);
    served.until("ready", || readiness(served.health).0 == 200);
    world.until_ready("app");
    world.until_answered(&served, "app", TOKEN, 200);
}

fn readiness(health: SocketAddr) -> (u16, String) {
    get(health, "/readyz")
}

#[test]
fn a_replica_that_may_not_list_receivers_is_not_ready() {
    waits_for(&RECEIVERS, &[STATUS, SECRETS, EVENTS, REPOSITORIES]);
}

#[test]
fn a_replica_that_may_not_read_secrets_is_not_ready() {
    waits_for(&SECRETS, &[RECEIVERS, STATUS, EVENTS, REPOSITORIES]);
}
