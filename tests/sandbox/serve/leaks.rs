use std::collections::BTreeSet;
use std::path::Path;

use bellpull::cases::{self, Case};
use bellpull_tests::manifests::{path, put};
use bellpull_tests::serve::{Served, get, try_request};
use serde_json::json;

/// Every case of every provider, each to a Receiver of its own with the case's own Secret.
fn every_case() -> Vec<Case> {
    cases::find(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")]).expect("cases")
}

/// Shorter values stand in many innocent words.
const SHORTEST: usize = 7;

/// Keys of Secrets whose values are told: the name of a header, a user, whom a token is of and for.
const SETTINGS: [&str; 4] = ["audience", "email", "headerName", "username"];

#[test]
fn no_secret_and_no_path_comes_out_at_the_most_verbose_level() {
    let folder = tempfile::tempdir().unwrap();
    let every = every_case();
    let (mut objects, mut secrets) = (Vec::new(), BTreeSet::new());
    for (index, case) in every.iter().enumerate() {
        let name = format!("r{index}");
        let data = case.secret().data;
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let string_data: serde_json::Map<String, serde_json::Value> = data
            .iter()
            .map(|(key, value)| (key.clone(), text(value.expose()).into()))
            .collect();
        let mut spec = serde_json::to_value(case.receiver().spec).expect("JSON");
        spec["secretRef"] = json!({"name": name});
        spec["resources"] = json!([{"kind": "GitRepository", "name": "app"}]);
        objects.push(json!({
            "apiVersion": "notification.toolkit.fluxcd.io/v1", "kind": "Receiver",
            "metadata": {"name": name}, "spec": spec,
        }));
        objects.push(json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": name}, "stringData": string_data,
        }));
        // What components may read is no secret; all other values are.
        let hidden = data
            .iter()
            .filter(|(key, _)| !SETTINGS.contains(&key.as_str()));
        secrets.extend(hidden.map(|(_, value)| text(value.expose())));
    }
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
    put(folder.path(), "all.json", &list.to_string());
    let mut served = Served::start(folder.path(), &["--log-level", "trace"]);

    let mut told = String::new();
    for (index, case) in every.iter().enumerate() {
        let token = case
            .secret()
            .data
            .get("token")
            .map(|token| token.expose().to_vec());
        let token = String::from_utf8(token.unwrap_or_default()).expect("text");
        let path = path(&format!("r{index}"), &token);
        let delivery = case.delivery().expect("signed");
        let query = delivery
            .query()
            .map_or_else(String::new, |query| format!("?{query}"));
        let headers: Vec<(String, String)> = delivery
            .headers
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        let answer = try_request(
            served.receiver,
            delivery.method.as_str(),
            &format!("{path}{query}"),
            &headers,
            &delivery.body,
        );
        // A connection may be closed on a body over the limit; what was said counts here.
        if let Ok((_, body)) = answer {
            told.push_str(&body);
        }
        secrets.insert(path);
    }
    told.push_str(&get(served.metrics, "/metrics").1);
    served.terminate();
    assert!(served.wait().success());
    told.push_str(&served.stdout());
    told.push_str(&served.stderr());
    let deliveries = served.stderr().matches("\"message\":\"delivery\"").count();
    assert!(
        deliveries >= every.len() / 2,
        "only {deliveries} deliveries were logged"
    );
    for secret in secrets.iter().filter(|secret| secret.len() >= SHORTEST) {
        let line = told.lines().find(|line| line.contains(secret.as_str()));
        assert!(
            line.is_none(),
            "{secret:?} came out: {}",
            line.unwrap_or_default()
        );
    }
}
