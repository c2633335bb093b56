//! What `bellpull verify` asks for, before it asks a registry.

use bellpull_tests::serve::{run, said};

#[test]
fn what_is_missing_or_wrong_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("trusted_root.json");
    std::fs::write(&root, "{}").unwrap();
    let root = root.to_str().unwrap();
    let identity = ["--certificate-identity", "a@example.com"];
    let issuer = ["--certificate-oidc-issuer", "https://a.example"];
    let expression = ["--certificate-identity-regexp", "("];
    let key = ["--key", "a.pub"];
    let no_file = ["--trusted-root", "no/such.json"];
    let no_root = ["--trusted-root", root];
    let cases: [(Vec<&str>, i32, &str); 10] = [
        (vec![], 64, "--certificate-identity <SUBJECT>"),
        (identity.to_vec(), 64, "--certificate-oidc-issuer <URL>"),
        ([identity, issuer].concat(), 64, "--trusted-root <FILE>"),
        (
            [key, issuer].concat(),
            64,
            "--certificate-identity <SUBJECT>",
        ),
        (
            [&key[..], &["--require-log-entry"]].concat(),
            64,
            "--trusted-root <FILE>",
        ),
        (
            [expression, issuer, no_file].concat(),
            64,
            "--certificate-identity-regexp (: it is no regular expression",
        ),
        (
            [&key[..], &["--minimum", "2"]].concat(),
            64,
            "--minimum 2: give a number from 1",
        ),
        (
            [&key[..], &["--minimum", "0"]].concat(),
            64,
            "--minimum 0: give a number from 1",
        ),
        (
            [identity, issuer, no_file].concat(),
            1,
            "--trusted-root no/such.json",
        ),
        (
            [identity, issuer, no_root].concat(),
            1,
            "it is no trusted_root.json of Sigstore",
        ),
    ];
    for (arguments, expected, part) in cases {
        let command = [&["verify", "oci://127.0.0.1:1/a:1"][..], &arguments].concat();
        let (code, _, stderr) = said(&run(&command));
        assert_eq!(code, Some(expected), "{arguments:?}: {stderr}");
        assert!(
            stderr.contains(part),
            "{arguments:?}: {part:?} is not in {stderr}"
        );
    }
}
