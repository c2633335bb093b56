use std::collections::BTreeSet;
use std::path::Path;

use bellpull::cases::{self, Case};
use bellpull_tests::manifests::{path, put};
use bellpull_tests::serve::{Served, get, try_request};
use serde_json::{Value, json};

/// Every case of every provider, each to a Receiver of its own with the case's own Secret.
fn every_case() -> Vec<Case> {
    cases::find(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")]).expect("cases")
}

/// Shorter secrets are not looked for, since they occur in other words.
const SHORTEST: usize = 7;
/// One that is as long is no word of another Receiver's body.
const UNMISTAKABLE: usize = 16;

/// Keys of Secrets whose values are told: the name of a header, a user, whom a token is of and for.
const SETTINGS: [&str; 4] = ["audience", "email", "headerName", "username"];

/// What must not come out: the Secrets' values, but for those that components may read.
fn hidden(case: &Case) -> Vec<String> {
    let data = case.secret().data;
    let hidden = data
        .iter()
        .filter(|(key, _)| !SETTINGS.contains(&key.as_str()));
    hidden.map(|(_, value)| text(value.expose())).collect()
}

/// The Receiver of a case and its Secret, which both have this name.
fn objects(case: &Case, name: &str) -> [Value; 2] {
    let data = case.secret().data;
    let data = data
        .iter()
        .map(|(key, value)| (key.clone(), text(value.expose()).into()));
    let data: serde_json::Map<String, Value> = data.collect();
    let mut spec = serde_json::to_value(case.receiver().spec).expect("JSON");
    spec["secretRef"] = json!({"name": name});
    spec["resources"] = json!([{"kind": "GitRepository", "name": "app"}]);
    [
        json!({
            "apiVersion": "notification.toolkit.fluxcd.io/v1", "kind": "Receiver",
            "metadata": {"name": name}, "spec": spec,
        }),
        json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": name}, "stringData": data,
        }),
    ]
}

/// Where deliveries of a case arrive, at the Receiver of this name.
fn path_of(case: &Case, name: &str) -> String {
    let data = case.secret().data;
    let token = data.get("token").map(|token| token.expose().to_vec());
    path(name, &text(&token.unwrap_or_default()))
}

/// Sends the delivery of a case: the body of the answer. A connection may be closed on a body over
/// the limit.
fn send(served: &Served, case: &Case, path: &str) -> Option<String> {
    let delivery = case.delivery().expect("signed");
    let query = delivery.query().map(|query| format!("?{query}"));
    let headers = delivery.headers.iter();
    let headers: Vec<(String, String)> = headers
        .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
        .collect();
    let answer = try_request(
        served.receiver,
        delivery.method.as_str(),
        &format!("{path}{}", query.unwrap_or_default()),
        &headers,
        &delivery.body,
    );
    answer.ok().map(|(_, body)| body)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What no record of the Receiver of this name may have: its own secrets, and its path. The secret of
/// another Receiver may be an ordinary word of a body.
fn case_secrets(case: &Case, name: &str) -> Vec<String> {
    let secrets = hidden(case).into_iter();
    let secrets = secrets.filter(|secret| secret.len() >= SHORTEST);
    secrets.chain([path_of(case, name)]).collect()
}

fn assert_no_secret_of(secrets: &[String], name: &str, records: &[Value]) {
    let own = records
        .iter()
        .filter(|record| record["receiver"]["name"] == name);
    for record in own.map(Value::to_string) {
        let out = secrets
            .iter()
            .find(|secret| record.contains(secret.as_str()));
        assert!(out.is_none(), "{out:?} came out: {record}");
    }
}

/// Asks for all records.
fn assert_records_have_no_secret(served: &Served, every: &[Case]) {
    let recorded = served.deliveries("?limit=1000000");
    let count = recorded.len();
    assert!(count >= every.len() / 2, "only {count} were recorded");
    let bodies = recorded
        .iter()
        .filter(|it| it["request"]["body"].is_string());
    assert!(bodies.count() > 0, "no body was recorded");
    for (index, case) in every.iter().enumerate() {
        let name = format!("r{index}");
        assert_no_secret_of(&case_secrets(case, &name), &name, &recorded);
    }
}

/// Searches the bytes of every file of the database.
fn assert_files_have_no_secret(folder: &Path, secrets: &BTreeSet<String>) {
    let names = std::fs::read_dir(folder).expect("a folder");
    for path in names.map(|name| name.expect("a name").path()) {
        let bytes = text(&std::fs::read(&path).expect("a file"));
        let out = secrets
            .iter()
            .find(|secret| bytes.contains(secret.as_str()));
        assert!(out.is_none(), "{out:?} is in {}", path.display());
    }
}

#[test]
fn no_secret_and_no_path_comes_out_at_the_most_verbose_level() {
    let folder = tempfile::tempdir().unwrap();
    let every = every_case();
    let named = || {
        let numbered = every.iter().enumerate();
        numbered.map(|(index, case)| (format!("r{index}"), case))
    };
    let items: Vec<Value> = named()
        .flat_map(|(name, case)| objects(case, &name))
        .collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    put(folder.path(), "all.json", &list.to_string());
    let mut secrets: BTreeSet<String> = every.iter().flat_map(hidden).collect();
    let database = tempfile::tempdir().unwrap();
    let recording = [
        "--log-level",
        "trace",
        "--admin-addr",
        "127.0.0.1:0",
        "--records-memory",
        "256MiB",
        "--records-dir",
        database.path().to_str().unwrap(),
    ];
    let mut served = Served::start(folder.path(), &recording);

    let mut told = String::new();
    for (name, case) in named() {
        let path = path_of(case, &name);
        told.extend(send(&served, case, &path));
        secrets.insert(path);
    }
    told.push_str(&get(served.metrics, "/metrics").1);
    told.push_str(&get(served.admin(), "/v1/receivers").1);
    told.push_str(&served.plugins());
    assert_records_have_no_secret(&served, &every);
    let is_unmistakable = |secret: &&String| secret.len() >= UNMISTAKABLE;
    let unmistakable: BTreeSet<String> = secrets.iter().filter(is_unmistakable).cloned().collect();
    assert!(unmistakable.len() > every.len(), "paths and secrets");
    assert_files_have_no_secret(database.path(), &unmistakable);
    served.terminate();
    assert!(served.wait().success());
    assert_files_have_no_secret(database.path(), &unmistakable);
    let again = Served::start(folder.path(), &recording);
    assert_records_have_no_secret(&again, &every);
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
