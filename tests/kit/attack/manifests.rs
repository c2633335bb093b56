//! Receivers of the attacker, all in one namespace and with one Secret.

use bellpull_core::{ReceiverId, SecretBytes};
use bellpull_plan::path::webhook_path;

/// The attacker's namespace.
pub(super) const NAMESPACE: &str = "attacker";
/// The token of the attacker's Receivers.
pub(super) const TOKEN: &str = "the-token-of-the-attacker";

/// The Secret and the target of all of them.
pub(super) fn shared() -> String {
    shared_in(NAMESPACE)
}

/// The same in another namespace.
pub(super) fn shared_in(namespace: &str) -> String {
    // Without its manifest no filter is asked about the target.
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: token, namespace: {namespace}}}\n\
         stringData: {{token: {TOKEN}}}\n---\n{}",
        target(namespace)
    )
}

/// The target of a Receiver.
pub(super) fn target(namespace: &str) -> String {
    format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n\
         metadata: {{name: app, namespace: {namespace}}}\n\
         spec: {{url: 'https://example.test/o/r.git', interval: 1h}}\n---\n"
    )
}

/// A Receiver with one target, and more lines of its `spec`, each indented by two.
pub(super) fn receiver(name: &str, provider: &str, more: &str) -> String {
    receiver_in(NAMESPACE, name, provider, more)
}

/// The same in another namespace.
pub(super) fn receiver_in(namespace: &str, name: &str, provider: &str, more: &str) -> String {
    written(
        namespace,
        name,
        provider,
        "{kind: GitRepository, name: app}",
        more,
    )
}

/// The same with other targets, which are references in YAML with commas between.
pub(super) fn receiver_of(name: &str, provider: &str, resources: &str, more: &str) -> String {
    written(NAMESPACE, name, provider, resources, more)
}

fn written(namespace: &str, name: &str, provider: &str, resources: &str, more: &str) -> String {
    format!(
        "apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\n\
         metadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  type: {provider}\n  \
         secretRef: {{name: token}}\n  resources: [{resources}]\n{more}---\n"
    )
}

/// Where deliveries of a Receiver arrive.
pub(super) fn path(receiver: &str) -> String {
    let token = SecretBytes::new(TOKEN.as_bytes().to_vec());
    webhook_path(&ReceiverId::new(NAMESPACE, receiver), &token)
}
