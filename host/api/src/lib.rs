//! The Kubernetes objects that Bellpull reads, as plain serde types.
//!
//! The Receiver is a superset of Flux's `notification.toolkit.fluxcd.io/v1`
//! (fluxcd/notification-controller v1.9.3, `api/v1/receiver_types.go`).

mod meta;
mod receiver;
mod secret;

pub use meta::Metadata;
pub use receiver::{
    OidcProvider, OidcValidation, OidcVariable, Receiver, ReceiverSpec, ResourceReference,
    SecretReference,
};
pub use secret::{Secret, SecretValue};

/// API group of the Receiver.
pub const RECEIVER_GROUP: &str = "notification.toolkit.fluxcd.io";
/// `apiVersion` of the Receiver.
pub const RECEIVER_API_VERSION: &str = "notification.toolkit.fluxcd.io/v1";
/// `kind` of the Receiver.
pub const RECEIVER_KIND: &str = "Receiver";
