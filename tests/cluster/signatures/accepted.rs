use bellpull_signature::{SignaturePolicy, TrustedIdentity};

use super::{ALICE, ISSUER, WORKLOAD, alice, bundles, identities, key, keys, matching, verified};

#[test]
fn whoever_a_policy_counts_has_signed() {
    let alice_name = format!("{ALICE} ({ISSUER})");
    let bob_name = format!("bob@example.com ({ISSUER})");
    let workload_name = format!("{WORKLOAD} ({ISSUER})");
    let [alice_name, bob_name, workload_name] =
        [&alice_name, &bob_name, &workload_name].map(String::as_str);
    let workload = identities(vec![TrustedIdentity::exact(ISSUER, WORKLOAD)]);
    let both = SignaturePolicy {
        keys: vec![key()],
        minimum: 2,
        ..alice()
    };
    let two_of_one_expression = SignaturePolicy {
        minimum: 2,
        ..matching("[a-z]+@example[.]com")
    };
    let anchored = matching("^https://forge[.]example[.]com/acme/.*$");
    let cases: [(&[&str], &SignaturePolicy, &[&str]); 10] = [
        (&["v1"], &alice(), &[alice_name]),
        (&["v2"], &alice(), &[alice_name]),
        (&["v1", "v1-again", "v2"], &alice(), &[alice_name]),
        (&["workload"], &workload, &[workload_name]),
        (&["workload"], &anchored, &[workload_name]),
        (
            &["v1", "bob"],
            &two_of_one_expression,
            &[alice_name, bob_name],
        ),
        (&["key"], &keys(false), &["key"]),
        (&["key-v1"], &keys(true), &["key"]),
        (&["key-v2"], &keys(true), &["key"]),
        // What is wrong takes nothing away from what is right.
        (
            &["other", "key", "v2", "unlogged"],
            &both,
            &["key", alice_name],
        ),
    ];
    for (names, policy, expected) in cases {
        let expected = expected.iter().map(ToString::to_string).collect();
        assert_eq!(verified(policy, &bundles(names)), Ok(expected), "{names:?}");
    }
}
