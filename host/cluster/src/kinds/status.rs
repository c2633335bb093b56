use kube::runtime::reflector::Store;

use super::object::KnownObject;

/// The objects of one kind.
pub(crate) type ObjectStore = Store<KnownObject>;

/// What is known of a kind.
#[derive(Clone)]
pub(crate) enum KindStatus {
    /// The API server has not answered yet.
    Asked,
    /// The kind is not allowed, does not exist or has no namespaces, for this reason.
    Unusable(String),
    /// Its objects may not be listed, for this reason.
    Forbidden(String),
    /// The kind exists, and its objects are being listed.
    Found,
    /// Its objects have been listed.
    Listed(ObjectStore),
}
