//! Deliveries to `generic` and `generic-hmac`, and what is common to all.

use super::expected::{READY, answered, ready, with, without};
use super::names::FIRST;
use super::request::{Request, hmac, hmac_with, mac, plain};
use super::row::{Change, Row};

const GENERIC: &str =
    "{type: generic, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}";
const HMAC: &str =
    "{type: generic-hmac, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}";

/// The limit of both, 3 MiB.
const LIMIT: usize = 3 << 20;

pub(super) fn rows() -> Vec<Row> {
    let mut rows = of_generic();
    rows.extend(of_hmac());
    rows.extend(paths());
    rows.extend(sizes());
    rows
}

fn generic(name: &'static str, request: Request) -> Row {
    Row::new(name, GENERIC).send(request).differs(
        "that whoever knows the path is believed is said where a Receiver is looked at",
        &[READY],
        &[
            "Ready=True Succeeded @1: Receiver initialized for path: /hook/$FIRST; \
            whoever knows the path is believed: put username and password, bearerToken, or \
            headerName and headerValue into the Secret if the sender can present them",
        ],
    )
}

fn of_generic() -> Vec<Row> {
    vec![
        generic("generic", plain()).expect(answered(200)),
        generic("generic-get", plain().method("GET")).expect(answered(200)),
        generic("generic-put", plain().method("PUT")).expect(answered(200)),
        generic("generic-delete", plain().method("DELETE")).expect(answered(200)),
        generic("generic-empty", Request::post("")).expect(answered(200)),
        generic("generic-not-json", Request::post("{").json()).expect(answered(200)),
    ]
}

fn of_hmac() -> Vec<Row> {
    let row = |name, request| Row::new(name, HMAC).send(request);
    let right = mac("sha256", FIRST, &plain().body);
    let presenting = |value: &str| plain().header("x-signature", value);
    vec![
        row("hmac-sha1", hmac_with("sha1", FIRST)).expect(answered(200)),
        row("hmac-sha256", hmac()).expect(answered(200)),
        row("hmac-sha512", hmac_with("sha512", FIRST)).expect(answered(200)),
        row("hmac-sha384", hmac_with("sha384", FIRST)).expect(answered(400)),
        row("hmac-get", hmac().method("GET")).expect(answered(200)),
        row(
            "hmac-empty",
            Request::post("").signed("x-signature", "sha256", FIRST),
        )
        .expect(answered(200)),
        row(
            "hmac-not-json",
            Request::post("{").signed("x-signature", "sha256", FIRST),
        )
        .expect(answered(200)),
        row("hmac-wrong-key", hmac_with("sha256", "another")).expect(answered(400)),
        row("hmac-missing", plain()).expect(answered(400)),
        row("hmac-blank", presenting("")).expect(answered(400)),
        row(
            "hmac-elsewhere",
            plain().signed("x-hub-signature-256", "sha256", FIRST),
        )
        .expect(answered(400)),
        row("hmac-bare", presenting(&right)).expect(answered(400)),
        row("hmac-mislabelled", presenting(&format!("sha1={right}"))).expect(answered(400)),
        row("hmac-cut", presenting(&format!("sha256={}", &right[..32]))).expect(answered(400)),
        row("hmac-not-hex", presenting("sha256=zz")).expect(answered(400)),
        row(
            "hmac-capital-digits",
            presenting(&format!("sha256={}", right.to_uppercase())),
        )
        .expect(answered(200)),
        row("hmac-capital-name", presenting(&format!("SHA256={right}"))).expect(answered(400)),
        row("hmac-twice", hmac().signed("x-signature", "sha256", FIRST))
            .expect(answered(200))
            .differs(
                "a signature that is given twice is refused: there is no telling which one the \
                 next in line would take",
                &["answered: 200", "annotated: GitRepository app"],
                &["answered: 400"],
            ),
    ]
}

fn paths() -> Vec<Row> {
    let row = |name, target| Row::new(name, HMAC).send(hmac().to(target));
    vec![
        row("path-unknown", "/hook/0123456789abcdef").expect(answered(404)),
        row("path-of-none", "/hook/").expect(answered(404)),
        row("path-elsewhere", "/").expect(answered(404)),
        row("path-trailing-slash", "/hook/$FIRST/").expect(answered(404)),
        row("path-query", "/hook/$FIRST?from=sender")
            .expect(answered(404))
            .differs(
                "Receivers are found by path alone: a query does not hide one",
                &["answered: 404"],
                &["answered: 200", "annotated: GitRepository app"],
            ),
        row("path-absolute", "http://test/hook/$FIRST")
            .expect(answered(404))
            .differs(
                "Receivers are found by path alone, whatever form the target of a request has",
                &["answered: 404"],
                &["answered: 200", "annotated: GitRepository app"],
            ),
        row("path-slashes", "//hook/$FIRST")
            .expect(answered(307))
            .differs(
                "leading slashes count as one: a sender's address that ends in a slash works, and \
                 senders do not follow redirections with a body",
                &["answered: 307"],
                &["answered: 200", "annotated: GitRepository app"],
            ),
        row("path-short", "/hook").expect(answered(307)).differs(
            "a path that is no Receiver's is unknown: nothing is gained by a redirection",
            &["answered: 307"],
            &["answered: 404"],
        ),
    ]
}

fn sizes() -> Vec<Row> {
    let body =
        |length: usize| Request::post(vec![b' '; length]).signed("x-signature", "sha256", FIRST);
    let suspended = HMAC.replacen('{', "{suspend: true, ", 1);
    let early = "whether a body is read is decided by the head of its request";
    vec![
        Row::new("largest", HMAC)
            .send(body(LIMIT))
            .expect(answered(200)),
        Row::new("too-large", HMAC)
            .send(body(LIMIT + 1))
            .expect(answered(413)),
        Row::new("too-large-unsigned", HMAC)
            .send(body(LIMIT + 1).without("x-signature"))
            .expect(answered(413)),
        Row::new("too-large-unknown", HMAC)
            .send(body(LIMIT + 1).to("/hook/0123456789abcdef"))
            .expect(answered(413))
            .differs(early, &["answered: 413"], &["answered: 404"]),
        Row::new("too-large-resting", HMAC)
            .then(Change::Spec(suspended))
            .send(body(LIMIT + 1))
            .expect(with(
                without(
                    ready(),
                    &["observedGeneration: 1", "lastHandledReconcileAt: 1"],
                ),
                &[
                    "observedGeneration: 2",
                    "lastHandledReconcileAt: 2",
                    "answered: 413",
                ],
            ))
            .differs(early, &["answered: 413"], &["answered: 503"]),
    ]
}
