//! The Kubernetes objects that Bellpull reads, as plain serde types, and the definition of
//! the one that is ours to define.
//!
//! The Receiver is a superset of Flux's `notification.toolkit.fluxcd.io/v1`
//! (fluxcd/notification-controller v1.9.3, `api/v1/receiver_types.go`).

mod crd;
mod meta;
mod receiver;
mod secret;
mod status;

pub use crd::receiver_crd;
pub use meta::{DEFAULT_NAMESPACE, Metadata};
pub use receiver::{
    OidcProvider, OidcValidation, OidcVariable, Receiver, ReceiverSpec, ResourceReference,
    SecretReference,
};
pub use secret::{Secret, SecretValue};
pub use status::{Condition, ReceiverStatus};

/// API group of the Receiver.
pub const RECEIVER_GROUP: &str = "notification.toolkit.fluxcd.io";
/// `apiVersion` of the Receiver.
pub const RECEIVER_API_VERSION: &str = "notification.toolkit.fluxcd.io/v1";
/// `kind` of the Receiver.
pub const RECEIVER_KIND: &str = "Receiver";

/// Names the provider of a Receiver whose `spec.type` only carries it: Flux's own CRD takes no
/// provider but Flux's.
pub const TYPE_ANNOTATION: &str = "bellpull.dev/type";
/// `spec.config` as JSON text, where Flux's own CRD would drop it.
pub const CONFIG_ANNOTATION: &str = "bellpull.dev/config";
/// The annotation that sets `matchEvent` of every resource, where Flux's own definition of the
/// Receiver is installed: `true` or `false`.
pub const MATCH_EVENT_ANNOTATION: &str = "bellpull.dev/match-event";
/// How a Receiver must authenticate at the least: `signature`, `token`, `secret` or `path-only`,
/// the strongest first. Its component is not believed to ask for as much by itself.
pub const REQUIRE_ANNOTATION: &str = "bellpull.dev/require";
/// How a Receiver may authenticate at the weakest after another component has taken over: the same
/// words. Without it a component that is weaker than the one before closes the Receiver.
pub const ACCEPT_ANNOTATION: &str = "bellpull.dev/accept-authentication";
/// What the names of Bellpull's annotations begin with.
pub const ANNOTATION_PREFIX: &str = "bellpull.dev/";
/// All of them, on a Receiver. Another that begins so closes it.
pub const ANNOTATIONS: [&str; 5] = [
    TYPE_ANNOTATION,
    CONFIG_ANNOTATION,
    MATCH_EVENT_ANNOTATION,
    REQUIRE_ANNOTATION,
    ACCEPT_ANNOTATION,
];
/// Asks for a reconciliation by a new value (fluxcd/pkg, `apis/meta/annotations.go`).
pub const REQUESTED_AT_ANNOTATION: &str = "reconcile.fluxcd.io/requestedAt";
