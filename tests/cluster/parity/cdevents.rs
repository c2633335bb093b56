//! Deliveries to `cdevents`: what the schemas say of an event.

use serde_json::{Value, json};

use super::expected::{READY, answered, with, without};
use super::request::Request;
use super::row::Row;

const SPEC: &str =
    "{type: cdevents, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}";

/// Content that an event of a type has. Each type stands here once, or with all that it had before:
/// Flux decodes every event of a type into the same value, so that what an event leaves out is taken
/// from the one before it.
const CONTENTS: &str = r#"
reference               | 200 | change.created.0.3.0      |              | {"repository": {"id": "a", "source": "b"}}
unknown                 | 200 | change.reviewed           |              | {"unknown": [{}]}
null                    | 200 | change.abandoned          |              | {"repository": null}
reference a text        | 400 | change.updated            |              | {"repository": "a"}
reference without id    | 400 | branch.created            |              | {"repository": {}}
reference by number     | 400 | branch.deleted            |              | {"repository": {"id": 1}}
part without its id     | 400 | artifact.packaged         |              | {"change": {"id": "a"}, "sbom": {}}
content a text          | 400 | build.queued              |              | "a"
no package URL          | 400 | build.finished            |              | {"artifactId": "app"}
deployed                | 200 | service.deployed          |              | {"environment": {"id": "staging"}, "artifactId": "pkg:oci/a"}
no environment          | 400 | service.upgraded          |              | {"artifactId": "pkg:oci/a"}
no artifact             | 400 | service.rolledback        |              | {"environment": {"id": "staging"}}
environment without id  | 400 | service.published         |              | {"environment": {}}
outcome                 | 400 | testcaserun.finished      | testCaseRun  | {"environment": {"id": "staging"}, "outcome": "success"}
case                    | 200 | testcaserun.finished      | testCaseRun  | {"environment": {"id": "staging"}, "outcome": "pass", "severity": "high"}
severity                | 400 | testsuiterun.finished     | testSuiteRun | {"environment": {"id": "staging"}, "outcome": "pass", "severity": "worst"}
case without id         | 400 | testcaserun.started       | testCaseRun  | {"environment": {"id": "staging"}, "testCase": {"name": "a"}}
case of no word         | 400 | testcaserun.queued        | testCaseRun  | {"environment": {"id": "staging"}, "testCase": {"id": "a", "type": "x"}}
trigger of no word      | 400 | testsuiterun.queued       | testSuiteRun | {"environment": {"id": "staging"}, "trigger": {"type": "x"}}
suite named by number   | 400 | testsuiterun.started      | testSuiteRun | {"environment": {"id": "staging"}, "testSuite": {"id": "a", "name": 1}}
reason a number         | 400 | testcaserun.skipped.0.1.0 | testCaseRun  | {"environment": {"id": "staging"}, "reason": 1}
labels                  | 200 | ticket.updated.0.1.0      |              | {"uri": "https://a/1", "labels": ["a"]}
labels a text           | 400 | ticket.created.0.1.0      |              | {"uri": "https://a/1", "summary": "a", "creator": "a", "labels": "a"}
labels of numbers       | 400 | ticket.closed.0.1.0       |              | {"uri": "https://a/1", "resolution": "a", "labels": [1]}
"#;

/// Members that the context of an event has.
const CONTEXTS: &str = r#"
context                 | 200 | environment.created       |              | {"unknown": 1}
chain                   | 200 | environment.modified      |              | {"chainId": "a"}
chain a number          | 400 | environment.deleted       |              | {"chainId": 1}
links                   | 200 | taskrun.started           | taskRun      | {"links": [{"linkType": "END", "from": {"contextId": "a"}, "tags": {}}]}
links an object         | 400 | taskrun.finished          | taskRun      | {"links": {}}
link of no type         | 400 | pipelinerun.queued        | pipelineRun  | {"links": [{"tags": {}}]}
link of another type    | 400 | pipelinerun.finished      | pipelineRun  | {"links": [{"linkType": "end"}]}
no id                   | 400 | artifact.deleted.0.1.0    |              | {"id": null}
time of day             | 400 | artifact.downloaded.0.1.0 |              | {"timestamp": "10:00:00Z"}
"#;

/// A row of these tables.
struct Case {
    label: &'static str,
    status: &'static str,
    /// The event's type without `dev.cdevents.` and, if that is 0.2.0, its version.
    kind: &'static str,
    /// The subject's type, if that is not how the event's type begins.
    subject: &'static str,
    member: Value,
}

fn cases(table: &'static str) -> impl Iterator<Item = Case> {
    table.trim().lines().map(|line| {
        let columns: Vec<&str> = line.splitn(5, '|').map(str::trim).collect();
        let [label, status, kind, subject, member] = columns[..] else {
            panic!("{line:?} has five columns");
        };
        Case {
            label,
            status,
            kind,
            subject,
            member: serde_json::from_str(member).unwrap_or_else(|e| panic!("{line:?}: {e}")),
        }
    })
}

impl Case {
    fn request(&self, content: &Value, context: &Value) -> Request {
        event(self.kind, self.subject, content, context).label(self.label)
    }
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
    let of_content = cases(CONTENTS).map(|case| (case.request(&case.member, &none), case.status));
    let of_context = cases(CONTEXTS).map(|case| (case.request(&none, &case.member), case.status));
    let mut row = Row::new("cdevents-schema", SPEC);
    let mut expected = without(answered(200), &["answered: 200"]);
    for (request, status) in of_content.chain(of_context) {
        expected = with(expected, &[&request.answered(status)]);
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
