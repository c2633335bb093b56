//! How registries are reached: by plain HTTP, with credentials, with certificates.

use bellpull_tests::cluster::artefacts::{Author, Signer, docker_config};
use bellpull_tests::cluster::registry::{Registry, USER};
use bellpull_tests::manifests::secret;
use serde_json::{Value, json};

use super::accepting;
use super::unserved::{none_serves, unserved};
use super::world::{
    CLOSED, FolderWorld, NOTIFIED, but, delivers, signed, tagged, until_delivers, until_problem,
};

/// A Secret in Bellpull's own namespace.
pub(super) fn own_secret(name: &str, values: &Value) -> String {
    let manifest = secret(name, &values.to_string());
    manifest.replacen("{name: ", "{namespace: flux-system, name: ", 1)
}

#[test]
fn plain_http_takes_the_object_and_the_operator() {
    let registry = Registry::start().expect("a registry");
    let (author, signer) = (Author::new(&registry, "access/plain"), Signer::new());
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let host = registry.host();
    let insecure = tagged(&author, &signer, "1");
    let mut secure = insecure.clone();
    secure["source"]["oci"]["insecure"] = json!(false);
    let flag = ["--plain-http", host.as_str()];
    for (spec, flags, expected) in [
        (
            &insecure,
            &[][..],
            Some(("PolicyDenied", format!("--plain-http {host}"))),
        ),
        (&secure, &flag, Some(("PullFailed", host.clone()))),
        (&insecure, &flag, None),
    ] {
        let world = FolderWorld::new();
        world.declares("acme", spec);
        let served = world.serve(flags);
        match expected {
            Some((reason, part)) => {
                until_problem(&served, "acme", reason, &part);
                delivers(&served, "mine", CLOSED);
            }
            None => delivers(&served, "mine", NOTIFIED),
        }
    }
}

#[test]
fn a_secret_with_the_password_lets_in() {
    let registry = Registry::asking_for_the_user().expect("a registry");
    let author = Author::new(&registry, "access/private").as_the_user();
    let signer = Signer::new();
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let host = registry.host();
    let with = |password: &str| {
        let config = docker_config(&host, USER.0, password);
        own_secret("pull", &json!({".dockerconfigjson": config}))
    };
    let mut spec = tagged(&author, &signer, "1");
    let world = FolderWorld::new();
    world.declares("acme", &spec);
    let served = world.serve(&["--plain-http", &host]);
    until_problem(&served, "acme", "PullFailed", &host);
    spec["source"]["oci"]["secretRef"] = json!({"name": "pull"});
    world.declares("acme", &spec);
    until_problem(
        &served,
        "acme",
        "ReferenceNotFound",
        "Secret flux-system/pull: it does not exist",
    );
    world.put("pull", &with("a-wrong-password"));
    until_problem(&served, "acme", "PullFailed", &host);
    world.put("pull", &with(USER.1));
    until_delivers(&served, "mine", NOTIFIED);
    let log = served.stderr();
    for password in ["a-wrong-password", USER.1] {
        assert!(!log.contains(password), "{log}");
    }
}

#[test]
fn what_is_wrong_with_a_secret_is_said() {
    let author = Author::new(Registry::shared(), "access/wrong");
    let signer = Signer::new();
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let with = |field: &str, name: &str| {
        let mut spec = tagged(&author, &signer, "1");
        spec["source"]["oci"][field] = json!({"name": name});
        spec
    };
    let key = |entry: &str| {
        let key = json!({"name": "release", "secretRef": {"name": "opaque", "key": entry}});
        but(
            tagged(&author, &signer, "1"),
            json!({"verify": {"keys": [key]}}),
        )
    };
    let world = FolderWorld::new();
    for (name, values) in [
        ("opaque", json!({"text": "this is no key"})),
        ("half", json!({"tls.crt": "a certificate"})),
        ("json", json!({".dockerconfigjson": "no json"})),
    ] {
        world.put(name, &own_secret(name, &values));
    }
    let missing = |name, spec, part: &str| unserved(name, spec, "ReferenceNotFound", part);
    let cases = [
        missing(
            "no-config",
            with("secretRef", "opaque"),
            "has no key .dockerconfigjson",
        ),
        missing(
            "no-json",
            with("secretRef", "json"),
            "source.oci.secretRef json: ",
        ),
        missing(
            "half",
            with("certSecretRef", "half"),
            "it has one of tls.crt and tls.key",
        ),
        missing(
            "no-entry",
            key("cosign.pub"),
            "Secret flux-system/opaque has no key cosign.pub",
        ),
        unserved(
            "no-key",
            key("text"),
            "ValidationFailed",
            "verify.keys: release: ",
        ),
    ];
    none_serves(&world, &[], &cases);
}
