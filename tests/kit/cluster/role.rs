//! The rights of Bellpull.

use std::path::Path;

use super::ControlPlane;

/// The manifests grant one Lease by its name. Tests that run together have one each.
const LEASES_OF_TESTS: &str = "
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: bellpull-leases-of-tests, namespace: flux-system}
rules: [{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, patch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: bellpull-leases-of-tests, namespace: flux-system}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: bellpull-leases-of-tests}
subjects: [{kind: ServiceAccount, name: bellpull, namespace: flux-system}]
";

/// Grants [`super::Identity::Bellpull`] what the manifests grant it, with a Lease of any name, and
/// nothing else.
///
/// # Panics
/// When they are not taken.
pub fn install_role(plane: &ControlPlane) {
    install_role_of(plane, &Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
}

/// The same, of the manifests in another checkout.
///
/// # Panics
/// When they are not there, or not taken.
pub fn install_role_of(plane: &ControlPlane, checkout: &Path) {
    let role = checkout.join("examples/kubernetes/base/rbac.yaml");
    let role = std::fs::read_to_string(&role).expect("the role of the manifests");
    let kubectl = plane.kubectl();
    kubectl.apply(&role);
    kubectl.apply(LEASES_OF_TESTS);
}
