//! Genuine deliveries of every other type that Flux has, signed anew: what Bellpull's own cases take
//! for genuine, Flux takes too. Google's tokens are compared in `google.rs`.

use std::path::Path;

use bellpull::cases::{Case, Signer};
use bellpull_core::{SecretBytes, SecretData, Timestamp};

use super::cdevents::UNPROVEN;
use super::expected::{READY, answered, with, without};
use super::names::FIRST;
use super::request::Request;
use super::row::Row;

/// Name of the row, type, and the folder of the delivery.
const GENUINE: [(&str, &str, &str); 15] = [
    ("bitbucket-server", "bitbucket", "server-push-branch"),
    ("bitbucket-pull", "bitbucket", "server-pr-merged"),
    ("bitbucket-cloud", "bitbucket", "cloud-push-branch"),
    ("harbor-image", "harbor", "push"),
    ("harbor-chart", "harbor", "chart-uploaded"),
    ("harbor-cloudevent", "harbor", "cloudevent-pushed"),
    ("dockerhub", "dockerhub", "push"),
    ("quay", "quay", "push"),
    ("quay-build", "quay", "build-success"),
    ("nexus-component", "nexus", "component-created"),
    ("nexus-asset", "nexus", "asset-manifest"),
    ("acr", "acr", "push"),
    ("acr-delete", "acr", "delete"),
    ("cdevents", "cdevents", "change-merged"),
    ("cdevents-artifact", "cdevents", "artifact-published"),
];

/// The proof of a delivery of a type. None where the path is the only proof.
fn proof(provider: &str) -> Option<&'static str> {
    match provider {
        "bitbucket" => Some("x-hub-signature"),
        "harbor" => Some("authorization"),
        "nexus" => Some("x-nexus-webhook-signature"),
        _ => None,
    }
}

fn genuine(provider: &str, case: &str) -> Request {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let case = Case::load(&cases.join(provider).join(case)).expect("a case");
    let token = SecretBytes::new(FIRST.as_bytes().to_vec());
    let secret: SecretData = [("token".to_owned(), token)].into();
    let signer = Signer {
        secret: &secret,
        config: None,
        token: None,
    };
    let delivery = case.delivery_to("/hook/x", signer, Timestamp::now());
    let delivery = delivery.expect("it can be signed");
    let mut request = Request::post(delivery.body.to_vec());
    for (name, value) in &delivery.headers {
        request = request.header(name.as_str(), value.to_str().expect("a text"));
    }
    request
}

pub(super) fn rows() -> Vec<Row> {
    let row = |(name, provider, case): &(&'static str, &str, &str)| {
        let spec = format!(
            "{{type: {provider}, secretRef: {{name: token}}, \
             resources: [{{kind: GitRepository, name: app}}]}}"
        );
        let request = genuine(provider, case);
        let row = Row::new(name, &spec);
        let Some(proof) = proof(provider) else {
            return row.send(request).expect(answered(200)).differs(
                "that whoever knows the path is believed is said where a Receiver is looked at",
                &[READY],
                &[UNPROVEN],
            );
        };
        let unproven = request.clone().without(proof).label("unproven");
        let answers = ["answered (genuine): 200", "answered (unproven): 400"];
        let expected = with(without(answered(200), &["answered: 200"]), &answers);
        row.send(request.label("genuine"))
            .send(unproven)
            .expect(expected)
    };
    GENUINE.iter().map(row).collect()
}
