use bellpull_core::ReceiverId;

use super::explore::every_interleaving;
use super::tasks::spawn;
use super::world::{AttemptEnd, World, notified, once_notified, slots};
use crate::tests::fake::{notification, notification_of};

fn world() -> World {
    World::new(slots(1), &[AttemptEnd::Notified], once_notified)
}

#[test]
fn each_of_three_deliveries_is_followed_by_an_attempt() {
    every_interleaving("three deliveries to one target", |_| async {
        let world = world();
        for _ in 0..2 {
            let world = world.clone();
            spawn(async move { world.posts(&notification("a"), &["x"]) });
        }
        world.posts(&notification("a"), &["x"]);
    });
}

#[test]
fn a_sender_is_told_that_its_target_was_notified_whatever_another_delivers() {
    every_interleaving("two deliveries, one waits", |_| async {
        let world = world();
        let other = world.clone();
        spawn(async move { other.posts(&notification("a"), &["x"]) });
        let told = world.delivers(&notification("a"), &["x"]).await;
        assert_eq!(told, notified(1));
    });
}

#[test]
fn receivers_of_two_namespaces_share_attempts_and_the_one_slot() {
    every_interleaving("two namespaces, one target, one slot", |_| async {
        let world = world();
        let other = world.clone();
        let of = |namespace| notification_of(ReceiverId::new(namespace, "a"));
        let two = of("two");
        spawn(async move { other.posts(&two, &["x"]) });
        let told = world.delivers(&of("one"), &["x"]).await;
        assert_eq!(told, notified(1));
    });
}
