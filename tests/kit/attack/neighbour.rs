//! The Receiver of another tenant, and its sender.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bellpull_core::{Encoding, ReceiverId, SecretBytes};
use bellpull_plan::path::webhook_path;
use bellpull_proof::{HmacAlgorithm, sign};

use super::manifests;
use crate::manifests::put;
use crate::patience::comes;
use crate::serve::{Served, try_request};

const PUSH: &str = r#"{"ref":"refs/heads/main","before":"1111111111111111111111111111111111111111",
"after":"2222222222222222222222222222222222222222","deleted":false,
"repository":{"clone_url":"https://example.test/o/r.git"},"commits":[]}"#;

/// Some milliseconds of work, so that the neighbour needs turns at filters too.
const FILTER: &str = "[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, \
     [1,2,3,4,5,6,7,8,9,10].all(c, a + b + c > 0 && event.kind == 'push')))";

/// A Receiver in a namespace of its own.
pub(super) struct Neighbour {
    manifests: PathBuf,
    provider: &'static str,
    token: String,
}

impl Neighbour {
    /// Writes the Receiver into the directory.
    pub(super) fn new(manifests: &Path, provider: &'static str) -> Self {
        let neighbour = Self {
            manifests: manifests.to_owned(),
            provider,
            token: "the-first-token-of-the-neighbour".to_owned(),
        };
        neighbour.write();
        neighbour
    }

    fn write(&self) {
        let text = format!(
            r"apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {{name: neighbour, namespace: neighbour}}
spec:
  type: {}
  events: [push]
  secretRef: {{name: token}}
  resources: [{{kind: GitRepository, name: app}}]
  resourceFilter: |
    {FILTER}
---
apiVersion: v1
kind: Secret
metadata: {{name: token, namespace: neighbour}}
stringData: {{token: {}}}
---
{}",
            self.provider,
            self.token,
            manifests::target("neighbour")
        );
        put(&self.manifests, "neighbour.yaml", &text);
    }

    /// Pushes once, and returns the status and the time. The status is 0 when the connection broke.
    pub(super) fn ask(&self, served: &Served) -> (u16, Duration) {
        let began = Instant::now();
        (push(served, &self.token), began.elapsed())
    }

    /// Replaces the token, and returns whether the new token is taken and the old one refused.
    pub(super) fn rotates(&mut self, served: &Served) -> bool {
        let old = std::mem::replace(&mut self.token, "the-second-token".to_owned());
        let path = path_of(&old);
        self.write();
        comes(|| push(served, &self.token) == 200) && push_to(served, &path, &old) != 200
    }
}

fn push(served: &Served, token: &str) -> u16 {
    push_to(served, &path_of(token), token)
}

fn push_to(served: &Served, path: &str, token: &str) -> u16 {
    let body = PUSH.as_bytes();
    let mac = sign(
        &secret(token),
        "token",
        Encoding::Text,
        HmacAlgorithm::Sha256,
        &[body],
    );
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("x-github-event", "push".to_owned()),
        (
            "x-hub-signature-256",
            format!("sha256={}", hex::encode(mac.expect("a key"))),
        ),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value));
    try_request(served.receiver, "POST", path, &headers, body).map_or(0, |(status, _)| status)
}

fn path_of(token: &str) -> String {
    webhook_path(&ReceiverId::new("neighbour", "neighbour"), &secret(token))
}

fn secret(token: &str) -> SecretBytes {
    SecretBytes::new(token.as_bytes().to_vec())
}
