//! What Flux's own test of its handler sends (`internal/server/receiver_handler_test.go`, v1.9.3),
//! where senders send something else.

use super::expected::{READY, answered};
use super::names::FIRST;
use super::request::{Request, github_of};
use super::row::Row;

/// The body of a request for which the table has no payload.
const NULL: &str = "null";
const ACTION: &str = r#"{"action":"push"}"#;
const FILTER: &str = "resourceFilter: \"res.metadata.name == 'app' && req.action == 'push'\", ";

pub(super) fn rows() -> Vec<Row> {
    let row = |name, kind: &str, more: &str, request| {
        let spec = format!(
            "{{{more}type: {kind}, secretRef: {{name: token}}, \
            resources: [{{kind: GitRepository, name: app}}]}}"
        );
        Row::new(name, &spec).send(request).expect(answered(200))
    };
    let github = || github_of(ACTION).without("x-github-event");
    let gitlab = |body: &str| Request::post(body).header("x-gitlab-token", FIRST);
    let bitbucket = |body: &str| {
        Request::post(body)
            .json()
            .header("x-event-key", "push")
            .signed("x-hub-signature-256", "sha256", FIRST)
    };
    let hmac = Request::post(NULL)
        .json()
        .signed("x-signature", "sha256", FIRST);
    vec![
        row("table-github", "github", "", github()),
        row("table-github-filter", "github", FILTER, github()),
        row("table-gitlab", "gitlab", "", gitlab(NULL)),
        row(
            "table-gitlab-filter",
            "gitlab",
            FILTER,
            gitlab(ACTION).json(),
        ),
        row("table-hmac", "generic-hmac", "", hmac),
        row(
            "table-bitbucket",
            "bitbucket",
            "events: [push], ",
            bitbucket(NULL),
        )
        .differs(
            "a name that no event of the provider has is warned of",
            &[READY],
            &[
                "Ready=True Succeeded @1: Receiver initialized for path: /hook/$FIRST; \
                spec.events: this provider knows no event 'push'",
            ],
        ),
        row(
            "table-bitbucket-filter",
            "bitbucket",
            FILTER,
            bitbucket(ACTION),
        ),
    ]
}
