//! Secrets that are missing, wrong, late or changed.

use super::expected::{FINISHED, READY, lines, no_token, ready, with, without};
use super::names::SECOND;
use super::request::{hmac, hmac_with};
use super::row::{Change, FINALIZER, Row, labelled_secret, secret};

const SPEC: &str =
    "{type: generic-hmac, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}";

const MISSING: &str =
    "unable to read token from secret '$NS/token' error: secrets \"token\" not found";
const KEYLESS: &str = "invalid '$NS/token' secret data: required fields 'token'";
const EMPTY: &str = "invalid '$NS/token' secret data: field 'token' is empty";
const WATCHED: &str = "{reconcile.fluxcd.io/watch: Enabled}";

pub(super) fn rows() -> Vec<Row> {
    let second = format!("{{token: {SECOND}}}");
    let told = ["answered: 200", "annotated: GitRepository app"];
    let of_second = [
        "Ready=True Succeeded @1: Receiver initialized for path: /hook/$SECOND",
        "webhookPath: /hook/$SECOND",
    ];
    let of_first = [READY, "webhookPath: /hook/$FIRST"];
    let changed = || with(without(ready(), &of_first), &of_second);
    let asked_twice = ["lastHandledReconcileAt: 2"];
    let asked_once = ["lastHandledReconcileAt: 1"];
    let both_paths = |row: Row| {
        row.send(hmac().label("old path")).send(
            hmac_with("sha256", SECOND)
                .to("/hook/$SECOND")
                .label("new path"),
        )
    };
    vec![
        Row::new("no-secret", SPEC)
            .secret(None)
            .send(hmac())
            .expect(with(no_token(MISSING), &["answered: 404"])),
        Row::new("no-token", SPEC)
            .secret(Some(secret("{password: some}")))
            .send(hmac())
            .expect(with(no_token(KEYLESS), &["answered: 404"])),
        Row::new("empty-token", SPEC)
            .secret(Some(secret("{token: ''}")))
            .send(hmac_with("sha256", "").to("/hook/$TOKENLESS"))
            .expect(with(
                without(ready(), &of_first),
                &[
                    "Ready=True Succeeded @1: Receiver initialized for path: /hook/$TOKENLESS",
                    "webhookPath: /hook/$TOKENLESS",
                    "answered: 200",
                    "annotated: GitRepository app",
                ],
            ))
            .shows(
                "an empty credential opens nothing",
                with(no_token(EMPTY), &["answered: 404"]),
            ),
        Row::new("late-secret", SPEC)
            .secret(None)
            .then_unasked(Change::Apply(secret("{token: first-token}")))
            .send(hmac())
            .expect(with(
                with(ready(), &told),
                &[&format!("event: Warning Failed: {MISSING}")],
            )),
        Row::new("secret-gone", SPEC)
            .then_unasked(Change::Delete("secrets/token"))
            .then(Change::Nothing)
            .send(hmac())
            .expect(lines(&[
                &format!("Ready=False TokenNotFound @1: {MISSING}"),
                "Reconciling=True ProgressingWithRetry @1: Reconciliation in progress",
                "observedGeneration: 1",
                "lastHandledReconcileAt: 3",
                FINISHED,
                &format!("event: Warning Failed: {MISSING}"),
                "answered: 404",
                FINALIZER,
            ]))
            .differs(
                "a path that was a Receiver's is not unknown, and its sender is to try again",
                &["answered: 404"],
                &["answered: 503"],
            ),
        both_paths(
            Row::new("token-watched", SPEC)
                .secret(Some(labelled_secret(WATCHED, "{token: first-token}")))
                .then_unasked(Change::Apply(labelled_secret(WATCHED, &second))),
        )
        .expect(with(
            changed(),
            &[
                "answered (old path): 404",
                "answered (new path): 200",
                "annotated: GitRepository app",
            ],
        )),
        both_paths(Row::new("token-asked", SPEC).then(Change::Apply(secret(&second)))).expect(
            with(
                with(without(changed(), &asked_once), &asked_twice),
                &[
                    "answered (old path): 404",
                    "answered (new path): 200",
                    "annotated: GitRepository app",
                ],
            ),
        ),
        both_paths(Row::new("token-unwatched", SPEC).then_unasked(Change::Apply(secret(&second))))
            .send(hmac_with("sha256", SECOND).label("old path, new token"))
            .expect(with(
                ready(),
                &[
                    "answered (old path): 400",
                    "answered (old path, new token): 200",
                    "answered (new path): 404",
                    "annotated: GitRepository app",
                ],
            ))
            .differs(
                "a Secret that a Receiver names is always watched, so that path and token change \
             together",
                &[
                    READY,
                    "webhookPath: /hook/$FIRST",
                    "answered (old path): 400",
                    "answered (old path, new token): 200",
                    "answered (new path): 404",
                ],
                &[
                    "Ready=True Succeeded @1: Receiver initialized for path: /hook/$SECOND",
                    "webhookPath: /hook/$SECOND",
                    "answered (old path): 404",
                    "answered (old path, new token): 404",
                    "answered (new path): 200",
                ],
            ),
    ]
}
