use std::future::Future;

use bellpull_api::ResourceReference;

use crate::FoundTarget;
use bellpull_core::{Detail, ReceiverId, TargetError};

/// Resolves references to objects.
pub trait Targets: Send + Sync + 'static {
    /// The objects that `reference` of `receiver` selects now, each with the requested detail. May
    /// wait until they are known.
    fn resolve(
        &self,
        receiver: &ReceiverId,
        reference: &ResourceReference,
        detail: Detail,
    ) -> impl Future<Output = Result<Vec<FoundTarget>, TargetError>> + Send;

    /// Reports a target that could not be notified as things stand. `target` is its name for
    /// people.
    fn unreachable(&self, receiver: &ReceiverId, target: &str, why: &str);
}
