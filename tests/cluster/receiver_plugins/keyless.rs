//! Signatures with certificates: who has signed is an identity, and the trusted root is a ConfigMap.

use bellpull_tests::cluster::artefacts::Author;
use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::cluster::sigstore::SigstoreSignatures;
use serde_json::{Value, json};

use super::accepting;
use super::world::{
    CLOSED, FolderWorld, NOTIFIED, attach, delivers, state, until_delivers, until_problem,
};
use crate::signatures::{ALICE, ISSUER};

fn root(content: &Value) -> String {
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "root", "namespace": "flux-system"},
        "data": {"trusted_root.json": content.to_string()},
    })
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_counts_while_its_trusted_root_is_there() {
    let author = Author::new(Registry::shared(), "keyless/acme");
    let artefact = author.push("1", &accepting("1.0.0"));
    let signatures = SigstoreSignatures::of(&artefact.digest).expect("signatures");
    attach(&artefact, vec![signatures.bundle("v1")]).await;
    let spec = |identity: Value| {
        json!({
            "source": {"oci": {"url": author.url(), "tag": "1", "insecure": true}},
            "verify": {"identities": [identity], "trustedRootRef": {"name": "root"}},
            "providers": ["acme"],
        })
    };
    let world = FolderWorld::new();
    let expression = json!({"issuer": ISSUER, "subjectRegExp": "[^@]+@example[.]com"});
    world.declares("acme", &spec(expression));
    let other = json!({"issuer": ISSUER, "subject": "bob@example.com"});
    world.declares("other", &spec(other));
    let served = world.serve(&[]);
    until_problem(
        &served,
        "acme",
        "ReferenceNotFound",
        "ConfigMap flux-system/root: it does not exist",
    );

    world.put("root", &root(&signatures.trusted_root));
    until_delivers(&served, "mine", NOTIFIED);
    let told = state(&served, "acme");
    assert_eq!(
        told["verifiedBy"],
        json!([format!("{ALICE} ({ISSUER})")]),
        "{told}"
    );
    until_problem(&served, "other", "VerificationFailed", "is not trusted");

    world.put("root", &root(&signatures.other_trusted_root));
    until_delivers(&served, "mine", CLOSED);
    until_problem(&served, "acme", "VerificationFailed", "is not trusted");
    delivers(&served, "mine", CLOSED);
}
