//! What is served, and what is not trusted.

use bellpull_tests::cluster::artefacts::{Author, Signer};
use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::hostile;
use serde_json::json;

use super::accepting;
use super::unserved::{none_serves, unserved};
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
fn an_artefact_that_is_not_signed_as_wanted_does_not_serve() {
    let author = Author::new(Registry::shared(), "trust/signed");
    let (signer, stranger) = (Signer::new(), Signer::new());
    let artefact = signed(&author, &signer, "signed", &accepting("1.0.0"));
    let other = author.push("unsigned", &accepting("1.0.1"));
    let spec = |tag: &str| tagged(&author, &signer, tag);
    let key = |name: &str| json!({"name": name, "pem": signer.public});
    let twice = json!({"verify": {"keys": [key("one"), key("other")], "minimum": 2}});
    let named = |digest: &str| but(spec("signed"), json!({"verify": null, "digest": digest}));
    let zeros = format!("sha256:{}", "0".repeat(64));
    let leads = format!(
        "leads to {}, and digest names {}",
        artefact.digest, other.digest
    );
    let failed = |name, spec, part: &str| unserved(name, spec, "VerificationFailed", part);
    let cases = [
        failed(
            "wrong-key",
            tagged(&author, &stranger, "signed"),
            "a signature is of none of the keys",
        ),
        failed("unsigned", spec("unsigned"), "it has no signature"),
        failed(
            "twice",
            but(spec("signed"), twice),
            "signed by 1 of those that count, 2 wanted: nobody but one has",
        ),
        failed("digest", named(&other.digest), &leads),
        failed("absent", named(&zeros), "and digest names sha256:000"),
    ];
    none_serves(&FolderWorld::new(), &[], &cases);
}

#[test]
fn a_component_that_wants_more_than_it_may_does_not_serve() {
    let author = Author::new(Registry::shared(), "trust/more");
    let signer = Signer::new();
    let jwt = "(import \"bellpull:provider/jwt@0.1.0\" \"verify\"
        (func $verify (param i32 i32 i32 i32 i32)))";
    for (tag, name, text) in [
        ("jwt", "acme", jwt),
        ("github", "github", ""),
        ("acme", "acme", ""),
    ] {
        signed(&author, &signer, tag, &hostile::component(name, text));
    }
    let spec = |tag: &str| tagged(&author, &signer, tag);
    let other = but(spec("acme"), json!({"providers": ["other"]}));
    let cases = [
        unserved(
            "names",
            other,
            "ProvidersNotAllowed",
            "claims acme, and spec.providers allows other alone",
        ),
        unserved(
            "bundled",
            spec("github"),
            "ProvidersNotAllowed",
            "claims github",
        ),
        unserved(
            "grant",
            spec("jwt"),
            "CapabilityNotGranted",
            "grant it jwt in spec.grants",
        ),
    ];
    none_serves(&FolderWorld::new(), &[], &cases);
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
