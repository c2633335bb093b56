use std::sync::Arc;
use std::time::{Duration, Instant};

use bellpull_api::REQUESTED_AT_ANNOTATION;
use bellpull_core::{Notification, Patch, PatchError, Target, Timestamp};
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt as _;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use kube::Client;
use kube::Resource as _;
use kube::api::{DynamicObject, PatchParams};
use kube::client::Body;
use kube::core::Request;
use serde_json::json;

use crate::api_error;
use crate::events::Announcer;
use crate::forbidden::ForbiddenTargets;
use crate::kinds::TargetKinds;
use crate::targets::in_one;

/// The field manager of the annotation in `managedFields`.
pub(crate) const FIELD_MANAGER: &str = "bellpull";

/// Notifies an object by setting the annotation that requests a reconciliation.
pub struct ClusterPatch {
    client: Client,
    kinds: Arc<TargetKinds>,
    announcer: Announcer,
    forbidden: ForbiddenTargets,
}

impl ClusterPatch {
    pub(crate) fn new(client: Client, kinds: Arc<TargetKinds>, announcer: Announcer) -> Self {
        Self {
            client,
            kinds,
            announcer,
            forbidden: ForbiddenTargets::default(),
        }
    }

    async fn send(&self, target: &Target, requested_at: Timestamp) -> Result<(), PatchError> {
        let Some(resource) = self.kinds.resource(&target.api_version, &target.kind) else {
            return Err(passing("the kind has not been found yet"));
        };
        let path = DynamicObject::url_path(&resource, in_one(&target.namespace));
        let annotation = format!("{requested_at:.9}");
        let patch = json!({"metadata": {"annotations": {REQUESTED_AT_ANNOTATION: annotation}}});
        let parameters = PatchParams {
            field_manager: Some(FIELD_MANAGER.to_owned()),
            ..PatchParams::default()
        };
        let request = Request::new(path)
            .patch_metadata(&target.name, &parameters, &kube::api::Patch::Merge(patch))
            .map_err(|error| PatchError::Permanent(error.to_string()))?;
        let response = self
            .client
            .send(request.map(Body::from))
            .await
            .map_err(|error| passing(&api_error::describe(&error)))?;
        let (head, body) = response.into_parts();
        // The body is always read to its end, so that the connection can be used again.
        let body = body
            .collect()
            .await
            .map_err(|error| passing(&api_error::describe(&error)))?
            .to_bytes();
        if head.status.is_success() {
            self.forbidden.allowed(target);
            return Ok(());
        }
        let said = serde_json::from_slice::<Status>(&body).ok();
        let reason = said
            .and_then(|said| said.message)
            .unwrap_or_else(|| format!("the API server answered {}", head.status));
        if head.status == StatusCode::FORBIDDEN && !self.forbidden.refused(target, Instant::now()) {
            return Err(passing(&reason));
        }
        Err(refused(head.status, &head.headers, reason))
    }
}

/// Whether an answer is permanent. A 401 may come from a token that is being replaced, and 408, 409,
/// 410 and 429 pass by themselves. Every other 4xx is permanent.
fn refused(status: StatusCode, headers: &HeaderMap, reason: String) -> PatchError {
    let passing = [
        StatusCode::UNAUTHORIZED,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::CONFLICT,
        StatusCode::GONE,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    if status.is_client_error() && !passing.contains(&status) {
        return PatchError::Permanent(reason);
    }
    let seconds = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    PatchError::Passing {
        reason,
        retry_after: seconds
            .and_then(|seconds| seconds.trim().parse().ok())
            .map(Duration::from_secs),
    }
}

fn passing(reason: &str) -> PatchError {
    PatchError::Passing {
        reason: reason.to_owned(),
        retry_after: None,
    }
}

impl Patch for ClusterPatch {
    async fn patch(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
        requested_at: Timestamp,
    ) -> Result<(), PatchError> {
        let result = self.send(target, requested_at).await;
        if let Err(PatchError::Permanent(reason)) = &result {
            let target = target.to_string();
            for notification in notifications {
                self.announcer
                    .unreachable(&notification.receiver, &target, reason);
            }
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again() {
        let mut asked = HeaderMap::new();
        asked.insert(RETRY_AFTER, http::HeaderValue::from_static("7"));
        let none = HeaderMap::new();
        let cases = [
            (404, &none, true, None),
            (403, &none, true, None),
            (422, &none, true, None),
            (400, &asked, true, None),
            (401, &none, false, None),
            (409, &none, false, None),
            (429, &asked, false, Some(7)),
            (429, &none, false, None),
            (500, &none, false, None),
            (503, &asked, false, Some(7)),
        ];
        for (status, headers, permanent, seconds) in cases {
            let status = StatusCode::from_u16(status).unwrap();
            let expected = if permanent {
                PatchError::Permanent("why".into())
            } else {
                PatchError::Passing {
                    reason: "why".into(),
                    retry_after: seconds.map(Duration::from_secs),
                }
            };
            assert_eq!(refused(status, headers, "why".into()), expected, "{status}");
        }
    }
}
