//! Expressions, with Flux's own notification-controller and with Bellpull: the same deliveries reach
//! the same object.

use std::collections::HashMap;

use bellpull_tests::cluster::Identity;
use bellpull_tests::cluster::api::{Api, Call};
use bellpull_tests::cluster::flux::NotificationController;
use bellpull_tests::manifests::TOKEN;
use bellpull_tests::serve::{Served, request};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::world::{REQUESTED_AT, World, condition, own_plane, until};

/// Expressions with Flux's results, over the request and the resource below.
const ROWS: &str = include_str!("../../host/filter/tests/flux/rows.txt");
const REQ: &str = include_str!("../../host/filter/tests/flux/req.json");
const RES: &str = include_str!("../../host/filter/tests/flux/res.json");

/// The path of the object that expressions read.
const NAMESPACE: &str = "default";

/// The result of one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    /// The Receiver is closed: its filter does not compile.
    Refused,
    /// The filter has no value.
    Failed,
    Reached,
    LeftOut,
}

struct Stage {
    api: Api,
    runtime: Runtime,
}

#[test]
fn the_same_deliveries_reach_the_same_object() {
    let rows: Vec<(&str, &str)> = ROWS
        .lines()
        .filter(|row| !row.starts_with('#'))
        .map(|row| row.split_once('\t').expect("an outcome and an expression"))
        .collect();
    assert!(rows.len() >= 150, "{}", rows.len());
    let plane = own_plane();
    let runtime = Runtime::new().expect("a runtime");
    let stage = Stage {
        api: runtime.block_on(async { Api::new(&plane) }),
        runtime,
    };
    stage.set_up(&rows);

    let flux = NotificationController::start(&plane, Identity::Admin).expect("a controller");
    stage.until_all_said(rows.len());
    let with_flux = stage.deliver(rows.len(), flux.receiver);
    drop(flux);
    let kubeconfig = plane.kubeconfig_of(Identity::Bellpull);
    let kubeconfig = kubeconfig.to_str().expect("a path in UTF-8");
    let served = Served::ready(&["--kubeconfig", kubeconfig, "--flux-status-codes"]);
    let with_bellpull = stage.deliver(rows.len(), served.receiver);

    let mut counts = HashMap::new();
    let mut wrong = Vec::new();
    for (index, (said, expression)) in rows.iter().enumerate() {
        let (flux, bellpull) = (with_flux[index], with_bellpull[index]);
        *counts.entry(format!("{flux:?}")).or_insert(0) += 1;
        if flux != bellpull {
            wrong.push(format!(
                "{expression}\n  Flux {flux:?}, Bellpull {bellpull:?} (the row says {said})"
            ));
        }
    }
    assert!(wrong.is_empty(), "{counts:?}\n{}", wrong.join("\n"));
    // Each kind is well represented, so that nothing is equal for want of cases.
    assert!(
        counts.len() == 4 && counts.values().all(|count| *count > 50),
        "{counts:?}"
    );
}

impl Stage {
    fn set_up(&self, rows: &[(&str, &str)]) {
        let mut target: Value = serde_json::from_str(RES).expect("JSON");
        target["spec"] = json!({"url": "https://example.org/app.git", "interval": "1h"});
        let metadata = target["metadata"].as_object_mut().expect("metadata");
        metadata.retain(|name, _| {
            matches!(
                name.as_str(),
                "name" | "namespace" | "labels" | "annotations"
            )
        });
        let sources =
            format!("/apis/source.toolkit.fluxcd.io/v1/namespaces/{NAMESPACE}/gitrepositories");
        let secrets = format!("/api/v1/namespaces/{NAMESPACE}/secrets");
        let secret = json!({"metadata": {"name": "token"}, "stringData": {"token": TOKEN}});
        let mut lanes = vec![
            vec![Call::create(&sources, target)],
            vec![Call::create(&secrets, secret)],
        ];
        lanes.extend(rows.iter().enumerate().map(|(index, (_, expression))| {
            let receiver = json!({
                "apiVersion": "notification.toolkit.fluxcd.io/v1",
                "kind": "Receiver",
                "metadata": {"name": format!("row-{index}")},
                "spec": {
                    "type": "generic", "secretRef": {"name": "token"}, "resourceFilter": expression,
                    "resources": [{"kind": "GitRepository", "name": "app"}],
                },
            });
            vec![Call::create(&receivers(), receiver)]
        }));
        self.runtime.block_on(self.api.all(lanes));
    }

    /// Waits until every Receiver is ready or not ready.
    fn until_all_said(&self, count: usize) {
        let said = || {
            let list = self.runtime.block_on(self.api.get(&receivers()));
            let items = list["items"].as_array().cloned().unwrap_or_default();
            let said = items.iter().filter(|one| condition(one, "Ready").is_some());
            said.count()
        };
        until(|| format!("said of all: of {}", said()), || said() == count);
    }

    /// One delivery to each Receiver, one after another.
    fn deliver(&self, count: usize, address: std::net::SocketAddr) -> Vec<Came> {
        let headers = [("content-type".to_owned(), "application/json".to_owned())];
        let mut before = self.requested_at();
        let mut came = Vec::with_capacity(count);
        for index in 0..count {
            let path = World::path_in(NAMESPACE, &format!("row-{index}"), TOKEN);
            let (status, answer) = request(address, "POST", &path, &headers, REQ.as_bytes());
            let now = self.requested_at();
            let reached = now != before;
            before = now;
            came.push(match (status, reached) {
                (404 | 503, false) => Came::Refused,
                (500, false) => Came::Failed,
                (200, true) => Came::Reached,
                (200, false) => Came::LeftOut,
                other => panic!("row {index}: {other:?}: {answer}"),
            });
        }
        came
    }

    fn requested_at(&self) -> Option<String> {
        let path =
            format!("/apis/source.toolkit.fluxcd.io/v1/namespaces/{NAMESPACE}/gitrepositories/app");
        let object = self.runtime.block_on(self.api.get(&path));
        let annotation = object["metadata"]["annotations"][REQUESTED_AT].as_str();
        annotation.map(ToOwned::to_owned)
    }
}

fn receivers() -> String {
    format!("/apis/notification.toolkit.fluxcd.io/v1/namespaces/{NAMESPACE}/receivers")
}
