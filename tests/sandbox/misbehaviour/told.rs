use std::sync::Arc;

use bellpull_core::{
    Change, Delivery, Event, Fault, OtherChange, RequestChange, Verdict, VerifyError, http, limits,
};
use bellpull_tests::verify;

use super::{BODY, World, delivery};

/// The number of events that a component reports, and of those that the host takes.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_component_tells_is_taken_as_it_is() {
    let world = World::new(8).await;
    let most = limits::EVENTS;
    for (told, taken) in [
        (1, Some(true)),
        (3, Some(true)),
        (most, Some(true)),
        (most + 1, Some(false)),
        (0, None),
    ] {
        let mut delivery = Delivery::clone(&delivery("several-events", BODY.as_bytes()));
        let count = http::HeaderValue::from_str(&told.to_string()).unwrap();
        delivery.headers.insert("x-events", count);
        let got = verify(&world.sandbox, &world.routes[0], &Arc::new(delivery)).await;
        let Some(complete) = taken else {
            let fault = matches!(got, Err(VerifyError::Faulted(Fault::BadContract, _)));
            assert!(fault, "{told}: {got:?}");
            continue;
        };
        let Ok(Verdict::Accept(acceptance)) = got else {
            panic!("{told}: {got:?}");
        };
        assert_eq!(acceptance.complete, complete, "{told}");
        let event = |number: usize| Event {
            kind: format!("event {number}"),
            changes: vec![
                Change::Request(RequestChange {
                    repositories: vec!["r".to_owned()],
                    number: number.to_string(),
                    merged: Some(true),
                    ..RequestChange::default()
                }),
                Change::Other(OtherChange {
                    kind: "bucket".to_owned(),
                    locations: vec!["l".to_owned()],
                    attributes: [("a".to_owned(), "1".to_owned())].into(),
                    ..OtherChange::default()
                }),
            ],
            ..Event::default()
        };
        let expected: Vec<Event> = (0..told.min(most)).map(event).collect();
        assert_eq!(acceptance.events, expected, "{told}");
    }
}
