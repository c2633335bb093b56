//! What is served, and what is not trusted.

use bellpull_tests::cluster::artefacts::{Author, Signer};
use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::hostile;
use serde_json::json;

use super::accepting;
use super::world::{
    CLOSED, FolderWorld, NOTIFIED, attach, attached, but, deliver, delivers, signed, state, tagged,
    until_problem,
};

#[test]
fn a_signed_artefact_is_served_and_told() {
    let (author, signer) = (
        Author::new(Registry::shared(), "trust/served"),
        Signer::new(),
    );
    let artefact = signed(&author, &signer, "1.0.0", &accepting("1.0.0"));
    let world = FolderWorld::new();
    world.declares("acme", &tagged(&author, &signer, "1.0.0"));
    let served = world.serve(&[]);
    delivers(&served, "mine", NOTIFIED);
    let told = state(&served, "acme");
    let revision = format!("1.0.0@{}", artefact.digest);
    for (member, expected) in [
        ("state", json!("serving")),
        ("providers", json!(["acme"])),
        ("version", json!("1.0.0")),
        ("artefact", json!(revision)),
        ("verifiedBy", json!(["release"])),
        ("reason", json!(null)),
    ] {
        assert_eq!(told[member], expected, "{member} of {told}");
    }
}

#[test]
fn what_is_in_doubt_does_not_serve_and_says_why() {
    let author = Author::new(Registry::shared(), "trust/doubt");
    let (signer, stranger) = (Signer::new(), Signer::new());
    let artefact = signed(&author, &signer, "signed", &accepting("1.0.0"));
    let of_another = author.push("unsigned", &accepting("1.0.1"));
    let jwt = "(import \"bellpull:provider/jwt@0.1.0\" \"verify\"
        (func $verify (param i32 i32 i32 i32 i32)))";
    signed(&author, &signer, "jwt", &hostile::component("acme", jwt));
    signed(
        &author,
        &signer,
        "github",
        &hostile::component("github", ""),
    );
    let spec = |tag: &str| tagged(&author, &signer, tag);
    let key = |name: &str, signer: &Signer| json!({"name": name, "pem": signer.public});
    let twice = [key("one", &signer), key("other", &signer)];
    let zeros = format!("sha256:{}", "0".repeat(64));
    let named = |digest: &str| but(spec("signed"), json!({"verify": null, "digest": digest}));
    let cases = [
        (
            "wrong-key",
            tagged(&author, &stranger, "signed"),
            "VerificationFailed",
            "signed by 0 of those that count, 1 wanted: a signature is of none of the keys",
        ),
        (
            "unsigned",
            spec("unsigned"),
            "VerificationFailed",
            "it has no signature",
        ),
        (
            "twice",
            but(
                spec("signed"),
                json!({"verify": {"keys": twice, "minimum": 2}}),
            ),
            "VerificationFailed",
            "signed by 1 of those that count, 2 wanted",
        ),
        (
            "digest",
            named(&of_another.digest),
            "VerificationFailed",
            &format!(
                "leads to {}, and digest names {}",
                artefact.digest, of_another.digest
            ),
        ),
        (
            "absent",
            named(&zeros),
            "VerificationFailed",
            "and digest names sha256:000",
        ),
        (
            "names",
            but(spec("signed"), json!({"providers": ["other"]})),
            "ProvidersNotAllowed",
            "claims acme, and spec.providers allows other alone",
        ),
        (
            "grant",
            spec("jwt"),
            "CapabilityNotGranted",
            "grant it jwt in spec.grants",
        ),
        (
            "bundled",
            but(spec("github"), json!({"providers": ["acme"]})),
            "ProvidersNotAllowed",
            "claims github",
        ),
        ("tag", spec("no-such-tag"), "PullFailed", "no-such-tag"),
    ];
    let world = FolderWorld::new();
    for (name, spec, ..) in &cases {
        world.declares(name, spec);
    }
    let served = world.serve(&[]);
    for (name, _, reason, part) in &cases {
        until_problem(&served, name, reason, part);
        assert_eq!(state(&served, name)["state"], "failed", "{name}");
    }
    delivers(&served, "mine", CLOSED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_counts_for_its_own_digest_alone() {
    let (author, signer) = (
        Author::new(Registry::shared(), "trust/moved"),
        Signer::new(),
    );
    let right = signed(&author, &signer, "1", &accepting("1.0.0"));
    let wrong = author.push("2", &accepting("1.0.1"));
    // As somebody would attach them who has no key.
    attach(&wrong, attached(&right).await).await;
    let world = FolderWorld::new();
    world.declares("acme", &tagged(&author, &signer, "2"));
    let served = world.serve(&[]);
    until_problem(&served, "acme", "VerificationFailed", &wrong.digest);
    delivers(&served, "mine", CLOSED);
}

#[test]
fn a_bundled_name_is_served_only_by_override() {
    let (author, signer) = (
        Author::new(Registry::shared(), "trust/bundled"),
        Signer::new(),
    );
    signed(&author, &signer, "1", &hostile::component("github", ""));
    let world = FolderWorld::new();
    world.receives("hub", "github");
    let spec = but(
        tagged(&author, &signer, "1"),
        json!({"providers": ["github"]}),
    );
    world.declares("hub", &spec);
    let served = world.serve(&[]);
    delivers(&served, "hub", (401, "unauthenticated"));
    assert_eq!(state(&served, "hub")["state"], "shadowed");
    world.declares("hub", &but(spec, json!({"override": true})));
    served.until("overriding", || state(&served, "hub")["state"] == "serving");
    // The path alone proves less than a signature.
    served.until("held back", || {
        deliver(&served, "hub") == (503, "unavailable".to_owned())
    });
}
