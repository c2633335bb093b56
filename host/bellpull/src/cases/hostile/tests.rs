use std::sync::Arc;

use bellpull_core::{
    Authentication, Binding, ClientNames, CredentialUse, Delivery, Encoding, Source,
};

use super::*;
use crate::cases::{Case, CaseOutcome, CaseResult};

const BODY: &str = r#"{"ref":"refs/heads/main","repository":{"url":"https://h/a"}}"#;

/// A case with this Secret, these headers and these signing steps.
fn case(credentials: &str, headers: &str, sign: &str) -> Case {
    let yaml = format!(
        "provider: acme\ncredentials: {{{credentials}}}\nnow: 2026-01-02T03:04:05Z\n\
         request: {{headers: [{headers}]}}\ntext: '{BODY}'\nsign: [{sign}]\n\
         expect: {{outcome: notified, status: 200}}"
    );
    Case::parse("cases/accepted", &yaml, |_| Ok(Vec::new())).unwrap()
}

fn hmac(header: &str, message: &str) -> String {
    format!(
        "{{header: {header}, prefix: sha256=, hmac: {{algorithm: sha256, key: token, \
         encoding: text, digest: hex, message: [{message}]}}}}"
    )
}

fn binding(authentication: Authentication, presented: &[Source]) -> Binding {
    let proves = authentication != Authentication::PathOnly;
    Binding {
        authentication,
        credentials: vec![CredentialUse {
            key: "token".into(),
            encoding: Encoding::Text,
            proves,
            presented: presented.to_vec(),
        }],
        methods: bellpull_core::Methods::Any,
        tokens: Vec::new(),
        issuers: Vec::new(),
        client_names: None,
        parses_before_verify: false,
        answers_handshakes: false,
        reply_macs: false,
        warnings: Vec::new(),
    }
}

fn result(outcome: CaseOutcome) -> CaseResult {
    CaseResult {
        outcome,
        status: 200,
        reason: None,
        class: None,
        acceptance: None,
    }
}

/// What is derived for a provider that accepts such deliveries: the names, and the notes.
fn derived(
    case: &Case,
    binding: &Binding,
    accepts: impl Fn(&Delivery) -> bool,
) -> (Vec<String>, Vec<&'static str>) {
    let delivery = case.delivery().unwrap();
    let notified = result(CaseOutcome::Notified);
    let accepted = AcceptedCase::new(case, &delivery, binding, &notified).unwrap();
    let accepted = accepted.expect("it is accepted");
    let proofs = Proofs::find(&accepted, async |delivery| accepts(&delivery));
    let runtime = tokio::runtime::Builder::new_current_thread();
    let proofs = { runtime }.build().unwrap().block_on(proofs);
    let Derivation { forgeries, notes } = derive(&accepted, &proofs);
    for forgery in &forgeries {
        let is_same = forgery.delivery.headers == delivery.headers
            && forgery.delivery.body == delivery.body
            && forgery.delivery.target == delivery.target
            && forgery.delivery.received == delivery.received
            && forgery.delivery.client == delivery.client
            && forgery.secret.is_none();
        assert!(!is_same, "{} changes nothing", forgery.name);
    }
    (forgeries.into_iter().map(|one| one.name).collect(), notes)
}

fn has(delivery: &Delivery, header: &str) -> bool {
    delivery.headers.contains_key(header)
}

#[test]
fn a_time_that_is_signed_is_tried_on_other_days() {
    for (message, days) in [
        ("{text: v0}, body", vec!["replayed a day later"]),
        (
            "{now: unix-seconds}, body",
            vec!["replayed a day later", "signed a day ahead"],
        ),
    ] {
        let case = case(
            "token: a-token-for-tests",
            "[x-event, push]",
            &hmac("x-mac", message),
        );
        let binding = binding(Authentication::Signature, &[]);
        let (names, _) = derived(&case, &binding, |delivery| has(delivery, "x-mac"));
        let of_days: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|name| name.contains("a day"))
            .collect();
        assert_eq!(of_days, days, "{message}");
    }
}

