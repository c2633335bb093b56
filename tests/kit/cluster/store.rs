//! What etcd keeps for the API server, read past the API server.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::{Client, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::ControlPlane;
use super::api::client;

/// The revision by which a watch begins with the next write.
const NOW: u64 = 0;

/// Every version of the objects below a prefix, by etcd's watch (etcd API v3, "Watch streams"; JSON by its
/// gRPC gateway). It outlives every API server.
pub struct Writes {
    client: Client,
    url: String,
    prefix: String,
    /// The revision of the next write.
    next: u64,
    answer: Response,
    buffer: Vec<u8>,
}

#[derive(Deserialize)]
struct Line {
    result: Batch,
}

#[derive(Deserialize)]
struct Batch {
    #[serde(default)]
    events: Vec<Event>,
    /// The oldest revision that is left, where the asked one is not.
    #[serde(default)]
    compact_revision: Option<String>,
}

#[derive(Deserialize)]
struct Event {
    kv: KeyValue,
}

#[derive(Deserialize)]
struct KeyValue {
    mod_revision: String,
    /// Absent after a deletion.
    #[serde(default)]
    value: String,
}

impl Writes {
    /// Follows a resource of a namespace, such as `source.toolkit.fluxcd.io/gitrepositories`, from now on.
    ///
    /// # Panics
    /// When etcd does not answer.
    pub async fn follow(plane: &ControlPlane, resource: &str, namespace: &str) -> Self {
        let client = client().build().expect("a client");
        let url = format!("http://{}/v3/watch", plane.store());
        let prefix = format!("/registry/{resource}/{namespace}/");
        Self {
            answer: watch(&client, &url, &prefix, NOW).await,
            client,
            url,
            prefix,
            next: NOW,
            buffer: Vec::new(),
        }
    }

    /// The objects of the next writes, in order. A deletion is not told.
    ///
    /// # Panics
    /// When etcd has forgotten a write.
    pub async fn next(&mut self) -> Vec<Value> {
        loop {
            while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                let objects = self.read(&line);
                if !objects.is_empty() {
                    return objects;
                }
            }
            match self.answer.chunk().await {
                Ok(Some(chunk)) => self.buffer.extend(chunk),
                Ok(None) | Err(_) => {
                    self.buffer.clear();
                    self.answer = watch(&self.client, &self.url, &self.prefix, self.next).await;
                }
            }
        }
    }

    fn read(&mut self, line: &[u8]) -> Vec<Value> {
        let Line { result } = serde_json::from_slice(line).expect("an answer of a watch");
        assert!(
            result.compact_revision.is_none(),
            "writes are forgotten before they were read"
        );
        let mut objects = Vec::new();
        for Event { kv } in result.events {
            self.next = kv.mod_revision.parse::<u64>().expect("a revision") + 1;
            let value = BASE64_STANDARD.decode(&kv.value).expect("base64");
            if !value.is_empty() {
                objects.push(serde_json::from_slice(&value).expect("an object in JSON"));
            }
        }
        objects
    }
}

async fn watch(client: &Client, url: &str, prefix: &str, from: u64) -> Response {
    let mut end = prefix.as_bytes().to_vec();
    *end.last_mut().expect("a prefix") += 1;
    let encoded = |bytes: &[u8]| BASE64_STANDARD.encode(bytes);
    let request = json!({"create_request": {
        "key": encoded(prefix.as_bytes()), "range_end": encoded(&end), "start_revision": from.to_string(),
    }});
    let answer = client.post(url).body(request.to_string()).send().await;
    let answer = answer.expect("etcd answers");
    assert!(answer.status().is_success(), "etcd: {}", answer.status());
    answer
}
