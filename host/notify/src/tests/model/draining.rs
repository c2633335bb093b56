use std::time::Duration;

use bellpull_core::GivenUp;

use super::explore::every_interleaving;
use super::ledger::TargetEnd;
use super::tasks::spawn;
use super::world::{AttemptEnd, HOUR, World, once_notified};
use crate::NotifySettings;
use crate::tests::fake::{notification, notification_every};

const INTERVAL: Duration = Duration::from_secs(10);
const ENDED: TargetEnd = TargetEnd::GivenUp(GivenUp::Ended);

#[test]
fn a_drain_waits_for_what_came_before_it_postponed_or_not() {
    every_interleaving("two deliveries before a drain", |_| async {
        let settings = NotifySettings::default();
        let world = World::new(settings, &[AttemptEnd::Notified], once_notified);
        world.posts(&notification_every(Some(INTERVAL), "a"), &["x"]);
        world.posts(&notification_every(Some(INTERVAL), "a"), &["x"]);
        assert_eq!(world.notifier.drain(HOUR).await, 0);
        assert!(world.ledger.ends().iter().all(|ends| once_notified(ends)));
    });
}

#[test]
fn a_delivery_during_a_drain_is_notified() {
    every_interleaving("a delivery during a drain", |_| async {
        let settings = NotifySettings::default();
        let world = World::new(settings, &[AttemptEnd::Notified], once_notified);
        let other = world.clone();
        spawn(async move { other.posts(&notification("a"), &["x"]) });
        assert_eq!(world.notifier.drain(HOUR).await, 0);
    });
}

#[test]
fn what_a_drain_leaves_is_told_as_given_up() {
    every_interleaving("a drain that ends too early", |_| async {
        let script = &[AttemptEnd::Held];
        let world = World::new(NotifySettings::default(), script, |ends| {
            // In this test the process lives on. An attempt may also end just when the drain does.
            once_notified(ends)
                || ends == [ENDED, TargetEnd::Notified]
                || ends == [TargetEnd::Notified, ENDED]
        });
        world.posts(&notification("a"), &["x"]);
        let left = world.notifier.drain(Duration::ZERO).await;
        let ends = world.ledger.ends().concat();
        assert_eq!(left == 1, ends.contains(&ENDED));
        world.release();
    });
}
