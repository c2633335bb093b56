//! What Flux's own tests send to its receivers of registries and to `cdevents`
//! (`internal/server/receiver_handler_test.go` of fluxcd/notification-controller v1.9.3), in values of
//! our own, and what else it decodes or does not.

use serde_json::{Value, json};

use super::cdevents::UNPROVEN;
use super::expected::{READY, answered, with, without};
use super::names::FIRST;
use super::request::{Request, mac};
use super::row::Row;

/// A label, a body and the answer.
type Sent = (&'static str, &'static str, u16);

/// Any body is taken: it is not looked at.
const HARBOR: &[Sent] = &[
    ("none", "", 200),
    ("null", "null", 200),
    ("array", "[]", 200),
    ("text", "pushed", 200),
    ("broken off", "{\"type\":", 200),
    (
        "of 1.10",
        "{\"event_type\":\"pushImage\",\"events\":[]}",
        200,
    ),
];
const QUAY: &[Sent] = &[
    (
        "push",
        "{\"docker_url\":\"docker.io\",\"updated_tags\":[\"v0.0.1\"]}",
        200,
    ),
    ("empty", "{}", 200),
    ("null", "null", 200),
    ("tags null", "{\"updated_tags\":null}", 200),
    ("tag null", "{\"updated_tags\":[null]}", 200),
    ("array", "[]", 400),
    ("none", "", 400),
    ("url a number", "{\"docker_url\":1}", 400),
    ("tags a text", "{\"updated_tags\":\"v1\"}", 400),
    ("tag a number", "{\"updated_tags\":[1]}", 400),
];
const DOCKERHUB: &[Sent] = &[
    (
        "push",
        "{\"push_data\":{\"tag\":\"o/app:v1.0\"},\"repository\":{\"repo_url\":\"docker.io\"}}",
        200,
    ),
    ("page alone", "{\"repository\":{\"repo_url\":\"x\"}}", 200),
    ("tag alone", "{\"push_data\":{\"tag\":\"v1\"}}", 200),
    ("empty", "{}", 200),
    ("null", "null", 200),
    ("text", "\"push\"", 400),
    ("data a text", "{\"push_data\":\"v1\"}", 400),
    ("tag a number", "{\"push_data\":{\"tag\":1}}", 400),
    ("repository an array", "{\"repository\":[]}", 400),
    ("page an object", "{\"repository\":{\"repo_url\":{}}}", 400),
];
const ACR: &[Sent] = &[
    (
        "push",
        "{\"action\":\"push\",\"target\":{\"repository\":\"app\",\"tag\":\"v1\"}}",
        200,
    ),
    ("no action", "{\"target\":{\"repository\":\"app\"}}", 200),
    ("empty", "{}", 200),
    ("null", "null", 200),
    ("array", "[]", 400),
    ("action a number", "{\"action\":1}", 400),
    ("target a text", "{\"target\":\"app\"}", 400),
    ("tag a number", "{\"target\":{\"tag\":1}}", 400),
];
/// Nexus says its event in a header; these have none.
const NEXUS: &[Sent] = &[
    (
        "asset",
        "{\"repositoryName\":\"npm-proxy\",\"action\":\"CREATED\",\"asset\":{\"format\":\"npm\"}}",
        200,
    ),
    ("empty", "{}", 200),
    ("null", "null", 200),
    ("array", "[]", 400),
    ("none", "", 400),
    ("two", "{} {}", 400),
    ("action a number", "{\"action\":1}", 400),
];

fn row(name: &'static str, spec: &str, sent: Vec<(Request, u16)>) -> Row {
    let mut expected = without(answered(200), &["answered: 200"]);
    let mut row = Row::new(name, spec);
    for (request, status) in sent {
        expected = with(expected, &[&request.answered(&status.to_string())]);
        row = row.send(request);
    }
    row.expect(expected)
}

fn unproven(row: Row, condition: &str) -> Row {
    row.differs(
        "that whoever knows the path is believed is said where a Receiver is looked at",
        &[READY],
        &[condition],
    )
}

