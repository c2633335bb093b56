use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use bellpull_core::KindKey;
use kube::api::ApiResource;

/// How the API server addresses the objects of each kind, by `apiVersion` and kind. A kind stays when
/// no Receiver needs it any more, since notifications may still wait.
#[derive(Default)]
pub(crate) struct KindAddresses(RwLock<HashMap<(String, String), ApiResource>>);

impl KindAddresses {
    /// The address of a kind, once the kind has been found.
    pub(crate) fn get(&self, api_version: &str, kind: &str) -> Option<ApiResource> {
        let key = (api_version.to_owned(), kind.to_owned());
        let addresses = self.0.read().unwrap_or_else(PoisonError::into_inner);
        addresses.get(&key).cloned()
    }

    pub(super) fn insert(&self, key: &KindKey, resource: ApiResource) {
        let key = (key.api_version.clone(), key.kind.clone());
        let mut addresses = self.0.write().unwrap_or_else(PoisonError::into_inner);
        addresses.insert(key, resource);
    }
}
