//! Deliveries to `github`.

use super::expected::{READY, answered, with, without};
use super::names::FIRST;
use super::request::{Request, github, github_form, github_of, mac};
use super::row::Row;

const SPEC: &str =
    "{type: github, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}";

pub(super) fn rows() -> Vec<Row> {
    let mut rows = signatures();
    rows.extend(bodies());
    rows.extend(events());
    rows
}

fn row(name: &'static str, request: Request) -> Row {
    Row::new(name, SPEC).send(request)
}

fn signatures() -> Vec<Row> {
    let unsigned = || github().without("x-hub-signature-256");
    let wrong = || unsigned().signed("x-hub-signature-256", "sha256", "another");
    let right = mac("sha1", FIRST, &github().body);
    vec![
        row("github", github()).expect(answered(200)),
        row(
            "github-sha1",
            unsigned().signed("x-hub-signature", "sha1", FIRST),
        )
        .expect(answered(200)),
        row(
            "github-both",
            github().signed("x-hub-signature", "sha1", FIRST),
        )
        .expect(answered(200)),
        row("github-wrong", wrong()).expect(answered(400)),
        row("github-unsigned", unsigned()).expect(answered(400)),
        row(
            "github-wrong-beside-right",
            wrong().signed("x-hub-signature", "sha1", FIRST),
        )
        .expect(answered(400)),
        row(
            "github-weak-as-strong",
            unsigned().header("x-hub-signature-256", &format!("sha1={right}")),
        )
        .expect(answered(200))
        .differs(
            "the header of the stronger signature holds no weaker one",
            &["answered: 200", "annotated: GitRepository app"],
            &["answered: 400"],
        ),
        row("github-put", github().method("PUT"))
            .expect(answered(200))
            .differs(
                "a provider names the methods that its sender uses",
                &["answered: 200", "annotated: GitRepository app"],
                &["answered: 400"],
            ),
    ]
}

fn bodies() -> Vec<Row> {
    let typed = |value: &str| {
        github()
            .without("content-type")
            .header("content-type", value)
    };
    vec![
        row("github-charset", typed("application/json; charset=utf-8")).expect(answered(200)),
        row(
            "github-form",
            github_form("payload=%7B%22ref%22%3A%22a%22%7D"),
        )
        .expect(answered(200)),
        row("github-text", typed("text/plain")).expect(answered(400)),
        row("github-untyped", github().without("content-type")).expect(answered(400)),
        row("github-form-without", github_form("other=1")).expect(answered(200)),
        row("github-not-json", github_of("{")).expect(answered(200)),
        row("github-no-object", github_of("[]")).expect(answered(200)),
        row("github-empty", github_of("")).expect(answered(200)),
    ]
}

fn events() -> Vec<Row> {
    let of = |event: &str| {
        github()
            .without("x-github-event")
            .header("x-github-event", event)
    };
    let listing = |name, events: &str, request| {
        let events = format!("{{events: {events}, ");
        Row::new(name, &SPEC.replacen('{', &events, 1)).send(request)
    };
    vec![
        listing("github-listed", "[ping, push]", github()).expect(answered(200)),
        listing("github-listed-other-case", "[PUSH]", github()).expect(answered(200)),
        listing("github-unlisted", "[ping, create]", github()).expect(answered(400)),
        listing(
            "github-unlisted-unsigned",
            "[ping]",
            github().without("x-hub-signature-256"),
        )
        .expect(answered(400)),
        listing("github-unknown-listed", "[psuh, push]", github())
            .expect(answered(200))
            .differs(
                "a name that no event of the provider has is warned of",
                &[READY],
                &[
                    "Ready=True Succeeded @1: Receiver initialized for path: /hook/$FIRST; \
                    spec.events: this provider knows no event 'psuh'",
                ],
            ),
        listing(
            "github-unnamed-listed",
            "[push]",
            github().without("x-github-event"),
        )
        .expect(answered(400)),
        row("github-unnamed", github().without("x-github-event")).expect(answered(200)),
        row("github-new-event", of("something_new")).expect(answered(200)),
        row("github-ping", of("ping"))
            .expect(answered(200))
            .differs(
                "a ping that nobody asked for tells of no change, so nothing is notified",
                &["annotated: GitRepository app"],
                &[],
            ),
        listing("github-ping-listed", "[ping, push]", of("ping")).expect(answered(200)),
        row("github-several", github().label("right"))
            .send(github().without("x-hub-signature-256").label("wrong"))
            .expect(with(
                without(answered(200), &["answered: 200"]),
                &["answered (right): 200", "answered (wrong): 400"],
            )),
    ]
}
