//! A real Kubernetes control plane, Flux's real controllers and a Git server, each in a folder of
//! its own and on free ports. None of them outlives the process that started it.

pub mod api;
pub mod artefacts;
pub mod binaries;
pub mod control_plane;
pub mod crds;
pub mod flux;
mod folder;
pub mod git;
pub mod helm;
pub mod identity;
pub mod kubectl;
pub mod kubelet;
pub mod pebble;
mod ports;
pub mod proxy;
pub mod registry;
mod role;
pub mod sigstore;
pub mod store;
pub mod supervisor;

pub use crate::go::module_dir;
pub use control_plane::ControlPlane;
pub use helm::Helm;
pub use identity::Identity;
pub use kubectl::Kubectl;
pub use proxy::Proxy;
pub use role::{install_role, install_role_of};
