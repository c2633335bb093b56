use bellpull_tests::cluster::Identity;

use super::super::world::World;
use super::{SPEC, command, ended, has};

#[test]
fn a_filter_is_tried_for_the_live_targets() {
    let world = World::new("filtered");
    world.repository("app", "{team: web}");
    world.repository("other", "{team: ops}");
    world.receiver("app", SPEC);
    let filter = ["filter", "res.metadata.labels.team == 'web'"];
    let told = ended(command(&world, Identity::Admin, &filter), 0);
    let row = |name: &str| {
        let target = format!("GitRepository/{}/{name}", world.namespace);
        let line = told.lines().find(|line| line.starts_with(&target));
        line.map(|line| line.split_whitespace().last().expect("a value").to_owned())
    };
    assert_eq!(row("app").as_deref(), Some("true"), "{told}");
    assert_eq!(row("other").as_deref(), Some("false"), "{told}");
}

#[test]
fn a_named_target_is_looked_up_in_the_namespace() {
    let world = World::new("named");
    world.repository("app", "{team: web}");
    let filter = "has(res.metadata.labels) && res.metadata.labels.team == 'web'";
    for (name, value) in [("app", "true"), ("absent", "false")] {
        let target = format!("GitRepository/{name}");
        let told = command(
            &world,
            Identity::Admin,
            &["filter", filter, "--target", &target],
        );
        let told = ended(told, 0);
        has(
            &told,
            &[&format!("GitRepository/{}/{name}", world.namespace), value],
        );
    }
}

#[test]
fn a_target_that_may_not_be_listed_is_told() {
    let world = World::new("untold");
    let filter = ["filter", "true", "--target", "Bucket/app"];
    let told = ended(command(&world, Identity::Tenant, &filter), 1);
    has(
        &told,
        &["buckets.source.toolkit.fluxcd.io is forbidden", "true"],
    );
}

#[test]
fn a_kind_without_a_usual_version_is_found_by_the_receivers_that_refer_to_it() {
    let world = World::new("versions");
    world.apply(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: ExternalArtifact\n\
         metadata: {name: app, labels: {team: web}}\nspec: {}\n",
    );
    world.receiver(
        "app",
        "{type: github, secretRef: {name: token}, \
         resources: [{kind: ExternalArtifact, name: app, apiVersion: source.toolkit.fluxcd.io/v1}]}",
    );
    let filter = [
        "filter",
        "res.metadata.labels.team == 'web'",
        "--target",
        "ExternalArtifact/app",
    ];
    let told = ended(command(&world, Identity::Admin, &filter), 0);
    has(
        &told,
        &[&format!("ExternalArtifact/{}/app", world.namespace), "true"],
    );
}
