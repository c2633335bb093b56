use std::fs;

use bellpull_signature::{SignaturePolicy, TrustedIdentity, TrustedKey, TrustedRoot};
use bellpull_tests::cluster::sigstore::SigstoreSignatures;
use bellpull_tests::serve::said;

use super::cosign;

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const ISSUER: &str = "https://issuer.example.com";
const ALICE: &str = "alice@example.com";

/// cosign wants to be told which of the proofs of time a bundle has.
const STAMPED: &[&str] = &["v2", "expired-v2", "early", "unlogged"];

#[test]
fn both_judge_each_bundle_alike() {
    let signatures = SigstoreSignatures::of(DIGEST).expect("signatures");
    let folder = tempfile::tempdir().unwrap();
    let root = signatures.trusted_root.to_string();
    fs::write(folder.path().join("root.json"), &root).unwrap();
    fs::write(folder.path().join("key.pub"), &signatures.public_key).unwrap();
    let policy = SignaturePolicy {
        keys: vec![TrustedKey::from_pem("key", &signatures.public_key).unwrap()],
        identities: vec![TrustedIdentity::exact(ISSUER, ALICE)],
        trusted_root: Some(TrustedRoot::from_json(&root).unwrap()),
        log_entry: true,
        ..SignaturePolicy::default()
    };
    let mut differences = Vec::new();
    // cosign takes a statement of any type from a file.
    for name in signatures
        .bundles
        .keys()
        .filter(|name| *name != "attestation")
    {
        fs::write(folder.path().join("bundle.json"), signatures.bundle(name)).unwrap();
        let artefact = [
            "--digest",
            &DIGEST["sha256:".len()..],
            "--digestAlg",
            "sha256",
        ];
        let signer: &[&str] = match name.starts_with("key") {
            true => &["--key", "key.pub"],
            false => &[
                "--certificate-identity",
                ALICE,
                "--certificate-oidc-issuer",
                ISSUER,
            ],
        };
        let stamped: &[&str] = match STAMPED.contains(&name.as_str()) {
            true => &["--use-signed-timestamps"],
            false => &[],
        };
        let verify = [
            "verify-blob-attestation",
            "--bundle=bundle.json",
            "--trusted-root=root.json",
            "--type=https://sigstore.dev/cosign/sign/v1",
        ];
        let arguments = [&verify[..], &artefact, signer, stamped].concat();
        let (code, _, theirs) = said(&cosign(folder.path(), &arguments));
        let ours = policy.verify(DIGEST, &[signatures.bundle(name)]);
        if ours.is_ok() != (code == Some(0)) {
            differences.push(format!("{name}: ours {ours:?}, cosign {code:?}: {theirs}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
