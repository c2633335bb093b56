//! Receivers, Secrets and targets from a Kubernetes API server: the only crate that talks to one.
//!
//! [`Cluster::follow`] starts everything. Watches (`receiver_follower`, `secret_follower`, `kinds`)
//! fill the `index`. The planner reads its [`Objects`](bellpull_plan::Objects) from
//! [`ClusterObjects`], and hands back the state of each Receiver. The replica that holds the Lease
//! (`lease`) writes these states into status (`status_writer`) and records Events (`events`).
//! Deliveries use [`ClusterTargets`] and [`ClusterPatch`].
//!
//! Commands that follow nothing read a cluster once by [`ClusterReader`], and reach a pod of Bellpull by
//! [`PodSelector`].

mod access;
mod api_error;
mod cluster;
mod cluster_objects;
mod connect;
mod events;
mod forbidden;
mod go_duration;
mod index;
mod kinds;
mod lease;
mod metrics;
mod patch;
mod planned_states;
mod plugins;
mod port_forward;
mod read_part;
mod read_secret;
mod receiver_follower;
mod scope;
mod secret_follower;
mod settings;
mod snapshot;
mod status_writer;
mod targets;
mod watch;
mod watched_receiver;

pub use access::{AccessReviews, ReviewError, ReviewedAccess};
pub use cluster::{Cluster, Tasks};
pub use cluster_objects::ClusterObjects;
pub use connect::{ClusterClients, ConnectError, ConnectOptions};
pub use index::Synced;
pub use kinds::{AllowedKind, NotAKind};
pub use lease::LeaseSettings;
pub use metrics::ClusterMetrics;
pub use patch::ClusterPatch;
pub use plugins::{ClusterPlugins, roll_back};
pub use port_forward::{PodError, PodSelector, PodStream, ServingPod};
pub use scope::Scope;
pub use settings::ClusterSettings;
pub use snapshot::{ClusterReader, ListedTargets, LiveReceiver, ReadError};
pub use targets::ClusterTargets;
