//! Receivers with two targets each: one that is named, and one that is selected by its label.

use std::collections::BTreeMap;

use bellpull_core::Timestamp;
use bellpull_tests::cluster::kubectl::is_true;

use crate::world::{REQUESTED_AT, World};

pub(super) struct Fleet {
    receivers: usize,
}

impl Fleet {
    /// Creates them without waiting.
    pub(super) fn new(world: &World<'_>, receivers: usize) -> Self {
        let fleet = Self { receivers };
        let all = (0..receivers).map(|index| Self::one(&format!("fleet-{index}")));
        world.apply(&all.collect::<String>());
        fleet
    }

    /// A Receiver and its targets.
    pub(super) fn one(name: &str) -> String {
        let repository = |target: &str, labels: &str| {
            format!(
                "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n\
                 metadata: {{name: {target}, labels: {labels}}}\n\
                 spec: {{url: 'https://example.org/app.git', interval: 1h}}\n---\n"
            )
        };
        let spec = format!(
            "{{type: github, secretRef: {{name: token}}, resources: [\
             {{kind: GitRepository, name: {name}-named}}, \
             {{kind: GitRepository, name: '*', matchLabels: {{of: {name}}}}}]}}"
        );
        repository(&format!("{name}-named"), "{}")
            + &repository(&format!("{name}-labelled"), &format!("{{of: {name}}}"))
            + &bellpull_tests::manifests::receiver(name, &spec)
    }

    pub(super) fn len(&self) -> usize {
        self.receivers
    }

    pub(super) fn receiver(&self, index: usize) -> String {
        format!("fleet-{index}")
    }

    pub(super) fn targets(&self, index: usize) -> [String; 2] {
        ["named", "labelled"].map(|which| format!("fleet-{index}-{which}"))
    }

    /// Where the API server has a target.
    pub(super) fn path_of(world: &World<'_>, target: &str) -> String {
        let namespace = &world.namespace;
        format!("/apis/source.toolkit.fluxcd.io/v1/namespaces/{namespace}/gitrepositories/{target}")
    }

    /// Waits until the status of each says that it is ready.
    #[track_caller]
    pub(super) fn until_ready(&self, world: &World<'_>) {
        let arguments = ["receivers.notification", "-n", &world.namespace];
        world.kubectl.until("all ready", &arguments, |list| {
            let mut items = list["items"].as_array().into_iter().flatten();
            items.clone().count() >= self.receivers && items.all(|one| is_true(one, "Ready"))
        });
    }

    /// When each target was last asked to reconcile.
    pub(super) fn requested(&self, world: &World<'_>) -> BTreeMap<String, Timestamp> {
        let list = world
            .kubectl
            .get(&["gitrepositories.source", "-n", &world.namespace]);
        let items = list["items"].as_array().into_iter().flatten();
        items
            .filter_map(|item| {
                let name = item["metadata"]["name"].as_str()?;
                let requested = item["metadata"]["annotations"][REQUESTED_AT].as_str()?;
                Some((name.to_owned(), requested.parse().ok()?))
            })
            .collect()
    }
}
