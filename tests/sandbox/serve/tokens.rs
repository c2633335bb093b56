//! Tokens of an issuer behind TLS with a private authority.

use bellpull_tests::https::Authority;
use bellpull_tests::issuer::{Issuer, KeyKind};
use bellpull_tests::manifests::{path, put, receiver};
use bellpull_tests::serve::{Served, request, run, said};
use serde_json::{Value, json};

/// Status and outcome of a delivery with a right token.
fn ring(issuer: &Issuer, arguments: &[&str]) -> (u16, Value, Served) {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = format!(
        "{{type: generic-oidc, resources: [{{kind: GitRepository, name: app}}], \
         oidcProviders: [{{issuerURL: '{}', \
         validations: [{{expression: \"claims.sub == 'us'\", message: not us}}]}}]}}",
        issuer.url()
    );
    put(folder.path(), "a.yaml", &receiver("ci", &spec));
    let served = Served::start(folder.path(), arguments);
    let token = issuer.token(json!({"aud": "notification-controller", "sub": "us"}));
    let headers = [("authorization".to_owned(), format!("Bearer {token}"))];
    let (status, answer) = request(served.receiver, "POST", &path("ci", ""), &headers, b"{}");
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    let log = served.stderr();
    assert!(!log.contains(&token), "the token is in the log: {log}");
    (status, answer["outcome"].clone(), served)
}

#[test]
fn an_issuer_is_trusted_by_its_authority() {
    let authority = Authority::new().expect("an authority");
    let issuer = Issuer::start(Some(&authority), KeyKind::Rsa).expect("an issuer");
    let file = authority.file();
    let file = file.to_str().expect("a path in UTF-8");
    let listed = |host| ["--trust-ca", file, "--allow-private-issuer", host];
    let (here, elsewhere) = (listed("localhost,127.0.0.1"), listed("issuer.example"));
    let cases: [(&[&str], _, _); 5] = [
        (&["--trust-ca", file], 200, "notified"),
        (&here, 200, "notified"),
        (&elsewhere, 503, "unavailable"),
        (&[], 503, "unavailable"),
        (
            &["--trust-ca", file, "--jwt-public-only"],
            503,
            "unavailable",
        ),
    ];
    for (arguments, status, outcome) in cases {
        let (got, said, served) = ring(&issuer, arguments);
        let log = served.stderr();
        assert_eq!(
            (got, said.as_str()),
            (status, Some(outcome)),
            "{arguments:?}: {log}"
        );
    }
}

#[test]
fn a_receiver_has_few_issuers() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, count) in [("few", 16), ("many", 17)] {
        let issuer = |at| {
            format!(
                "{{issuerURL: 'https://issuer-{at}.example', \
                 validations: [{{expression: \"claims.sub == 'us'\", message: not us}}]}}"
            )
        };
        let issuers: Vec<String> = (0..count).map(issuer).collect();
        let spec = format!(
            "{{type: generic-oidc, resources: [{{kind: GitRepository, name: app}}], \
             oidcProviders: [{}]}}",
            issuers.join(", ")
        );
        put(
            folder.path(),
            &format!("{name}.yaml"),
            &receiver(name, &spec),
        );
    }
    let folder = folder.path().to_str().expect("a path in UTF-8");
    let (_, shown, _) = said(&run(&["receivers", "--manifests", folder]));
    let told = "many: spec.oidcProviders: 17 issuers, at most 16";
    assert!(shown.contains(told) && !shown.contains("few:"), "{shown}");
}
