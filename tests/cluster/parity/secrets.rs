//! Secrets that are missing, wrong, late or changed.

use super::expected::{FINISHED, READY, lines, no_token, ready, with, without};
use super::names::{ENCRYPTED, FIRST, LINE_END, SECOND, SHORT};
use super::request::{Request, gitlab, hmac, hmac_with};
use super::row::{Change, FINALIZER, Row, labelled_secret, secret};

const SPEC: &str =
    "{type: generic-hmac, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}";

const MISSING: &str =
    "unable to read token from secret '$NS/token' error: secrets \"token\" not found";
const KEYLESS: &str = "invalid '$NS/token' secret data: required fields 'token'";
const EMPTY: &str = "invalid '$NS/token' secret data: field 'token' is empty";
const BLANK: &str =
    "invalid '$NS/token' secret data: field 'token' holds nothing but white space: give it a value";
const STILL_ENCRYPTED: &str = "invalid '$NS/token' secret data: field 'token' is still encrypted, \
                               as SOPS leaves it: decrypt it before it is applied";
const UNPRESENTABLE: &str = "invalid '$NS/token' secret data: field 'token' ends in a line end \
                             (LF), which no header carries: remove it";
const WATCHED: &str = "{reconcile.fluxcd.io/watch: Enabled}";

/// A Receiver that Flux serves at the path `/hook/$…` that is made of this token, and what it makes
/// of a delivery there.
fn served(
    name: &'static str,
    (token, path): (&str, &'static str),
    request: Request,
    told: &[&str],
) -> Row {
    let provider = if request
        .headers
        .iter()
        .any(|(name, _)| name == "x-gitlab-token")
    {
        "gitlab"
    } else {
        "generic-hmac"
    };
    let token = serde_json::json!({ "token": token });
    let of_path = [ready_at(path), format!("webhookPath: {path}")];
    let ready = with(
        without(ready(), &[READY, "webhookPath: /hook/$FIRST"]),
        &of_path.each_ref().map(String::as_str),
    );
    Row::new(name, &SPEC.replacen("generic-hmac", provider, 1))
        .secret(Some(secret(&token.to_string())))
        .send(request.to(path))
        .expect(with(ready, told))
}

fn ready_at(path: &str) -> String {
    format!("Ready=True Succeeded @1: Receiver initialized for path: {path}")
}

/// Tokens that are hardly right.
fn odd() -> Vec<Row> {
    let told = ["answered: 200", "annotated: GitRepository app"];
    let signed = |name, token, path| served(name, (token, path), hmac_with("sha256", token), &told);
    let warned = |name, token, path, what: &str| {
        let ready = ready_at(path);
        let warning = format!("{ready}; secret '$NS/token': field 'token' {what}");
        signed(name, token, path).differs(
            "what is odd about a credential is said where a Receiver is looked at",
            &[&ready],
            &[&warning],
        )
    };
    vec![
        signed("blank-token", "\n", "/hook/$BLANK").shows(
            "white space opens nothing, as an empty credential does",
            with(no_token(BLANK), &["answered: 404"]),
        ),
        signed("encrypted-token", ENCRYPTED, "/hook/$ENCRYPTED").shows(
            "whoever reads the repository knows what SOPS has left encrypted",
            with(no_token(STILL_ENCRYPTED), &["answered: 404"]),
        ),
        warned(
            "token-line-end",
            LINE_END,
            "/hook/$LINE_END",
            "ends in a line end (LF), which is taken as a part of it",
        ),
        warned(
            "short-token",
            SHORT,
            "/hook/$SHORT",
            "has fewer than 16 characters and can be guessed; secret '$NS/token': field 'token' has \
             fewer than 8 bytes: where a delivery holds it outside the places of the binding, the \
             component can read it",
        ),
        served(
            "line-end-in-header",
            (LINE_END, "/hook/$LINE_END"),
            gitlab(),
            &["answered: 400"],
        )
        .shows(
            "what no header carries would never be presented",
            with(no_token(UNPRESENTABLE), &["answered: 503"]),
        ),
    ]
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = absent();
    rows.extend(late_or_gone());
    rows.extend(changed());
    rows.push(changed_unnoticed());
    rows.extend(odd());
    rows
}

const TOLD: [&str; 2] = ["answered: 200", "annotated: GitRepository app"];
const OF_FIRST: [&str; 2] = [READY, "webhookPath: /hook/$FIRST"];
const OF_SECOND: [&str; 2] = [
    "Ready=True Succeeded @1: Receiver initialized for path: /hook/$SECOND",
    "webhookPath: /hook/$SECOND",
];

/// The data of a Secret.
fn token_of(token: &str) -> String {
    format!("{{token: {token}}}")
}

fn absent() -> Vec<Row> {
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
                without(ready(), &OF_FIRST),
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
    ]
}

fn late_or_gone() -> Vec<Row> {
    vec![
        Row::new("late-secret", SPEC)
            .secret(None)
            .then_unasked(Change::Apply(secret(&token_of(FIRST))))
            .send(hmac())
            .expect(with(
                with(ready(), &TOLD),
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
    ]
}

/// Sends to the path of the first token, and to that of the second.
fn both_paths(row: Row) -> Row {
    let second = hmac_with("sha256", SECOND).to("/hook/$SECOND");
    row.send(hmac().label("old path"))
        .send(second.label("new path"))
}

/// A change of the token that Flux notices.
fn changed() -> Vec<Row> {
    let changed = || with(without(ready(), &OF_FIRST), &OF_SECOND);
    vec![
        both_paths(
            Row::new("token-watched", SPEC)
                .secret(Some(labelled_secret(WATCHED, &token_of(FIRST))))
                .then_unasked(Change::Apply(labelled_secret(WATCHED, &token_of(SECOND)))),
        )
        .expect(with(
            changed(),
            &[
                "answered (old path): 404",
                "answered (new path): 200",
                "annotated: GitRepository app",
            ],
        )),
        both_paths(Row::new("token-asked", SPEC).then(Change::Apply(secret(&token_of(SECOND)))))
            .expect(with(
                with(
                    without(changed(), &["lastHandledReconcileAt: 1"]),
                    &["lastHandledReconcileAt: 2"],
                ),
                &[
                    "answered (old path): 404",
                    "answered (new path): 200",
                    "annotated: GitRepository app",
                ],
            )),
    ]
}

/// A change of the token that Flux does not notice.
fn changed_unnoticed() -> Row {
    both_paths(
        Row::new("token-unwatched", SPEC).then_unasked(Change::Apply(secret(&token_of(SECOND)))),
    )
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
    )
}
