//! What Bellpull may do.

use std::path::Path;

use super::ControlPlane;

/// Grants [`super::Identity::Bellpull`] what the manifests grant it, and nothing else.
///
/// # Panics
/// When they are not taken.
pub fn install_role(plane: &ControlPlane) {
    let manifests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/kubernetes/base");
    let role = manifests.join("rbac.yaml");
    let role = std::fs::read_to_string(&role).expect("the role of the manifests");
    plane.kubectl().apply(&role);
}