fn spec(provider: &str, filter: &str) -> String {
    format!(
        "{{type: {provider}, secretRef: {{name: token}}, {filter} \
         resources: [{{kind: GitRepository, name: app}}]}}"
    )
}

fn requests(table: &[Sent], prove: impl Fn(Request) -> Request) -> Vec<(Request, u16)> {
    let request = |(label, body, status): &Sent| {
        let request = Request::post(*body).json().label(label);
        (prove(request), *status)
    };
    table.iter().map(request).collect()
}

/// A type, a filter of the body that Flux's tests have, and the body.
const FILTERED: [(&str, &str, &str, &str); 3] = [
    (
        "quay-filtered",
        "quay",
        "req.docker_url == \"docker.io\"",
        "{\"docker_url\":\"docker.io\"}",
    ),
    (
        "dockerhub-filtered",
        "dockerhub",
        "req.push_data.tag.split(\"/\").last().value().split(\":\").first().value() == \"app\"",
        "{\"push_data\":{\"tag\":\"o/app:v1.0\"}}",
    ),
    (
        "acr-filtered",
        "acr",
        "req.target.repository == \"app\"",
        "{\"target\":{\"repository\":\"app\"}}",
    ),
];

/// Neither its context's version nor its `Ce-Type` is that of its type, and it has no content.
fn change_merged(ce_type: &str) -> Request {
    let event: Value = json!({
        "context": {
            "version": "0.3.0",
            "id": "5555",
            "source": "github",
            "timestamp": "2026-01-02T03:04:05.908479495Z",
            "type": "dev.cdevents.change.merged.0.2.0",
        },
        "subject": {"type": "change", "id": "5555"},
    });
    Request::post(event.to_string())
        .json()
        .header("ce-type", ce_type)
}

fn cdevents() -> [Row; 2] {
    let sent = |requests: [(&'static str, Request, u16); 2]| {
        let labelled = |(label, request, status): (_, Request, _)| (request.label(label), status);
        requests.map(labelled).into()
    };
    let other = || change_merged("cd.change.merged.v1");
    let twice = other().header("ce-id", "6").header("ce-id", "7");
    let any = sent([
        ("type of others", other(), 200),
        ("id of others", twice, 200),
    ]);
    let listed = sent([
        ("listed", other(), 200),
        ("unlisted", change_merged("cd.environment.modified.v1"), 400),
    ]);
    let warned =
        format!("{UNPROVEN}; spec.events: this provider knows no event 'cd.change.merged.v1'");
    [
        unproven(row("cdevents-types", &spec("cdevents", ""), any), UNPROVEN),
        unproven(
            row(
                "cdevents-listed",
                &spec("cdevents", "events: [cd.change.merged.v1],"),
                listed,
            ),
            &warned,
        ),
    ]
}

pub(super) fn rows() -> Vec<Row> {
    let authorized = |request: Request| request.header("authorization", FIRST);
    let signed = |request: Request| {
        let mac = mac("sha1", FIRST, &request.body);
        request.header("x-nexus-webhook-signature", &mac)
    };
    let mut rows = vec![
        row(
            "harbor-bodies",
            &spec("harbor", ""),
            requests(HARBOR, authorized),
        ),
        row("nexus-bodies", &spec("nexus", ""), requests(NEXUS, signed)),
    ];
    for (name, provider, table) in [
        ("quay-bodies", "quay", QUAY),
        ("dockerhub-bodies", "dockerhub", DOCKERHUB),
        ("acr-bodies", "acr", ACR),
    ] {
        let sent = requests(table, |request| request);
        rows.push(unproven(row(name, &spec(provider, ""), sent), UNPROVEN));
    }
    for (name, provider, filter, body) in FILTERED {
        let spec = spec(provider, &format!("resourceFilter: '{filter}',"));
        let sent = requests(&[("filtered", body, 200)], |request| request);
        rows.push(unproven(row(name, &spec, sent), UNPROVEN));
    }
    rows.extend(cdevents());
    rows
}