#[test]
fn a_mac_is_forged_in_each_way() {
    let case = case(
        "token: a-token-for-tests",
        "[x-event, push]",
        &hmac("x-mac", "body"),
    );
    let binding = binding(Authentication::Signature, &[]);
    let (names, notes) = derived(&case, &binding, |delivery| has(delivery, "x-mac"));
    assert_eq!(
        names,
        [
            "other secret: token",
            "rotated: token",
            "empty Secret: token",
            "no proof",
            "empty x-mac",
            "bare prefix in x-mac",
            "doubled x-mac",
            "flipped x-mac",
            "truncated x-mac",
            "lengthened x-mac",
            "sha1 in x-mac",
            "sha384 in x-mac",
            "sha512 in x-mac",
            "replayed a day later",
            "changed body: one more line end",
            "changed body: /ref",
        ]
    );
    assert_eq!(notes, [] as [&str; 0]);
}

#[test]
fn of_two_proofs_each_is_forged_if_it_counts() {
    let steps = [hmac("x-new", "body"), hmac("x-old", "body")].join(", ");
    let case = case("token: a-token-for-tests", "", &steps);
    let binding = binding(Authentication::Signature, &[]);
    type Accepts = fn(&Delivery) -> bool;
    let table: [(&str, Accepts, &[&str]); 4] = [
        (
            "both",
            |it| has(it, "x-new") && has(it, "x-old"),
            &["missing x-new", "missing x-old"],
        ),
        (
            "either",
            |it| has(it, "x-new") || has(it, "x-old"),
            &["missing x-new", "missing x-old"],
        ),
        ("one", |it| has(it, "x-new"), &[]),
        // What the recipe signs should count.
        ("none", |_| true, &["missing x-new", "missing x-old"]),
    ];
    for (name, accepts, missing) in table {
        let (names, _) = derived(&case, &binding, accepts);
        let found: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|one| one.starts_with("missing"))
            .collect();
        assert_eq!(found, missing, "{name}");
        let flipped = names.iter().filter(|one| one.starts_with("flipped"));
        assert_eq!(flipped.count(), missing.len().max(1), "{name}");
    }
}

#[test]
fn what_is_presented_is_found_at_every_place() {
    let token = "a token+for tests";
    let credentials = format!("token: '{token}'");
    let query = Source::Query("key".into());
    let member = Source::Member("/ref".into());
    for (headers, places, sign, flipped) in [
        ("[x-key, a token+for tests]", vec![], "", "flipped x-key"),
        (
            "[cookie, a=b; key=a token+for tests]",
            vec![],
            "",
            "flipped cookie",
        ),
        (
            "",
            vec![],
            "{header: authorization, basic: {username: token, password: token}}",
            "flipped authorization",
        ),
        ("", vec![query], "", "flipped query parameter key"),
        ("", vec![member], "", "flipped member /ref"),
    ] {
        let mut case = case(&credentials, headers, sign);
        case.target = "/hook/test?a=b&key=a+token%2Bfor+tests".into();
        if headers.is_empty() && sign.is_empty() {
            case.body = BODY.replace("refs/heads/main", token).into();
        }
        let delivery = case.delivery().unwrap();
        let binding = binding(Authentication::Secret, &places);
        let (names, notes) = derived(&case, &binding, |forged| {
            forged.headers == delivery.headers
                && forged.target == delivery.target
                && (places.is_empty() || forged.body == delivery.body)
        });
        assert!(
            names.iter().any(|name| name == flipped),
            "{flipped}: {names:?}"
        );
        assert_eq!(notes.len(), 2, "{flipped}: {notes:?}");
    }
}

