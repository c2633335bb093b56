//! The reconciliation of a Receiver and of its changes.

use super::expected::{FINISHED, READY, answered, lines, no_token, ready, stalled, with, without};
use super::request::hmac;
use super::row::{Change, Row};

const SPEC: &str =
    "{type: generic-hmac, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}";

fn spec(more: &str) -> String {
    SPEC.replacen('{', &format!("{{{more}, "), 1)
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = reconciled();
    rows.extend(changed());
    rows.extend(oddly_named());
    rows
}

fn reconciled() -> Vec<Row> {
    let next_run = |text: &str| {
        let event = format!("event: Normal Succeeded: Reconciliation finished, next run in {text}");
        with(without(ready(), &[FINISHED]), &[&event])
    };
    vec![
        Row::new("new", SPEC)
            .unasked()
            .expect(without(ready(), &["lastHandledReconcileAt: 1"])),
        Row::new("asked", SPEC).expect(ready()),
        Row::new("asked-again", SPEC)
            .then(Change::Nothing)
            .expect(with(
                without(ready(), &["lastHandledReconcileAt: 1"]),
                &["lastHandledReconcileAt: 2"],
            )),
        Row::new("minutes", &spec("interval: 90m")).expect(next_run("1h30m0s")),
        Row::new("fraction", &spec("interval: 1.5m")).expect(next_run("1m30s")),
        Row::new("parts", &spec("interval: 1h0.5s")).expect(next_run("1h0m0.5s")),
    ]
}

fn changed() -> Vec<Row> {
    let at_second = [
        "Ready=True Succeeded @2: Receiver initialized for path: /hook/$FIRST",
        "observedGeneration: 2",
        "lastHandledReconcileAt: 2",
    ];
    let at_first = [READY, "observedGeneration: 1", "lastHandledReconcileAt: 1"];
    let changed = || with(without(ready(), &at_first), &at_second);
    vec![
        Row::new("changed", SPEC)
            .then(Change::Spec(spec("events: [push]")))
            .send(hmac())
            .expect(with(
                changed(),
                &["answered: 200", "annotated: GitRepository app"],
            ))
            .differs(
                "a list of events that is not looked at is warned of",
                &["Ready=True Succeeded @2: Receiver initialized for path: /hook/$FIRST"],
                &[
                    "Ready=True Succeeded @2: Receiver initialized for path: /hook/$FIRST; \
                    spec.events is ignored: deliveries to this provider name no event",
                ],
            ),
        Row::new("type-changed", SPEC)
            .then(Change::Spec(SPEC.replace("generic-hmac", "gitlab")))
            .send(hmac())
            .expect(with(changed(), &["answered: 400"])),
        Row::new("deleted", SPEC)
            .metadata("finalizers: [finalizers.fluxcd.io],")
            .then_unasked(Change::Delete("receivers.notification/app"))
            .send(hmac())
            .expect(lines(&["gone", "answered: 404", FINISHED])),
    ]
}

fn oddly_named() -> Vec<Row> {
    vec![
        Row::new(
            "nothing-named",
            &SPEC.replace("[{kind: GitRepository, name: app}]", "[]"),
        )
        .send(hmac())
        .expect(without(answered(200), &["annotated: GitRepository app"])),
        Row::new(
            "unnamable-secret",
            &SPEC.replace("name: token", "name: Token"),
        )
        .expect(no_token(
            "unable to read token from secret '$NS/Token' error: secrets \"Token\" not found",
        ))
        .shows(
            "what can be no name is an error of the spec, and is not asked for",
            stalled(
                "ValidationFailed",
                "secretRef.name \"Token\" is no name of a Secret",
            ),
        ),
    ]
}
