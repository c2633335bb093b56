use super::explore::every_interleaving;
use super::tasks::spawn;
use super::world::{AttemptEnd, World, once_notified};
use crate::NotifySettings;
use crate::tests::fake::notification;

#[test]
fn a_delivery_is_refused_or_notified_and_the_count_of_pending_targets_returns_to_zero() {
    every_interleaving("two deliveries, room for one", |_| async {
        let settings = NotifySettings {
            max_pending: 1,
            ..NotifySettings::default()
        };
        let world = World::new(settings, &[AttemptEnd::Notified], once_notified);
        let other = world.clone();
        spawn(async move {
            other.posts_if_there_is_room(&notification("a"), &["x"]);
        });
        world.posts_if_there_is_room(&notification("a"), &["y"]);
    });
}
