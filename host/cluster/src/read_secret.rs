//! Reads one Secret.

use std::collections::BTreeMap;

use bellpull_api::{Metadata, Secret, SecretValue};
use bellpull_core::SecretObject;
use http_body_util::BodyExt as _;
use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use kube::api::GetParams;
use kube::client::Body;
use kube::core::Request;
use kube::{Client, Resource as _};
use serde::Deserialize;

use crate::api_error;
use crate::watch::ObjectKey;

/// A Secret and its resource version, as [`version_number`] gives it.
pub(crate) struct ReadSecret {
    pub(crate) secret: SecretObject,
    pub(crate) version: u64,
}

/// The fields that are read. Annotations are not among them, since kubectl keeps the last applied
/// values in one.
#[derive(Deserialize)]
struct SecretBody {
    metadata: SecretBodyMetadata,
    #[serde(default)]
    data: Option<BTreeMap<String, SecretValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SecretBodyMetadata {
    resource_version: Option<String>,
}

/// A resource version as a number. The versions of one kind can be compared (Kubernetes API concepts,
/// "Resource versions"). Zero stands for a version that is not a number.
pub(crate) fn version_number(text: Option<&str>) -> u64 {
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Reads one Secret; `None` when it does not exist. This does not use kube's `get`, which logs a body
/// that it cannot parse.
///
/// # Errors
/// The API server's message, or the reason why its answer cannot be used.
pub(crate) async fn read(client: &Client, key: &ObjectKey) -> Result<Option<ReadSecret>, String> {
    let path = v1::Secret::url_path(&(), Some(&key.0));
    let request = Request::new(path)
        .get(&key.1, &GetParams::default())
        .map_err(|error| error.to_string())?;
    let response = client
        .send(request.map(Body::from))
        .await
        .map_err(|error| api_error::describe(&error))?;
    let status = response.status();
    let body = response
        .into_body()
        .collect()
        .await
        .map_err(|error| api_error::describe(&error))?
        .to_bytes();
    if status == http::StatusCode::NOT_FOUND {
        return Ok(None);
    }
    if !status.is_success() {
        let said = serde_json::from_slice::<Status>(&body).ok();
        let message = said.and_then(|said| said.message);
        return Err(message.unwrap_or_else(|| format!("the API server answered {status}")));
    }
    let body: SecretBody = serde_json::from_slice(&body)
        .map_err(|_| "the API server's answer is not a Secret".to_owned())?;
    let secret = Secret {
        metadata: Metadata {
            name: key.1.clone(),
            namespace: Some(key.0.clone()),
            ..Metadata::default()
        },
        data: body.data.unwrap_or_default(),
        string_data: BTreeMap::new(),
    };
    Ok(Some(ReadSecret {
        secret: SecretObject::try_from(secret)
            .map_err(|wrong| format!("the value of {:?} is not base64", wrong.key))?,
        version: version_number(body.metadata.resource_version.as_deref()),
    }))
}
