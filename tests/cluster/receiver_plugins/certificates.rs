//! A registry with an authority of its own that asks for certificates of clients.

use bellpull_tests::https::{Authority, Server};
use serde_json::json;

use super::access::own_secret;
use super::one_artefact::{Artefact, host, spec};
use super::world::{FolderWorld, NOTIFIED, delivers, until_delivers, until_problem};

/// A registry that talks only to clients of its authority.
fn registry(authority: &Authority) -> Server {
    let artefact = Artefact::new();
    Server::asking_for_certificates(authority, move |target| artefact.reply(target)).unwrap()
}

#[test]
fn a_secret_has_the_authority_and_the_certificate() {
    let authority = Authority::new().unwrap();
    let server = registry(&authority);
    let mut spec = spec(&host(&server), &Artefact::new().digest());
    spec["source"]["oci"]["insecure"] = json!(false);
    spec["source"]["oci"]["certSecretRef"] = json!({"name": "certificates"});
    let (certificate, key) = authority.client().unwrap();
    let world = FolderWorld::new();
    world.declares("acme", &spec);
    let secret = |values| world.put("certificates", &own_secret("certificates", &values));
    secret(json!({}));
    let served = world.serve(&[]);
    until_problem(&served, "acme", "PullFailed", "UnknownIssuer");
    secret(json!({"ca.crt": authority.pem()}));
    until_problem(&served, "acme", "PullFailed", "CertificateRequired");
    secret(json!({"ca.crt": authority.pem(), "tls.crt": certificate, "tls.key": "no key"}));
    until_problem(
        &served,
        "acme",
        "ReferenceNotFound",
        "source.oci.certSecretRef certificates: ",
    );
    secret(json!({"ca.crt": authority.pem(), "tls.crt": certificate, "tls.key": key}));
    until_delivers(&served, "mine", NOTIFIED);
}

#[test]
fn an_object_without_a_secret_shows_the_certificate_of_the_flags() {
    let authority = Authority::new().unwrap();
    let server = registry(&authority);
    let mut spec = spec(&host(&server), &Artefact::new().digest());
    spec["source"]["oci"]["insecure"] = json!(false);
    let (certificate, key) = authority.client().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        file.display().to_string()
    };
    let (certificate, key) = (file("tls.crt", &certificate), file("tls.key", &key));
    let authorities = file("ca.crt", authority.pem());
    let world = FolderWorld::new();
    world.declares("acme", &spec);
    let served = world.serve(&[
        "--trust-ca",
        &authorities,
        "--registry-client-cert",
        &certificate,
        "--registry-client-key",
        &key,
    ]);
    delivers(&served, "mine", NOTIFIED);
}
