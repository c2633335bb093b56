use std::time::Duration;

use bellpull_gateway::Settings;

use crate::support::{KNOWN, Script, World, post};

const BODY: usize = 64 << 10;

fn gated(read_timeout: Duration) -> World {
    let script = Script {
        gated: true,
        ..Script::default()
    };
    let settings = Settings {
        max_body: BODY,
        max_bodies_in_flight: BODY,
        read_timeout,
        ..Settings::default()
    };
    World::new(script, settings)
}

fn whole() -> String {
    format!("{}{}", post(KNOWN, BODY), "x".repeat(BODY))
}

#[tokio::test]
async fn a_body_without_room_is_turned_away() {
    let world = gated(Duration::from_millis(150));
    let mut first = world.connect().await;
    first.send(whole()).await;
    world.fake.began().await;
    world.counted("bellpull_bodies_in_flight_bytes 65536").await;

    let turned_away = world.ask(&post(KNOWN, 1)).await;
    assert_eq!(turned_away.status, 503, "{turned_away:?}");
    assert!(turned_away.body.contains("too busy"), "{turned_away:?}");
    let counted = r#"bellpull_limits_reached_total{limit="body_memory"} 1"#;
    world.counted(counted).await;

    world.fake.release();
    assert_eq!(first.answer().await.status, 200);
    world.counted("bellpull_bodies_in_flight_bytes 0").await;
}

#[tokio::test]
async fn a_body_waits_for_room() {
    let world = gated(Duration::from_secs(10));
    let mut first = world.connect().await;
    first.send(whole()).await;
    world.fake.began().await;
    let mut second = world.connect().await;
    second.send(whole()).await;

    world.fake.release();
    assert_eq!(first.answer().await.status, 200);
    world.fake.began().await;
    world.fake.release();
    assert_eq!(second.answer().await.status, 200);
}

#[tokio::test]
async fn more_connections_than_allowed_wait() {
    let settings = Settings {
        max_connections: 1,
        ..Settings::default()
    };
    let world = World::new(Script::default(), settings);
    let mut first = world.connect().await;
    first.send(post(KNOWN, 0)).await;
    assert_eq!(first.answer().await.status, 200);
    let mut second = world.connect().await;
    second.send(post("/hook/other", 0)).await;
    world.counted("bellpull_connections 1").await;
    // Had the second been taken, it would be answered before a second request of the first.
    first.send(post(KNOWN, 0)).await;
    assert_eq!(first.answer().await.status, 200);
    let unknown = "bellpull_deliveries_total{provider=\"none\"";
    assert!(!world.probe("/metrics").await.1.contains(unknown));

    drop(first);
    assert_eq!(second.answer().await.status, 404);
    // Each of the two filled the limit.
    let counted = r#"bellpull_limits_reached_total{limit="connections"} 2"#;
    world.counted(counted).await;
}