#[test]
fn a_path_is_no_proof_that_can_be_forged() {
    let case = case(
        "token: a-token-for-tests",
        "[authorization, Basic YTpi]",
        "",
    );
    let binding = binding(Authentication::PathOnly, &[]);
    let (names, notes) = derived(&case, &binding, |_| true);
    assert_eq!(names, ["empty Secret: token"]);
    assert_eq!(
        notes,
        ["nothing but the path proves the delivery: a forgery cannot be told"]
    );
}

#[test]
fn a_client_certificate_is_left_out_and_exchanged() {
    let of_clients = [
        "no client certificate",
        "client certificate of another name",
        "empty Secret: clientNames",
    ];
    let token = "[x-key, a-token-for-tests]";
    for (authentication, headers, first, count, noted) in [
        (
            Authentication::Certificate,
            "",
            &["empty Secret: token"] as &[_],
            4,
            0,
        ),
        (
            Authentication::Secret,
            token,
            &[
                "other secret: token",
                "rotated: token",
                "empty Secret: token",
            ],
            12,
            2,
        ),
    ] {
        let secret = "token: a-token-for-tests, clientNames: sender.example";
        let mut case = case(secret, headers, "");
        case.client.certificate = Some(Arc::default());
        let proves = authentication == Authentication::Secret;
        let mut binding = binding(authentication, &[]);
        binding.client_names = ClientNames::parse("sender.example").ok();
        for credential in &mut binding.credentials {
            credential.proves = proves;
        }
        let (names, notes) = derived(&case, &binding, |delivery| {
            !proves || has(delivery, "x-key")
        });
        let (secrets, others) = names.split_at(first.len());
        assert_eq!(secrets, first, "{authentication:?}");
        assert_eq!(others[..3], of_clients, "{authentication:?}");
        assert_eq!(
            (names.len(), notes.len()),
            (count, noted),
            "{names:?} {notes:?}"
        );
    }
}

#[test]
fn a_rotation_that_is_under_way_is_not_begun_again() {
    let case = case(
        "token: a-new-token, previousToken: a-token-for-tests",
        "",
        &hmac("x-mac", "body").replace("key: token", "key: previousToken"),
    );
    let binding = binding(Authentication::Signature, &[]);
    let (names, _) = derived(&case, &binding, |delivery| has(delivery, "x-mac"));
    assert_eq!(
        names[..3],
        ["other secret: token", "empty Secret: token", "no proof"]
    );
}

#[test]
fn a_body_is_changed_in_each_text_where_the_cover_is_not_known() {
    let mut case = case(
        "token: a-token-for-tests",
        "",
        &hmac("x-mac", "{header: x-id}"),
    );
    case.headers.insert("x-id", "1".parse().unwrap());
    let binding = binding(Authentication::Signature, &[]);
    for (body, changed) in [
        (BODY, &["/ref", "/repository/url"] as &[_]),
        (r#"[{"a~b": "c"}, 1, "", ["d"]]"#, &["/0/a~0b", "/3/0"]),
        (r#"{"a": 1}"#, &["its middle"]),
        ("payload=abc", &["its middle"]),
        ("", &[]),
    ] {
        case.body = body.into();
        let (names, _) = derived(&case, &binding, |delivery| has(delivery, "x-mac"));
        let names = names
            .iter()
            .filter_map(|name| name.strip_prefix("changed body: "));
        let names: Vec<&str> = names.collect();
        assert_eq!(names, [&["one more line end"], changed].concat(), "{body}");
    }
}

#[test]
fn a_public_key_is_not_exchanged() {
    let pem = "token: \"-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEA\\n-----END PUBLIC KEY-----\"";
    let mac = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let case = case(pem, &format!("[x-signature, {mac}]"), "");
    let binding = binding(Authentication::Signature, &[]);
    let (names, notes) = derived(&case, &binding, |delivery| has(delivery, "x-signature"));
    assert_eq!(names[..2], ["empty Secret: token", "no proof"]);
    assert!(notes[0].contains("PEM"), "{notes:?}");
}
