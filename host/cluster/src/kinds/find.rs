use bellpull_core::{KindKey, has_no_namespace};
use kube::api::ApiResource;
use kube::core::{DynamicResourceScope, GroupVersion, GroupVersionKind};
use kube::discovery::{self, Scope as KindScope};
use kube::{Api, Client, Resource};

use crate::api_error;

/// Why the objects of a kind are not known.
pub(crate) enum KindError {
    /// It may pass by itself.
    Passing(String),
    Unusable(String),
    Forbidden(String),
}

impl KindError {
    pub(crate) fn into_message(self) -> String {
        match self {
            Self::Passing(why) | Self::Unusable(why) | Self::Forbidden(why) => why,
        }
    }
}

/// Asks the API server how the objects of a kind are addressed.
pub(crate) async fn find(client: &Client, key: &KindKey) -> Result<ApiResource, KindError> {
    let KindKey {
        api_version, kind, ..
    } = key;
    let unknown = || format!("the API server knows no {kind} of {api_version}");
    let Ok(version) = api_version.parse::<GroupVersion>() else {
        return Err(KindError::Unusable(unknown()));
    };
    let kind = GroupVersionKind::gvk(&version.group, &version.version, kind);
    match discovery::pinned_kind(client, &kind).await {
        Ok((resource, capabilities))
            if capabilities.scope == KindScope::Namespaced
                || has_no_namespace(api_version, &kind.kind) =>
        {
            Ok(resource)
        }
        Ok(_) => Err(KindError::Unusable(format!(
            "{} of {api_version} has no namespaces, and targets must have one",
            kind.kind
        ))),
        Err(kube::Error::Discovery(_)) => Err(KindError::Unusable(unknown())),
        Err(error) => Err(match api_error::status(&error) {
            Some(404) => KindError::Unusable(unknown()),
            Some(403) => KindError::Forbidden(api_error::describe(&error)),
            _ => KindError::Passing(api_error::describe(&error)),
        }),
    }
}

/// The objects of a kind in one namespace, or in all.
pub(crate) fn api<K: Resource<DynamicType = ApiResource, Scope = DynamicResourceScope>>(
    client: Client,
    namespace: Option<&str>,
    resource: &ApiResource,
) -> Api<K> {
    match namespace {
        None => Api::all_with(client, resource),
        Some(namespace) => Api::namespaced_with(client, namespace, resource),
    }
}
