//! The Kubernetes objects that Bellpull reads, as plain serde types, and the
//! CustomResourceDefinitions of the Receiver and of the ReceiverPlugin.
//!
//! The Receiver is a superset of Flux's `notification.toolkit.fluxcd.io/v1`
//! (fluxcd/notification-controller v1.9.3, `api/v1/receiver_types.go`).

mod crd;
mod meta;
mod receiver;
mod receiver_plugin;
mod receiver_plugin_status;
mod schema;
mod secret;
mod status;

pub use crd::{receiver_crd, receiver_plugin_crd};
pub use meta::{DEFAULT_NAMESPACE, Metadata};
pub use receiver::{
    OidcProvider, OidcValidation, OidcVariable, Receiver, ReceiverSpec, ResourceReference,
    SecretReference,
};
pub use receiver_plugin::{
    ArtefactSource, ConfigMapSource, KeyReference, NamespaceSelection, OciSource, PluginGrants,
    PluginLimits, ReceiverPlugin, ReceiverPluginSpec, SignatureIdentity, SignatureKey,
    SignatureRules,
};
pub use receiver_plugin_status::{
    PluginCapabilities, PluginUse, ReceiverPluginStatus, ReplicaReport, ServedArtefact,
};
pub use secret::{Secret, SecretValue};
pub use status::{Condition, ReceiverStatus};

pub const RECEIVER_GROUP: &str = "notification.toolkit.fluxcd.io";
pub const RECEIVER_API_VERSION: &str = "notification.toolkit.fluxcd.io/v1";
pub const RECEIVER_KIND: &str = "Receiver";

pub const PLUGIN_GROUP: &str = "bellpull.dev";
pub const PLUGIN_API_VERSION: &str = "bellpull.dev/v1alpha1";
pub const PLUGIN_KIND: &str = "ReceiverPlugin";

/// Pins a ReceiverPlugin to the artefact of this digest, whatever its source says. `bellpull plugins
/// rollback` sets it.
pub const ROLLBACK_ANNOTATION: &str = "bellpull.dev/rollback-to";

/// Names the provider where Flux's own CRD is installed. That CRD accepts only Flux's types, so
/// `spec.type` is a placeholder there.
pub const TYPE_ANNOTATION: &str = "bellpull.dev/type";
/// Holds `spec.config` as JSON text where Flux's own CRD is installed, which drops that field.
pub const CONFIG_ANNOTATION: &str = "bellpull.dev/config";
/// Sets `matchEvent` of every resource, `true` or `false`, where Flux's own CRD is installed.
pub const MATCH_EVENT_ANNOTATION: &str = "bellpull.dev/match-event";
/// The weakest authentication that a Receiver accepts: `signature`, `certificate`, `token`, `secret`
/// or `path-only`, from the strongest to the weakest. It holds whatever the component binds.
pub const REQUIRE_ANNOTATION: &str = "bellpull.dev/require";
/// The weakest authentication that a Receiver accepts when another component takes over, in the
/// words of [`REQUIRE_ANNOTATION`]. Without it, a component that is weaker than its predecessor
/// makes the Receiver not ready.
pub const ACCEPT_ANNOTATION: &str = "bellpull.dev/accept-authentication";
/// The networks that may send deliveries to a Receiver: addresses and CIDR blocks (RFC 4632, RFC 4291)
/// with commas between them.
pub const ALLOW_FROM_ANNOTATION: &str = "bellpull.dev/allow-from";
/// The least interval between two notifications of a target: a duration such as `30s` or `1m30s`. It
/// stands on a Receiver, for the deliveries to it, or on a target, for all deliveries. The longer one
/// counts.
pub const MIN_INTERVAL_ANNOTATION: &str = "bellpull.dev/min-interval";
/// The prefix of Bellpull's annotations.
pub const ANNOTATION_PREFIX: &str = "bellpull.dev/";
/// Every annotation that a Receiver may have with [`ANNOTATION_PREFIX`]. Any other makes it not
/// ready.
pub const ANNOTATIONS: [&str; 7] = [
    TYPE_ANNOTATION,
    CONFIG_ANNOTATION,
    MATCH_EVENT_ANNOTATION,
    REQUIRE_ANNOTATION,
    ACCEPT_ANNOTATION,
    ALLOW_FROM_ANNOTATION,
    MIN_INTERVAL_ANNOTATION,
];
/// Requests a reconciliation whenever its value changes (fluxcd/pkg, `apis/meta/annotations.go`).
pub const REQUESTED_AT_ANNOTATION: &str = "reconcile.fluxcd.io/requestedAt";
