use std::time::Duration;

use super::explore::every_interleaving;
use super::tasks::spawn;
use super::world::{AttemptEnd, World, notified, once_notified};
use crate::NotifySettings;
use crate::tests::fake::{notification, notification_every};

const INTERVAL: Duration = Duration::from_secs(10);

fn world() -> World {
    let settings = NotifySettings::default();
    World::new(settings, &[AttemptEnd::Notified], once_notified)
}

fn posts(world: &World) {
    world.posts(&notification_every(Some(INTERVAL), "a"), &["x"]);
}

#[test]
fn a_postponed_delivery_is_notified_when_its_interval_has_passed_and_not_before() {
    every_interleaving("two deliveries, an interval", |clock| async {
        let world = world();
        world.keeps_intervals();
        posts(&world);
        posts(&world);
        clock.runs().await;
    });
}

#[test]
fn a_delivery_without_an_interval_has_a_postponed_one_notified_at_once() {
    every_interleaving("two deliveries, the clock stands still", |_| async {
        let world = world();
        posts(&world);
        posts(&world);
        let told = world.delivers(&notification("a"), &["x"]).await;
        assert_eq!(told, notified(1));
        world.notifier.stop_postponing();
    });
}

#[test]
fn nothing_stays_postponed_once_intervals_no_longer_hold() {
    every_interleaving("two deliveries, intervals end", |_| async {
        let world = world();
        let other = world.clone();
        spawn(async move { posts(&other) });
        posts(&world);
        world.notifier.stop_postponing();
    });
}
