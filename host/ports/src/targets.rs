use std::future::Future;

use bellpull_api::ResourceReference;

use crate::Found;
use bellpull_core::{Detail, ReceiverId, TargetError};

/// Knows which objects a reference names.
pub trait Targets: Send + Sync + 'static {
    /// The objects that `reference` of `receiver` names now, with as much of each as is asked for.
    /// May wait until they are known.
    fn resolve(
        &self,
        receiver: &ReceiverId,
        reference: &ResourceReference,
        detail: Detail,
    ) -> impl Future<Output = Result<Vec<Found>, TargetError>> + Send;

    /// Told of what a delivery could not notify as things stand: `target` as people name it.
    fn unreachable(&self, receiver: &ReceiverId, target: &str, why: &str);
}
