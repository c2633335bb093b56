use bellpull_core::ReceiverId;
use prometheus_client::metrics::gauge::Gauge;
use proptest::prelude::*;

use super::*;

const BYTES: usize = 2100;

fn memory() -> Memory {
    Memory::new(BYTES, Gauge::default())
}

fn begin(memory: &Memory, receiver: &str, connection: u64) -> EvictableReservation {
    let (namespace, name) = receiver.split_once('/').unwrap();
    memory.reserve(&ReceiverId::new(namespace, name), connection)
}

/// How many bytes a delivery can get, in steps of ten.
fn all_it_can(reservation: &mut EvictableReservation) -> usize {
    (0..).take_while(|_| reservation.grow(10).is_ok()).count() * 10
}

/// Reserves ten bytes each for as many deliveries as possible, and says how many bytes they hold.
fn flood(memory: &Memory, receiver: impl Fn(u64) -> String) -> (Vec<EvictableReservation>, i64) {
    let mut reservations = Vec::new();
    for connection in 0..1000 {
        let mut one = begin(memory, &receiver(connection), connection);
        if one.grow(10).is_err() {
            break;
        }
        reservations.push(one);
    }
    (reservations, memory.gauge.get())
}

#[test]
fn a_lone_delivery_may_hold_more_than_half() {
    let memory = memory();
    let mut lone = begin(&memory, "a/r", 1);
    assert_eq!(all_it_can(&mut lone), 1200, "four sevenths");
    assert_eq!(lone.grow(10), Err(NoRoom::Receiver));
    drop(lone);
    assert!(memory.locked().is_empty());
}

#[test]
fn whoever_takes_all_that_is_to_be_had_leaves_room_for_another() {
    type Namer = fn(u64) -> String;
    let floods: [(&str, Namer); 4] = [
        ("one Receiver", |_| "a/r".to_owned()),
        ("Receivers of one namespace", |n| format!("a/r{n}")),
        ("ten namespaces", |n| format!("a{}/r", n % 10)),
        ("ten namespaces of many", |n| format!("a{}/r{n}", n % 10)),
    ];
    for (who, receiver) in floods {
        let memory = memory();
        let (_reservations, held) = flood(&memory, receiver);
        assert!(held >= 1200, "{who} hold {held}");
        let mut neighbour = begin(&memory, "b/r", 5000);
        let had = all_it_can(&mut neighbour);
        assert!(had >= 50, "beside {who}, another had {had}");
    }
}

#[test]
fn whole_deliveries_leave_room_too() {
    let memory = memory();
    let (reservations, _) = flood(&memory, |n| format!("a/r{n}"));
    let _whole: Vec<Reservation> = reservations
        .into_iter()
        .map(|reservation| reservation.finish().unwrap())
        .collect();
    let mut neighbour = begin(&memory, "b/r", 5000);
    assert!(all_it_can(&mut neighbour) >= 300);
}

#[tokio::test]
async fn the_heaviest_gives_way_to_a_lighter_one_of_its_receiver() {
    let memory = memory();
    let mut small = begin(&memory, "a/r", 1);
    small.grow(100).unwrap();
    let mut large = begin(&memory, "a/r", 2);
    all_it_can(&mut large);
    assert_eq!(large.grow(10), Err(NoRoom::Receiver), "nobody holds more");
    small.grow(100).unwrap();
    assert_eq!(large.evicted().await, NoRoom::Evicted);
    assert_eq!(memory.gauge.get(), 200, "and at once");
    assert_eq!(large.grow(1), Err(NoRoom::Evicted));
    drop(large);
    assert_eq!(memory.gauge.get(), 200);
    drop(small.finish().unwrap());
    assert!(memory.locked().is_empty());
}

#[test]
fn what_has_just_been_ended_is_not_whole() {
    let memory = memory();
    let mut large = begin(&memory, "a/r", 1);
    all_it_can(&mut large);
    let mut small = begin(&memory, "a/r", 2);
    small.grow(100).unwrap();
    assert_eq!(large.finish().unwrap_err(), NoRoom::Evicted);
}

#[test]
fn nobody_gives_way_who_is_whole_or_lighter() {
    let memory = memory();
    let mut whole = begin(&memory, "a/r", 1);
    all_it_can(&mut whole);
    let whole = whole.finish().unwrap();
    let mut next = begin(&memory, "a/r", 2);
    assert_eq!(next.grow(100), Err(NoRoom::Receiver));
    assert_eq!(whole.grow(100), Err(NoRoom::Receiver));
    drop(whole);
    assert_eq!(next.grow(100), Ok(()));
}

#[test]
fn what_is_given_back_is_free() {
    let memory = memory();
    let mut first = begin(&memory, "a/r", 1);
    all_it_can(&mut first);
    let reservation = first.finish().unwrap();
    reservation.shrink(100);
    assert_eq!(memory.gauge.get(), 100);
    reservation.shrink(1000);
    assert_eq!(memory.gauge.get(), 100, "nothing is taken by that");
    drop(reservation.clone());
    assert_eq!(memory.gauge.get(), 100);
    drop(reservation);
    assert!(memory.locked().is_empty());
}

#[test]
fn a_connection_has_a_share() {
    let memory = memory();
    let mut reservations: Vec<EvictableReservation> = (0..1000)
        .map(|n| begin(&memory, &format!("a{n}/r"), 1))
        .collect();
    let refused = reservations
        .iter_mut()
        .find_map(|reservation| reservation.grow(10).err());
    assert_eq!(refused, Some(NoRoom::Connection));
    assert_eq!(memory.gauge.get(), 1400, "two thirds");
    let mut other = begin(&memory, "b/r", 2);
    assert_eq!(other.grow(100), Ok(()));
}

#[derive(Clone, Debug)]
enum Step {
    Begin(u8, u8, u64),
    Grow(usize, usize),
    Finish(usize),
    Drop(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0u8..3, 0u8..3, 0u64..4).prop_map(|(n, r, c)| Step::Begin(n, r, c)),
        (0usize..40, 0usize..400).prop_map(|(i, bytes)| Step::Grow(i, bytes)),
        (0usize..40).prop_map(Step::Finish),
        (0usize..40).prop_map(Step::Drop),
    ];
    proptest::collection::vec(step, 0..200)
}

proptest! {
    #[test]
    fn what_is_held_never_passes_what_there_is_and_all_comes_back(steps in steps()) {
        let memory = memory();
        let mut open: Vec<EvictableReservation> = Vec::new();
        let mut whole: Vec<Reservation> = Vec::new();
        for step in steps {
            match step {
                Step::Begin(namespace, receiver, connection) => {
                    open.push(begin(&memory, &format!("n{namespace}/r{receiver}"), connection));
                }
                Step::Grow(index, bytes) => match (open.get_mut(index), whole.get(index)) {
                    (Some(reservation), _) => drop(reservation.grow(bytes)),
                    (None, Some(reservation)) => drop(reservation.grow(bytes)),
                    (None, None) => {}
                },
                Step::Finish(index) if index < open.len() => {
                    whole.extend(open.swap_remove(index).finish().ok());
                }
                Step::Drop(index) if index < whole.len() => drop(whole.swap_remove(index)),
                Step::Drop(index) if index < open.len() => drop(open.swap_remove(index)),
                Step::Finish(_) | Step::Drop(_) => {}
            }
            let held = usize::try_from(memory.gauge.get()).unwrap();
            prop_assert!(held <= BYTES, "{held}");
        }
        drop((open, whole));
        prop_assert!(memory.locked().is_empty());
    }
}
