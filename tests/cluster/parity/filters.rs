//! Filters, and Receivers that take tokens of issuers.

use super::expected::{FINISHED, READY, TERMINAL, answered, lines, ready, stalled, with, without};
use super::names::FIRST;
use super::request::{Request, hmac, plain};
use super::row::{Change, FINALIZER, Row};

const SPEC: &str =
    "{type: generic-hmac, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}";

const KNOWN_PATH: &str = "a Receiver's path is known though it has never been ready";

const NEAREST: &str = "what is wrong is told with the name that is nearest";
const NEAREST_TO_UNDECLARED: &str = "invalid resourceFilter expression: failed to parse the CEL \
                                     expression: undeclared reference to 'requrest' (did you mean \
                                     'req'?)\n  | requrest.flag == true\n  | ^";
const UNDECLARED: &str = "invalid resourceFilter expression: failed to parse the CEL expression \
                          'requrest.flag == true': ERROR: <input>:1:1: undeclared reference to \
                          'requrest' (in container '')\n | requrest.flag == true\n | ^";
const NO_BOOL_OF_ISSUER: &str = "oidcProviders[0] (issuerURL=\"https://issuer.example.org\"): \
                                 invalid expression for validation \"refused\": CEL expression \
                                 output type mismatch: expected bool, got dyn";
const NO_BOOL: &str = "invalid filter expression for resources[0] (kind=\"GitRepository\", \
                       name=\"app\"): CEL expression output type mismatch: expected bool, got dyn";

fn filtered(filter: &str) -> String {
    SPEC.replacen('{', &format!("{{resourceFilter: '{filter}', "), 1)
}

fn filtered_itself(filter: &str) -> String {
    SPEC.replace("name: app", &format!("name: app, filter: '{filter}'"))
}

pub(super) fn rows() -> Vec<Row> {
    let row = |name, spec: &str| Row::new(name, spec).send(hmac());
    let none = || without(answered(200), &["annotated: GitRepository app"]);
    let undeclared = |message| with(stalled("InvalidCELExpression", message), &["answered: 404"]);
    let mut rows = vec![
        row("filter", &filtered("req.flag == true")).expect(answered(200)),
        row("filter-false", &filtered("req.flag == false")).expect(none()),
        row("filter-fails", &filtered("req.absent == true"))
            .expect(answered(500))
            .differs(
                "which target could not be notified, and why, is told",
                &[],
                &[
                    "event: Warning TargetUnreachable: a delivery could not notify \
                   GitRepository/$NS/app: spec.resourceFilter: no such key: absent",
                ],
            ),
        row("filter-no-object", &filtered("req.flag == true"))
            .send(no_object())
            .expect(with(answered(200), &["answered (no object): 500"])),
        row(
            "filter-no-object-unread",
            &filtered("res.kind == \"GitRepository\""),
        )
        .send(no_object())
        .expect(with(answered(200), &["answered (no object): 500"]))
        .differs(
            "a body that no filter reads may be anything",
            &["answered (no object): 500"],
            &["answered (no object): 200"],
        ),
        row(
            "filter-itself",
            &filtered_itself("res.metadata.name == \"other\""),
        )
        .expect(none()),
        row("filter-undeclared", &filtered("requrest.flag == true"))
            .expect(undeclared(UNDECLARED))
            .shows(
                NEAREST,
                with(
                    stalled("InvalidCELExpression", NEAREST_TO_UNDECLARED),
                    &["answered: 503"],
                ),
            ),
        row("filter-no-bool", &filtered_itself("req.flag"))
            .expect(undeclared(NO_BOOL))
            .differs(KNOWN_PATH, &["answered: 404"], &["answered: 503"]),
    ];
    rows.extend(changes());
    rows.extend(issuers());
    rows
}

fn no_object() -> Request {
    Request::post("[]")
        .json()
        .signed("x-signature", "sha256", FIRST)
        .label("no object")
}

/// A Receiver that was ready keeps its path, and is closed.
fn changes() -> Vec<Row> {
    let broken = |reason: &str, message: &str| {
        lines(&[
            &format!("Ready=False {reason} @2: {TERMINAL}: {message}"),
            &format!("Stalled=True {reason} @2: {TERMINAL}: {message}"),
            "webhookPath: /hook/$FIRST",
            "observedGeneration: 2",
            "lastHandledReconcileAt: 2",
            FINISHED,
            &format!("event: Warning {reason}: {TERMINAL}: {message}"),
            "answered: 503",
            FINALIZER,
        ])
    };
    let mended = |reason: &str, message: &str| {
        let first = [READY, "observedGeneration: 1", "lastHandledReconcileAt: 1"];
        with(
            without(ready(), &first),
            &[
                "Ready=True Succeeded @3: Receiver initialized for path: /hook/$FIRST",
                "observedGeneration: 3",
                "lastHandledReconcileAt: 3",
                &format!("event: Warning {reason}: {TERMINAL}: {message}"),
                "answered: 200",
                "annotated: GitRepository app",
            ],
        )
    };
    let invalid = || Change::Spec(filtered("requrest.flag == true"));
    vec![
        Row::new("filter-broken", SPEC)
            .then(invalid())
            .send(hmac())
            .expect(broken("InvalidCELExpression", UNDECLARED))
            .shows(
                NEAREST,
                broken("InvalidCELExpression", NEAREST_TO_UNDECLARED),
            ),
        Row::new("filter-mended", SPEC)
            .then(invalid())
            .then(Change::Spec(SPEC.to_owned()))
            .send(hmac())
            .expect(mended("InvalidCELExpression", UNDECLARED))
            .shows(
                NEAREST,
                mended("InvalidCELExpression", NEAREST_TO_UNDECLARED),
            ),
    ]
}

fn issuers() -> Vec<Row> {
    let spec = |expression: &str| {
        format!(
            "{{type: generic-oidc, resources: [{{kind: GitRepository, name: app}}], \
             oidcProviders: [{{issuerURL: 'https://issuer.example.org', validations: \
             [{{expression: '{expression}', message: refused}}]}}]}}"
        )
    };
    let row = |name, expression: &str| {
        Row::new(name, &spec(expression)).send(plain().to("/hook/$TOKENLESS"))
    };
    vec![
        row("issuer", "claims.sub == \"a\"").expect(with(
            without(ready(), &[READY, "webhookPath: /hook/$FIRST"]),
            &[
                "Ready=True Succeeded @1: Receiver initialized for path: /hook/$TOKENLESS",
                "webhookPath: /hook/$TOKENLESS",
                "answered: 400",
            ],
        )),
        row("issuer-no-bool", "claims.sub")
            .expect(with(
                stalled("InvalidCELExpression", NO_BOOL_OF_ISSUER),
                &["answered: 404"],
            ))
            .differs(KNOWN_PATH, &["answered: 404"], &["answered: 503"]),
    ]
}
