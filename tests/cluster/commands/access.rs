//! Who may ask an admin listener that asks the API server.

use bellpull_tests::cluster::Identity;
use bellpull_tests::serve::{ADMIN, Served, request, run, said};
use serde_json::Value;

use super::super::rbac::{Grant, grant};
use super::super::world::World;
use super::{SPEC, deliver};

/// A world whose server asks who somebody is.
fn served(world: &World<'_>) -> Served {
    world.repository("app", "{}");
    world.receiver("app", SPEC);
    let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n\
                   metadata: {name: reviews}\n\
                   roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: system:auth-delegator}\n\
                   subjects: [{kind: ServiceAccount, name: bellpull, namespace: flux-system}]\n";
    world.plane.kubectl().apply(binding);
    let served = world.bellpull(&[&ADMIN[..], &["--admin-auth", "kubernetes"]].concat());
    world.until_ready("app");
    served
}

/// One request with a bearer token: status and body.
fn ask(served: &Served, token: Option<&str>, method: &str, path: &str) -> (u16, String) {
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    headers.extend(token.map(|token| ("authorization".to_owned(), format!("Bearer {token}"))));
    let body = if method == "GET" { "" } else { "{}" };
    request(served.admin(), method, path, &headers, body.as_bytes())
}

#[track_caller]
fn expect(
    (served, token): (&Served, Option<&str>),
    (method, path): (&str, &str),
    (status, part): (u16, &str),
) {
    let (got, answer) = ask(served, token, method, path);
    assert_eq!(got, status, "{method} {path}: {answer}");
    assert!(answer.contains(part), "{method} {path}: {answer}");
}

#[test]
fn nobody_is_answered_without_a_token_that_the_api_server_knows() {
    let world = World::new("unknown");
    let served = served(&world);
    let id = deliver(&world, &served);
    let record = format!("/v1/deliveries/{id}");
    let admin = world.plane.token_of(Identity::Admin);
    for path in ["/v1/deliveries", &record, "/v1/plugins", "/v1/log-level"] {
        expect((&served, None), ("GET", path), (401, "bearer token"));
        let guessed = (&served, Some("guessed"));
        expect(
            guessed,
            ("GET", path),
            (401, "does not know the bearer token"),
        );
        expect((&served, Some(admin)), ("GET", path), (200, ""));
    }
    // The pages of the console would ask in the name of the process.
    expect((&served, Some(admin)), ("GET", "/"), (404, ""));
}

#[test]
fn rights_are_those_of_the_namespace() {
    let world = World::new("access");
    let served = served(&world);
    let id = deliver(&world, &served);
    let namespace = world.namespace.as_str();
    let tenant = (&served, Some(world.plane.token_of(Identity::Tenant)));
    let deliveries = format!("/v1/deliveries?namespace={namespace}");
    let receivers = format!("/v1/receivers?namespace={namespace}");
    let record = format!("/v1/deliveries/{id}");
    let no_record = (404, "no record has this id");
    let notify = format!("/v1/receivers/{namespace}/app/notify");
    // Nothing is bound to the tenant.
    let denied = (403, "cannot list deliveries of bellpull.dev in namespace");
    expect(tenant, ("GET", &deliveries), denied);
    expect(tenant, ("GET", &record), no_record);
    expect(
        tenant,
        ("POST", &notify),
        (403, "cannot create receivers/notify"),
    );

    grant(
        &world,
        &Grant("records", "bellpull.dev", "deliveries", "get, list"),
    );
    grant(&world, &Grant("lists", "bellpull.dev", "receivers", "list"));
    for path in [&deliveries, &receivers] {
        served.until("granted", || ask(tenant.0, tenant.1, "GET", path).0 == 200);
    }
    expect(tenant, ("GET", &record), (200, &id));
    expect(
        tenant,
        ("GET", "/v1/deliveries"),
        (403, "in all namespaces"),
    );
    expect(tenant, ("POST", &format!("{record}/replay")), no_record);
    let path = format!("/v1/receivers/{namespace}/app/path");
    expect(tenant, ("GET", &path), (403, "cannot get receivers/path"));
}

#[test]
fn a_command_says_who_asks_by_a_token_in_a_file() {
    let world = World::new("tokens");
    let served = served(&world);
    let id = deliver(&world, &served);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    std::fs::write(
        &file,
        format!("{}\n", world.plane.token_of(Identity::Admin)),
    )
    .expect("written");
    let admin = format!("http://{}", served.admin());
    let show = ["deliveries", "show", &id, "-o", "json", "--admin", &admin];
    let file = file.to_str().expect("a path in UTF-8");
    let (code, told, error) = said(&run(&[&show[..], &["--admin-token-file", file]].concat()));
    assert_eq!(code, Some(0), "{told}{error}");
    let record: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(record["id"], id.as_str());
    let (code, _, error) = said(&run(&show));
    assert_eq!(code, Some(1), "{error}");
    assert!(error.contains("--admin-token-file"), "{error}");
}
