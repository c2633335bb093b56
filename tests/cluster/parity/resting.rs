//! Suspended Receivers.

use super::expected::{FINISHED, READY, lines, ready, with, without};
use super::request::hmac;
use super::row::{Change, FINALIZER, Row};

const SPEC: &str =
    "{type: generic-hmac, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}";
const MISSING: &str =
    "unable to read token from secret '$NS/token' error: secrets \"token\" not found";

pub(super) fn rows() -> Vec<Row> {
    let suspended = SPEC.replacen('{', "{suspend: true, ", 1);
    vec![
        Row::new("suspended", &suspended)
            .send(hmac())
            .expect(lines(&[
                "observedGeneration: -1",
                "lastHandledReconcileAt: 1",
                "answered: 404",
                FINALIZER,
            ]))
            .differs(
                "the path of a Receiver that has a token is never unknown",
                &["answered: 404"],
                &["answered: 503"],
            ),
        Row::new("suspended-later", SPEC)
            .then(Change::Spec(suspended.clone()))
            .send(hmac())
            .expect(lines(&[
                READY,
                "webhookPath: /hook/$FIRST",
                "observedGeneration: 2",
                "lastHandledReconcileAt: 2",
                FINISHED,
                "answered: 503",
                FINALIZER,
            ])),
        Row::new("suspended-unready", SPEC)
            .secret(None)
            .then(Change::Spec(suspended.clone()))
            .send(hmac())
            .expect(lines(&[
                &format!("Ready=False TokenNotFound @1: {MISSING}"),
                "Reconciling=True ProgressingWithRetry @2: Reconciliation in progress",
                "observedGeneration: -1",
                "lastHandledReconcileAt: 2",
                &format!("event: Warning Failed: {MISSING}"),
                "answered: 404",
                FINALIZER,
            ])),
        Row::new("resumed", SPEC)
            .then(Change::Spec(suspended))
            .then(Change::Spec(SPEC.to_owned()))
            .send(hmac())
            .expect(with(
                without(
                    ready(),
                    &[READY, "observedGeneration: 1", "lastHandledReconcileAt: 1"],
                ),
                &[
                    "Ready=True Succeeded @3: Receiver initialized for path: /hook/$FIRST",
                    "observedGeneration: 3",
                    "lastHandledReconcileAt: 3",
                    "answered: 200",
                    "annotated: GitRepository app",
                ],
            )),
    ]
}
