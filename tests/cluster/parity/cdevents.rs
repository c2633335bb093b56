//! Deliveries to `cdevents`: what the schemas say of an event.

use serde_json::{Value, json};

use super::expected::{READY, answered, with, without};
use super::request::Request;
use super::row::Row;

const SPEC: &str =
    "{type: cdevents, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}";

/// The type of an event without `dev.cdevents.` and its version, which is often 0.2.0; its subject's
/// type, if not how the type begins; and its content. Each type stands here once, or with all that
/// it had before: Flux decodes every event of a type into the same value, so that what an event
/// leaves out is taken from the one before it.
fn contents() -> Vec<(&'static str, &'static str, &'static str, Value, u16)> {
    let environment = json!({"id": "staging"});
    vec![
        (
            "reference",
            "change.created.0.3.0",
            "",
            json!({"repository": {"id": "a", "source": "b"}}),
            200,
        ),
        (
            "unknown",
            "change.reviewed",
            "",
            json!({"unknown": [{}]}),
            200,
        ),
        (
            "null",
            "change.abandoned",
            "",
            json!({"repository": null}),
            200,
        ),
        (
            "reference a text",
            "change.updated",
            "",
            json!({"repository": "a"}),
            400,
        ),
        (
            "reference without id",
            "branch.created",
            "",
            json!({"repository": {}}),
            400,
        ),
        (
            "reference by number",
            "branch.deleted",
            "",
            json!({"repository": {"id": 1}}),
            400,
        ),
        (
            "part without its id",
            "artifact.packaged",
            "",
            json!({"change": {"id": "a"}, "sbom": {}}),
            400,
        ),
        ("content a text", "build.queued", "", json!("a"), 400),
        (
            "no package URL",
            "build.finished",
            "",
            json!({"artifactId": "app"}),
            400,
        ),
        (
            "deployed",
            "service.deployed",
            "",
            json!({"environment": environment, "artifactId": "pkg:oci/a"}),
            200,
        ),
        (
            "no environment",
            "service.upgraded",
            "",
            json!({"artifactId": "pkg:oci/a"}),
            400,
        ),
        (
            "no artifact",
            "service.rolledback",
            "",
            json!({"environment": environment}),
            400,
        ),
        (
            "environment without id",
            "service.published",
            "",
            json!({"environment": {}}),
            400,
        ),
        (
            "outcome",
            "testcaserun.finished",
            "testCaseRun",
            json!({"environment": environment, "outcome": "success"}),
            400,
        ),
        (
            "case",
            "testcaserun.finished",
            "testCaseRun",
            json!({"environment": environment, "outcome": "pass", "severity": "high"}),
            200,
        ),
        (
            "severity",
            "testsuiterun.finished",
            "testSuiteRun",
            json!({"environment": environment, "outcome": "pass", "severity": "worst"}),
            400,
        ),
        (
            "case without id",
            "testcaserun.started",
            "testCaseRun",
            json!({"environment": environment, "testCase": {"name": "a"}}),
            400,
        ),
        (
            "case of no word",
            "testcaserun.queued",
            "testCaseRun",
            json!({"environment": environment, "testCase": {"id": "a", "type": "x"}}),
            400,
        ),
        (
            "trigger of no word",
            "testsuiterun.queued",
            "testSuiteRun",
            json!({"environment": environment, "trigger": {"type": "x"}}),
            400,
        ),
        (
            "suite named by number",
            "testsuiterun.started",
            "testSuiteRun",
            json!({"environment": environment, "testSuite": {"id": "a", "name": 1}}),
            400,
        ),
        (
            "reason a number",
            "testcaserun.skipped.0.1.0",
            "testCaseRun",
            json!({"environment": environment, "reason": 1}),
            400,
        ),
        (
            "labels",
            "ticket.updated.0.1.0",
            "",
            json!({"uri": "https://a/1", "labels": ["a"]}),
            200,
        ),
        (
            "labels a text",
            "ticket.created.0.1.0",
            "",
            json!({"uri": "https://a/1", "summary": "a", "creator": "a", "labels": "a"}),
            400,
        ),
        (
            "labels of numbers",
            "ticket.closed.0.1.0",
            "",
            json!({"uri": "https://a/1", "resolution": "a", "labels": [1]}),
            400,
        ),
    ]
}

