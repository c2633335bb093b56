use std::path::Path;

use bellpull_tests::https::Authority;
use bellpull_tests::manifests::{TOKEN, path, put, receiver, secret, token};
use bellpull_tests::serve::{Served, get, run, said};
use tempfile::TempDir;

const SPEC: &str = "{type: github, secretRef: {name: token}, resources: []}";

fn manifests() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    put(
        folder.path(),
        "all.yaml",
        &(receiver("app", SPEC) + &token()),
    );
    folder
}

fn file(folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// Sends a sample as a user does. Returns the exit code and all that was said.
fn send(
    served: &Served,
    scheme: &str,
    manifests: &Path,
    trusted: Option<&Authority>,
) -> (i32, String) {
    let to = format!("{scheme}://localhost:{}", served.receiver.port());
    let manifests = manifests.to_str().expect("a path in UTF-8");
    let mut arguments = vec!["send", "app", "--manifests", manifests, "--to", &to];
    let trusted = trusted.map(|authority| authority.file());
    if let Some(trusted) = &trusted {
        arguments.extend(["--trust-ca", trusted.to_str().expect("a path in UTF-8")]);
    }
    let (code, stdout, stderr) = said(&run(&arguments));
    (code.unwrap_or_default(), stdout + &stderr)
}

#[test]
fn webhooks_are_taken_over_tls_and_probes_stay_plain() {
    let (manifests, certificates) = (manifests(), tempfile::tempdir().expect("a folder"));
    let authority = Authority::new().expect("an authority");
    authority.issue_into(certificates.path()).expect("a pair");
    let certificate = file(certificates.path(), "tls.crt");
    let key = file(certificates.path(), "tls.key");
    let served = Served::start(
        manifests.path(),
        &["--tls-cert", &certificate, "--tls-key", &key],
    );
    for (scheme, trusted, code, expected) in [
        ("https", Some(&authority), 0, "200 OK"),
        ("https", None, 1, "UnknownIssuer"),
        ("http", None, 1, "no answer from http://localhost"),
    ] {
        let (exit, told) = send(&served, scheme, manifests.path(), trusted);
        assert_eq!(exit, code, "{scheme}: {told}");
        assert!(told.contains(expected), "{scheme}: {told}");
    }
    assert_eq!(get(served.health, "/healthz").0, 200);
    let (_, metrics) = get(served.metrics, "/metrics");
    let expiry = "bellpull_tls_certificate_expiry_timestamp_seconds{name=\"localhost\"}";
    assert!(metrics.contains(expiry), "{metrics}");
}

#[test]
fn a_renewed_pair_is_taken_and_a_wrong_one_is_not() {
    let (manifests, certificates) = (manifests(), tempfile::tempdir().expect("a folder"));
    let (first, second) = (
        Authority::new().expect("one"),
        Authority::new().expect("two"),
    );
    first.issue_into(certificates.path()).expect("a pair");
    let certificate = file(certificates.path(), "tls.crt");
    let key = file(certificates.path(), "tls.key");
    let served = Served::start(
        manifests.path(),
        &["--tls-cert", &certificate, "--tls-key", &key],
    );
    std::fs::write(&key, "nonsense").expect("written");
    served.until_log("changed certificates are not taken");
    let (exit, told) = send(&served, "https", manifests.path(), Some(&first));
    assert_eq!(exit, 0, "{told}");
    second.issue_into(certificates.path()).expect("a pair");
    served.until_log("certificates reloaded");
    let (exit, told) = send(&served, "https", manifests.path(), Some(&second));
    assert_eq!(exit, 0, "{told}");
    let log = served.stderr();
    assert!(log.contains("tls.key: holds no private key"), "{log}");
}

#[test]
fn files_that_cannot_be_used_are_named_before_anything_is_served() {
    let (manifests, one, other) = (
        manifests(),
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let authority = Authority::new().expect("an authority");
    authority.issue_into(one.path()).expect("a pair");
    authority.issue_into(other.path()).expect("a pair");
    let (certificate, key) = (file(one.path(), "tls.crt"), file(one.path(), "tls.key"));
    let (stranger, missing) = (file(other.path(), "tls.key"), file(other.path(), "missing"));
    let directory = manifests.path().to_str().unwrap();
    let two = format!("{certificate},{certificate}");
    let cases: [(&[&str], &str); 5] = [
        (
            &["--tls-cert", &certificate, "--tls-key", &stranger],
            "does not belong to the certificate in",
        ),
        (
            &["--tls-cert", &missing, "--tls-key", &key],
            "cannot be read",
        ),
        (
            &["--tls-cert", &two, "--tls-key", &key],
            "--tls-cert names 2 files and --tls-key 1",
        ),
        (&["--tls-cert", &certificate], "--tls-key"),
        (&["--tls-client-ca", &certificate], "--tls-cert"),
    ];
    for (arguments, expected) in cases {
        let arguments = [&["serve", "--manifests", directory], arguments].concat();
        let (code, _, stderr) = said(&run(&arguments));
        assert_eq!(code, Some(64), "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected), "{arguments:?}: {stderr}");
        assert!(!stderr.contains("listening"), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_receiver_that_demands_a_client_certificate_takes_nobody_else() {
    let (manifests, certificates) = (manifests(), tempfile::tempdir().expect("a folder"));
    let authority = Authority::new().expect("an authority");
    authority.issue_into(certificates.path()).expect("a pair");
    let client = authority.client().expect("a certificate");
    let generic = |name: &str| {
        let spec = format!("{{type: generic, secretRef: {{name: {name}}}, resources: []}}");
        receiver(name, &spec)
    };
    let names = |name: &str, names: &str| {
        let data = format!("{{token: {TOKEN}, clientNames: \"{names}\"}}");
        secret(name, &data)
    };
    let all = [
        generic("named"),
        names("named", "ci.example.com\\nCN=rcgen self signed cert"),
        generic("other"),
        names("other", "ci.example.com"),
        generic("any"),
        secret("any", &format!("{{token: {TOKEN}}}")),
    ];
    put(manifests.path(), "more.yaml", &all.concat());
    let (certificate, key) = (
        file(certificates.path(), "tls.crt"),
        file(certificates.path(), "tls.key"),
    );
    let trusted = authority.file();
    let served = Served::start(
        manifests.path(),
        &[
            "--tls-cert",
            &certificate,
            "--tls-key",
            &key,
            "--tls-client-ca",
            trusted.to_str().expect("a path in UTF-8"),
        ],
    );
    for (receiver, shown, status) in [
        ("named", Some(&client), 200),
        ("named", None, 401),
        ("other", Some(&client), 401),
        ("any", Some(&client), 200),
        ("any", None, 200),
    ] {
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: 2\r\n\r\n",
            path(receiver, TOKEN)
        );
        let answer = authority.request(served.receiver, shown, &head, b"{}");
        let (got, body) = answer.expect("an answer");
        assert_eq!(got, status, "{receiver} {}: {body}", shown.is_some());
    }
    served.until_log("no client certificate was verified on this connection");
    let stranger = Authority::new()
        .expect("another")
        .client()
        .expect("a certificate");
    let head = "GET /readyz HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
    let refused = authority.request(served.receiver, Some(&stranger), head, b"");
    assert!(refused.is_err(), "{refused:?}");
}
