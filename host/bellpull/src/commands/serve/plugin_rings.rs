//! Notifications of ReceiverPlugins in a directory, where nobody can annotate an object.

use std::collections::BTreeMap;
use std::sync::Arc;

use bellpull_core::{Notification, Patch, PatchError, Target, Timestamp, has_no_namespace};
use bellpull_folder::Notifications;
use bellpull_trust::{DeclaredPlugins, PluginObject};
use tokio::sync::watch;

/// When each ReceiverPlugin was notified last, by name.
pub(super) type PluginRings = BTreeMap<String, String>;

/// Notifies as a directory does, and notes the ReceiverPlugins among the targets.
pub(super) struct RingingNotifications {
    pub(super) notifications: Notifications,
    pub(super) rings: watch::Sender<PluginRings>,
}

impl Patch for RingingNotifications {
    async fn patch(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
        requested_at: Timestamp,
    ) -> Result<(), PatchError> {
        self.notifications
            .patch(target, notifications, requested_at)
            .await?;
        if has_no_namespace(&target.api_version, &target.kind) {
            let (name, at) = (target.name.clone(), format!("{requested_at:.9}"));
            self.rings.send_modify(|rings| drop(rings.insert(name, at)));
        }
        Ok(())
    }
}

/// The objects of a directory, with the times of their notifications as annotations would tell them.
pub(super) fn rung(declared: &Arc<DeclaredPlugins>, rings: &PluginRings) -> Arc<DeclaredPlugins> {
    let mut rung = DeclaredPlugins::clone(declared);
    for (name, at) in rings {
        if let Some(plugin) = rung.plugins.get_mut(name) {
            *plugin = Arc::new(PluginObject {
                requested_at: Some(at.clone()),
                ..PluginObject::clone(plugin)
            });
        }
    }
    Arc::new(rung)
}
