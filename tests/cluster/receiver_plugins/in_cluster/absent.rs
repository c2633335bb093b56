//! Clusters of before ReceiverPlugins: nothing changes for those who upgrade.

use bellpull_tests::cluster::Identity;
use bellpull_tests::manifests::TOKEN;

use super::PluginWorld;
use crate::world::World;

/// What a role of before ReceiverPlugins grants in a namespace.
const OLD_ROLE: &str = "
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: bellpull-before-plugins}
rules:
  - {apiGroups: [notification.toolkit.fluxcd.io], resources: [receivers], verbs: [get, list, watch, patch]}
  - {apiGroups: [notification.toolkit.fluxcd.io], resources: [receivers/status], verbs: [patch]}
  - {apiGroups: [''], resources: [secrets], verbs: [get, list, watch]}
  - {apiGroups: [events.k8s.io], resources: [events], verbs: [create, patch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: bellpull-before-plugins}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: bellpull-before-plugins}
subjects: [{kind: ServiceAccount, name: bellpull-tenant, namespace: flux-system}]
";

/// A Receiver of a bundled provider that notifies nothing.
const HUB: &str = "{type: github, secretRef: {name: token}, resources: []}";

/// The lines of a log that tell of ReceiverPlugins, or of anything that went wrong.
fn told(log: &str) -> Vec<&str> {
    let is_told = |line: &&str| {
        line.to_lowercase().contains("receiverplugin")
            || line.contains("\"WARN\"")
            || line.contains("\"ERROR\"")
    };
    log.lines().filter(is_told).collect()
}

#[test]
fn without_the_definition_nothing_is_told() {
    let world = World::new("no-definition");
    world.receiver("hub", HUB);
    let served = world.bellpull(&[]);
    world.until_answered(&served, "hub", TOKEN, 200);
    world.until_ready("hub");
    let log = served.stderr();
    assert_eq!(told(&log), Vec::<&str>::new());
}

#[test]
fn with_a_role_of_before_one_line_is_told() {
    let world = PluginWorld::new("old-role");
    world.world.kubectl.apply(OLD_ROLE);
    world.world.receiver("hub", HUB);
    let flags = ["--enable-leader-election=false"];
    let served = world.world.launch(Identity::Tenant, &flags);
    world.world.until_answered(&served, "hub", TOKEN, 200);
    world.world.until_ready("hub");
    served.until_log("ReceiverPlugins may not be read and are left aside");
    let log = served.stderr();
    let told = told(&log);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("\"INFO\""), "{told:?}");
}
