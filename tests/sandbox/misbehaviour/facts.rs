//! The host checks each field of a component's verdict.

use bellpull_core::{IgnoreClass, Verdict};

use super::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_that_is_none_is_dropped_and_the_delivery_is_not() {
    let world = World::new(8).await;
    let told = world.asked("wrong-facts").await.unwrap();
    let fields = |told: &Verdict| {
        told.wrong_facts()
            .map(|fact| fact.field)
            .collect::<Vec<_>>()
    };
    assert_eq!(fields(&told), ["after"], "{told:?}");
    let Verdict::Accept(acceptance) = &told else {
        panic!("{told:?}");
    };
    let changes = format!("{:?}", acceptance.events[0].changes);
    assert!(!changes.contains("main"), "{changes}");
    let ignored = world.asked("ignore-with-facts").await.unwrap();
    assert_eq!(fields(&ignored), ["action"], "{ignored:?}");
    let Verdict::Ignore(why) = &ignored else {
        panic!("{ignored:?}");
    };
    let event = why.event.as_ref().unwrap();
    assert_eq!(
        (why.class, event.kind.as_str(), &event.action),
        (IgnoreClass::Other, "ping", &None)
    );
}