/// Members of the context, and the answer to an event of the type that has them.
fn contexts() -> Vec<(&'static str, &'static str, &'static str, Value, u16)> {
    let link = json!([{"linkType": "END", "from": {"contextId": "a"}, "tags": {}}]);
    vec![
        (
            "context",
            "environment.created",
            "",
            json!({"unknown": 1}),
            200,
        ),
        (
            "chain",
            "environment.modified",
            "",
            json!({"chainId": "a"}),
            200,
        ),
        (
            "chain a number",
            "environment.deleted",
            "",
            json!({"chainId": 1}),
            400,
        ),
        (
            "links",
            "taskrun.started",
            "taskRun",
            json!({"links": link}),
            200,
        ),
        (
            "links an object",
            "taskrun.finished",
            "taskRun",
            json!({"links": {}}),
            400,
        ),
        (
            "link of no type",
            "pipelinerun.queued",
            "pipelineRun",
            json!({"links": [{"tags": {}}]}),
            400,
        ),
        (
            "link of another type",
            "pipelinerun.finished",
            "pipelineRun",
            json!({"links": [{"linkType": "end"}]}),
            400,
        ),
        (
            "no id",
            "artifact.deleted.0.1.0",
            "",
            json!({"id": null}),
            400,
        ),
        (
            "time of day",
            "artifact.downloaded.0.1.0",
            "",
            json!({"timestamp": "10:00:00Z"}),
            400,
        ),
    ]
}

fn event(kind: &str, subject: &str, content: &Value, context: &Value) -> Request {
    let version = if kind.contains(".0.") { "" } else { ".0.2.0" };
    let begins = kind.split('.').next().expect("a subject");
    let subject = if subject.is_empty() { begins } else { subject };
    let kind = format!("dev.cdevents.{kind}{version}");
    let mut event = json!({
        "context": {
            "version": "0.4.1",
            "id": "271069a8",
            "source": "/ci/app",
            "type": kind,
            "timestamp": "2026-01-02T03:04:05Z",
        },
        "subject": {"id": "11", "source": "/ci/app", "type": subject, "content": content},
    });
    json_patch::merge(&mut event, &json!({"context": context}));
    Request::post(event.to_string())
        .json()
        .header("ce-specversion", "1.0")
        .header("ce-id", "271069a8")
        .header("ce-source", "/ci/app")
        .header("ce-type", &kind)
}

pub(super) fn rows() -> Vec<Row> {
    let none = json!({});
    let of_content = contents()
        .into_iter()
        .map(|(label, kind, subject, content, status)| {
            (event(kind, subject, &content, &none).label(label), status)
        });
    let of_context = contexts()
        .into_iter()
        .map(|(label, kind, subject, context, status)| {
            (event(kind, subject, &none, &context).label(label), status)
        });
    let mut row = Row::new("cdevents-schema", SPEC);
    let mut expected = without(answered(200), &["answered: 200"]);
    for (request, status) in of_content.chain(of_context) {
        expected = with(expected, &[&request.answered(&status.to_string())]);
        row = row.send(request);
    }
    vec![row.expect(expected).differs(
        "that whoever knows the path is believed is said where a Receiver is looked at",
        &[READY],
        &[UNPROVEN],
    )]
}

/// The condition of a Receiver whose sender presents nothing.
pub(super) const UNPROVEN: &str = "Ready=True Succeeded @1: Receiver initialized for path: \
    /hook/$FIRST; whoever knows the path is believed: put username and password, bearerToken, or \
    headerName and headerValue into the Secret if the sender can present them";
