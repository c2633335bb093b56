use std::time::Duration;

use bellpull_core::{GivenUp, Progress};

use super::explore::every_interleaving;
use super::ledger::TargetEnd;
use super::tasks::spawn;
use super::world::{AttemptEnd, World, notified, once_notified};
use crate::NotifySettings;
use crate::tests::fake::notification;

#[test]
fn a_failed_attempt_is_repeated_for_all_that_wait_by_then() {
    every_interleaving("two deliveries, one failure", |clock| async {
        let script = &[AttemptEnd::Passing, AttemptEnd::Notified];
        let world = World::new(NotifySettings::default(), script, once_notified);
        let other = world.clone();
        spawn(async move { other.posts(&notification("a"), &["x"]) });
        world.posts(&notification("a"), &["x"]);
        clock.runs().await;
    });
}

#[test]
fn whoever_is_given_up_is_told_so_once_and_others_go_on() {
    every_interleaving("two deliveries, no retry", |clock| async {
        let settings = NotifySettings {
            retry: Duration::ZERO,
            ..NotifySettings::default()
        };
        let script = &[AttemptEnd::Passing, AttemptEnd::Notified];
        let world = World::new(settings, script, |ends| {
            once_notified(ends) || ends == [TargetEnd::GivenUp(GivenUp::Retried)]
        });
        let other = world.clone();
        spawn(async move { other.posts(&notification("a"), &["x"]) });
        world.posts(&notification("a"), &["x"]);
        clock.runs().await;
    });
}

#[test]
fn a_failure_that_does_not_pass_ends_what_its_attempt_covered_and_nothing_else() {
    every_interleaving("two deliveries, one permanent failure", |_| async {
        let script = &[AttemptEnd::Permanent, AttemptEnd::Notified];
        let world = World::new(NotifySettings::default(), script, |ends| {
            once_notified(ends) || ends == [TargetEnd::GivenUp(GivenUp::Permanent)]
        });
        let other = world.clone();
        spawn(async move { other.posts(&notification("a"), &["x"]) });
        let told = world.delivers(&notification("a"), &["x"]).await;
        let unreachable = Some(Progress {
            unreachable: 1,
            ..Progress::default()
        });
        assert!(told == unreachable || told == notified(1), "{told:?}");
    });
}

#[test]
fn an_attempt_that_hangs_is_broken_off_and_repeated() {
    every_interleaving("one delivery, an attempt that hangs", |clock| async {
        let script = &[AttemptEnd::Hangs, AttemptEnd::Notified];
        let world = World::new(NotifySettings::default(), script, once_notified);
        world.posts(&notification("a"), &["x"]);
        clock.runs().await;
    });
}
