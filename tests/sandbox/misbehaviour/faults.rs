//! Components that spin or fail again and again.

use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{Fault, Verdict, VerifyError};
use bellpull_tests::verify;

use super::{BODY, World, delivery};

/// The timeout where a component spins. It is processor time, which must pass within the wall-clock
/// time that a delivery has: on a busy machine a longer one would end as busy, and not as a fault.
const SHORT: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread")]
async fn a_component_without_an_end_meets_its_deadline_and_harms_no_other_delivery() {
    let world = World::with_timeout(SHORT, 8).await;
    world.faults("loop", Fault::Deadline).await;
    world.serves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_rests_after_five_faults() {
    let world = World::new(8).await;
    for _ in 0..5 {
        assert!(matches!(
            world.asked("abort").await,
            Err(VerifyError::Faulted(Fault::Trap, _))
        ));
    }
    assert_eq!(world.asked("accept").await, Err(VerifyError::BrokenOff));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_spins_leaves_room_for_another() {
    let world = Arc::new(World::with_timeout(SHORT, 8).await);
    // Two of eight permits are one Receiver's: four times as many spin.
    let spinning: Vec<_> = (0..8)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.asked("loop").await })
        })
        .collect();
    let other = delivery("accept", BODY.as_bytes());
    for _ in 0..20 {
        let got = verify(&world.sandbox, &world.routes[1], &other).await;
        assert!(matches!(got, Ok(Verdict::Accept(_))), "{got:?}");
    }
    for task in spinning {
        let got = task.await.unwrap();
        assert!(got.is_err(), "{got:?}");
    }
}
