//! Bundles of Sigstore's public instance, as `sigstore-verify` keeps them for its own tests. What they say is
//! none of a signature of `cosign sign`: each is refused by the last check, after all others.

use std::fs;
use std::path::PathBuf;

use bellpull_signature::{SignaturePolicy, TrustedIdentity, TrustedRoot};
use cargo_metadata::MetadataCommand;

const WORKFLOWS: &str = "https://token.actions.githubusercontent.com";
const PEOPLE: &str = "https://github.com/login/oauth";
const PUBLIC: &str = "trusted_roots/public-good.json";
const STAGING: &str = "sct-multi-intermediate/staging_trusted_root.json";
const CONDA: &str = "sha256:54303491a8418fbed24344b513546182c29b43bf282ceb433af65e2299f9271f";
const EMPTY: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const PUBLISHED: &str =
    "has signed a statement of the type \"https://schemas.conda.org/attestations-publish-1";

/// The folder of what is recorded.
fn recorded() -> PathBuf {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .other_options(["--locked".to_owned()])
        .exec()
        .expect("cargo metadata");
    let mut packages = metadata.packages.iter();
    let package = packages.find(|package| package.name == "sigstore-verify");
    let manifest = &package.expect("sigstore-verify").manifest_path;
    manifest.parent().unwrap().join("test_data").into()
}

#[test]
fn certificates_and_logs_of_the_public_instance_are_proved() {
    // Entries of Rekor v1 and v2, whose logs have keys of different kinds, v2 with witnesses.
    let cases = [
        ("conda-attestation", PUBLIC, WORKFLOWS, CONDA, PUBLISHED),
        (
            "conda-attestation-rekor2",
            STAGING,
            PEOPLE,
            CONDA,
            PUBLISHED,
        ),
        (
            "conda-attestation",
            STAGING,
            WORKFLOWS,
            CONDA,
            "its log is none of the trusted root",
        ),
        (
            "conda-attestation",
            PUBLIC,
            PEOPLE,
            CONDA,
            "is none of the identities",
        ),
        (
            "conda-attestation",
            PUBLIC,
            WORKFLOWS,
            EMPTY,
            "does not match any subject",
        ),
        (
            "cosign-v3-blob",
            PUBLIC,
            WORKFLOWS,
            CONDA,
            "a bundle has no DSSE envelope",
        ),
    ];
    let folder = recorded();
    let read = |file: &str| fs::read_to_string(folder.join(file)).expect(file);
    for (name, root, issuer, digest, expected) in cases {
        let policy = SignaturePolicy {
            identities: vec![TrustedIdentity::matching(issuer, ".*").unwrap()],
            trusted_root: Some(TrustedRoot::from_json(&read(root)).unwrap()),
            ..SignaturePolicy::default()
        };
        let bundle = read(&format!("bundles/{name}.sigstore.json")).into_bytes();
        let reasons = policy.verify(digest, &[bundle]).unwrap_err().reasons;
        assert!(
            reasons.contains(expected),
            "{name}, {root}, {issuer}: {expected:?} is not in {reasons:?}"
        );
    }
}

#[test]
fn a_trusted_root_that_is_none_says_why() {
    let none = "it is no trusted_root.json of Sigstore";
    let empty = "it has neither certificate authorities nor logs";
    let config = r#"{"mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json"}"#;
    let broken = r#"{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "certificateAuthorities": [{"uri": "https://a.example", "subject": {}, "certChain":
        {"certificates": [{"rawBytes": "AAAA"}]}}]}"#;
    for (text, expected) in [
        ("", none),
        ("-----BEGIN PUBLIC KEY-----", none),
        ("{}", none),
        (config, empty),
        (broken, "it holds what cannot be trusted"),
    ] {
        let error = TrustedRoot::from_json(text).unwrap_err().to_string();
        assert!(
            error.contains(expected),
            "{text}: {expected:?} is not in {error:?}"
        );
    }
}

#[test]
fn an_expression_that_is_none_is_refused() {
    for (expression, expected) in [
        ("(", "unclosed group"),
        // In parentheses it would be an expression, that matches parts.
        ("a)|(?:b", "unopened group"),
        (r"\w{5000}", "exceeds size limit"),
    ] {
        let error = TrustedIdentity::matching("https://a.example", expression).unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains(expected),
            "{expression}: {expected:?} is not in {error:?}"
        );
    }
}
