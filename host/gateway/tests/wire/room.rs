use bellpull_gateway::GatewaySettings;

use crate::support::{Client, KNOWN, OTHER, Script, World, post};

const BODY: usize = 64 << 10;

const EMPTY: &str = "bellpull_bodies_in_flight_bytes 0";

/// The memory holds four of the longest bodies, and two to one Receiver.
fn small() -> GatewaySettings {
    GatewaySettings {
        max_body: BODY,
        max_bodies_in_flight: 4 * BODY,
        ..GatewaySettings::default()
    }
}

fn gated() -> World {
    let script = Script {
        gated: true,
        ..Script::default()
    };
    World::new(script, small())
}

/// A delivery with the longest body.
fn body(path: &str) -> String {
    format!("{}{}", post(path, BODY), "x".repeat(BODY))
}

#[tokio::test]
async fn a_delivery_without_room_is_turned_away_at_once() {
    let world = gated();
    let mut whole = Vec::new();
    while whole.len() < 2 {
        let mut client = world.connect().await;
        client.send(body(KNOWN)).await;
        world.fake.began().await;
        whole.push(client);
    }

    let turned_away = world.ask(&body(KNOWN)).await;
    assert_eq!(turned_away.status, 503, "{turned_away:?}");
    assert!(turned_away.body.contains("too busy"), "{turned_away:?}");
    let counted = r#"bellpull_limits_reached_total{limit="body_memory"} 1"#;
    world.counted(counted).await;

    for mut client in whole {
        world.fake.release();
        assert_eq!(client.answer().await.status, 200);
    }
    world.counted(EMPTY).await;
}

#[tokio::test]
async fn bodies_that_do_not_come_take_next_to_nothing() {
    let world = World::new(Script::default(), small());
    let chunked = format!("POST {KNOWN} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    let mut silent = Vec::new();
    for head in [post(KNOWN, BODY), chunked].iter().cycle().take(200) {
        let mut client = world.connect().await;
        client.send(head).await;
        silent.push(client);
    }
    world.counted("bellpull_connections 200").await;
    assert_eq!(world.ask(&body(KNOWN)).await.status, 200);
    assert_eq!(world.ask(&body(OTHER)).await.status, 200);
}

/// Sends bodies that never become complete, until they use up the memory.
async fn hoard(world: &World, connections: usize) -> Vec<Client> {
    let mut hoarders = Vec::new();
    for _ in 0..connections {
        let mut client = world.connect().await;
        client.send(post(KNOWN, BODY)).await;
        client.send("x".repeat(BODY - 1)).await;
        hoarders.push(client);
    }
    let counted = r#"bellpull_limits_reached_total{limit="body_memory"} "#;
    let reached = |line: &str| line.strip_prefix(counted).is_some_and(|count| count != "0");
    world.scraped(reached).await;
    hoarders
}

#[tokio::test]
async fn bodies_that_never_become_whole_stop_nobody() {
    let world = World::new(Script::default(), small());
    let hoarders = hoard(&world, 20).await;
    for path in [OTHER, KNOWN] {
        assert_eq!(world.ask(&body(path)).await.status, 200, "{path}");
    }
    drop(hoarders);
    world.counted(EMPTY).await;
}

#[tokio::test]
async fn what_filters_read_takes_room_too() {
    let script = Script {
        filter: Some("app"),
        ..Script::default()
    };
    let world = World::new(script, small());
    for (weight, status) in [(100, 200), (BODY, 200), (4 * BODY, 503), (BODY, 200)] {
        let body = format!("{{{weight}}}");
        let delivery = format!("{}{body}", post(KNOWN, body.len()));
        let answer = world.ask(&delivery).await;
        assert_eq!(answer.status, status, "{weight}: {answer:?}");
        world.counted(EMPTY).await;
    }
}

#[tokio::test]
async fn nobody_at_work_makes_room() {
    let script = Script {
        gated: true,
        ..Script::default()
    };
    let settings = GatewaySettings {
        max_connections: 1,
        ..GatewaySettings::default()
    };
    let world = World::new(script, settings);
    let mut first = world.connect().await;
    first.send(post(KNOWN, 0)).await;
    world.fake.began().await;
    let mut second = world.connect().await;
    second.send(post("/hook/other", 0)).await;
    world.fake.release();
    assert_eq!(first.answer().await.status, 200);
    assert_eq!(second.answer().await.status, 404);
}

#[tokio::test]
async fn those_that_have_waited_longest_for_their_peers_make_room() {
    let settings = GatewaySettings {
        max_connections: 8,
        ..GatewaySettings::default()
    };
    let world = World::new(Script::default(), settings);
    let drip = format!("{}x", post(KNOWN, 10));
    let beginnings = ["", "POST /ho", &drip, "PRI * HTTP/2.0\r\n"];
    let mut held = Vec::new();
    for beginning in beginnings.iter().cycle().take(40) {
        let mut client = world.connect().await;
        client.send(beginning).await;
        held.push(client);
        let mut neighbour = world.connect().await;
        neighbour.send(post(OTHER, 0)).await;
        assert_eq!(neighbour.answer().await.status, 200, "beside {beginning:?}");
    }
    for client in held.iter_mut().take(30) {
        client.rest().await;
    }
}
