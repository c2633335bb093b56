use bellpull_signature::{SignaturePolicy, TrustedIdentity};
use serde_json::{Value, json};

use super::{
    ALICE, ISSUER, alice, bundles, identities, keys, matching, nobody, root, signatures, verified,
};

/// Why a policy refuses bundles.
fn refusal(policy: &SignaturePolicy, bundles: &[Vec<u8>]) -> String {
    verified(policy, bundles).expect_err("a refusal")
}

fn assert_refused(what: &str, policy: &SignaturePolicy, bundles: &[Vec<u8>], expected: &str) {
    let reason = refusal(policy, bundles);
    assert!(
        reason.contains(expected),
        "{what}: {expected:?} is not in {reason:?}"
    );
}

#[test]
fn what_is_signed_wrongly_is_refused() {
    let cases = [
        ("other", "does not match any subject"),
        (
            "attestation",
            r#"has signed a statement of the type "https://slsa.dev/provenance/v1""#,
        ),
        ("expired-v1", "CertExpired"),
        ("expired-v2", "CertExpired"),
        ("early", "CertNotValidYet"),
        ("untimed", "no verified timestamp"),
        ("unlogged", "it has no entry of a log"),
        ("no-sct", "missing SCT extension"),
        ("no-code-signing", "RequiredEkuNotFound"),
        ("other-authority", "InvalidSignatureForPublicKey"),
        (
            "bob",
            "bob@example.com (https://issuer.example.com) has signed it, and is none of the identities",
        ),
        ("key", "a signature is of none of the keys"),
    ];
    for (name, expected) in cases {
        assert_refused(name, &alice(), &bundles(&[name]), expected);
    }
}

#[test]
fn whoever_a_policy_does_not_count_has_not_signed() {
    let no_root = SignaturePolicy {
        trusted_root: None,
        ..alice()
    };
    let other_root = SignaturePolicy {
        trusted_root: Some(root(&signatures().other_trusted_root)),
        ..alice()
    };
    let twice = |policy| SignaturePolicy {
        minimum: 2,
        ..policy
    };
    let unlogged = SignaturePolicy {
        trusted_root: None,
        ..keys(true)
    };
    let elsewhere = TrustedIdentity::exact("https://other.example.com", ALICE);
    let longer = TrustedIdentity::exact(ISSUER, "alice@example.com.evil.example");
    let none = "is none of the identities";
    let cases: [(&[&str], SignaturePolicy, &str); 17] = [
        (&["v1"], nobody(), "only keys count"),
        (&["v1"], keys(false), "only keys count"),
        (&["v1"], no_root, "no trusted root is given"),
        (
            &["v1"],
            other_root.clone(),
            "its log is none of the trusted root",
        ),
        (&["v2"], other_root, "its log is none of the trusted root"),
        (&["v1"], identities(vec![elsewhere]), none),
        (&["v1"], identities(vec![longer]), none),
        (&["v1"], matching("lice@example[.]com"), none),
        (&["v1"], matching("alice@example"), none),
        (&["v1"], matching("alice|bob@example[.]com"), none),
        (&["v1"], matching("(?m)^alice$"), none),
        (
            &["v1", "v1-again"],
            twice(alice()),
            "signed by 1 of those that count, 2 wanted",
        ),
        (
            &["key", "key-v1"],
            twice(keys(false)),
            "signed by 1 of those that count, 2 wanted",
        ),
        (
            &["key"],
            unlogged,
            "no trusted root is given to check its log entry",
        ),
        (&["key"], keys(true), "it has no entry of a log"),
        (&["key"], nobody(), "a signature is of none of the keys"),
        (&[], alice(), "it has no signature"),
    ];
    for (names, policy, expected) in cases {
        assert_refused(&format!("{names:?}"), &policy, &bundles(names), expected);
    }
}

const ENTRIES: &str = "/verificationMaterial/tlogEntries";
const PROOF: &str = "/verificationMaterial/tlogEntries/0/inclusionProof";
const PROMISE: &str = "/verificationMaterial/tlogEntries/0/inclusionPromise";
const TIMESTAMPS: &str = "/verificationMaterial/timestampVerificationData";

/// A bundle in which one value is another.
fn replaced(name: &str, pointer: &str, value: Value) -> Vec<Vec<u8>> {
    let mut bundle = signatures().bundles[name].clone();
    *bundle.pointer_mut(pointer).expect(pointer) = value;
    vec![bundle.to_string().into_bytes()]
}

#[test]
fn evidence_of_another_signature_is_refused() {
    let another = "log entry does not match the bundle";
    let cases = [
        ("v1", "bob", ENTRIES, another),
        ("v1", "v1-again", ENTRIES, another),
        ("v2", "v1", ENTRIES, another),
        ("v1", "v1-again", PROOF, "invalid inclusion proof"),
        ("v1", "v1-again", PROMISE, "invalid inclusion promise"),
        ("v2", "expired-v2", TIMESTAMPS, "invalid RFC 3161 timestamp"),
    ];
    for (name, from, pointer, expected) in cases {
        let theirs = signatures().bundles[from].pointer(pointer).expect(pointer);
        let bundle = replaced(name, pointer, theirs.clone());
        let what = format!("{name} with {pointer} of {from}");
        assert_refused(&what, &alice(), &bundle, expected);
    }
}

#[test]
fn evidence_that_is_cut_or_repeated_is_refused() {
    let entry = &signatures().bundles["v1"].pointer(ENTRIES).expect(ENTRIES)[0];
    let hashes = &entry["inclusionProof"]["hashes"];
    let path = format!("{PROOF}/hashes");
    let cases = [
        (PROMISE, json!(null), "no verified timestamp"),
        (PROOF, json!(null), "its log entry has no inclusion proof"),
        (&path, json!([hashes[0]]), "invalid inclusion proof"),
        (
            &path,
            json!([hashes[0], hashes[1], hashes[0]]),
            "invalid inclusion proof",
        ),
        (ENTRIES, json!([]), "it has no entry of a log"),
        (ENTRIES, json!(vec![entry; 33]), "more than 32 log entries"),
    ];
    for (pointer, value, expected) in cases {
        let bundle = replaced("v1", pointer, value.clone());
        assert_refused(&format!("{pointer}: {value}"), &alice(), &bundle, expected);
    }
}

#[test]
fn what_is_too_much_is_bounded_and_told() {
    let padded = |length: usize| {
        let mut bundle = signatures().bundle("v1");
        bundle.resize(length, b' ');
        vec![bundle]
    };
    assert!(verified(&alice(), &padded(1 << 20)).is_ok());
    assert_refused(
        "2 MiB",
        &alice(),
        &padded(2 << 20),
        "a bundle has 2097152 bytes",
    );

    let many = vec![signatures().bundle("bob"); 5000];
    let reason = refusal(&alice(), &many);
    assert!(
        reason.contains("of 5000 signatures the first 256 were looked at"),
        "{reason}"
    );
    assert_eq!(reason.matches("bob@example.com").count(), 1, "{reason}");

    let mut endless = signatures().bundles["v1"].clone();
    endless["mediaType"] = "\n\u{1b}[31m".repeat(10_000).into();
    let reason = refusal(&alice(), &[endless.to_string().into_bytes()]);
    assert!(
        reason.chars().count() < 1000 && !reason.contains(char::is_control),
        "{reason}"
    );
}
