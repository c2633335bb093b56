use bellpull_gateway::GatewaySettings;

use crate::support::{KNOWN, SUSPENDED, Script, World, post};

#[tokio::test]
async fn ready_once_every_latch_is_open() {
    let world = World::closed(Script::default(), GatewaySettings::default());
    assert_eq!(world.probe("/healthz").await, (200, "ok\n".into()));
    assert_eq!(world.probe("/readyz").await, (503, "receivers\n".into()));
    // Until everything has been read, an unknown path may exist.
    assert_eq!(world.ask(&post("/hook/other", 0)).await.status, 503);
    world.latch.open();
    assert_eq!(world.probe("/readyz").await, (200, "ok\n".into()));
    assert_eq!(world.ask(&post("/hook/other", 0)).await.status, 404);
    assert_eq!(world.probe("/plugins").await, (200, "[]".into()));
    assert_eq!(world.probe("/").await.0, 404);
}

#[tokio::test]
async fn a_scrape_shows_what_was_delivered() {
    let world = World::new(Script::default(), GatewaySettings::default());
    for path in [KNOWN, SUSPENDED, "/hook/other"] {
        world.ask(&post(path, 0)).await;
    }
    let (status, scrape) = world.probe("/metrics").await;
    assert_eq!(status, 200);
    for line in [
        r#"bellpull_deliveries_total{provider="generic",outcome="notified"} 1"#,
        r#"bellpull_deliveries_total{provider="none",outcome="unavailable"} 1"#,
        r#"bellpull_deliveries_total{provider="none",outcome="unknown"} 1"#,
        r#"bellpull_delivery_duration_seconds_count{outcome="notified"} 1"#,
        r#"bellpull_verification_duration_seconds_count{provider="generic"} 1"#,
        r#"bellpull_limits_reached_total{limit="body"} 0"#,
        "bellpull_bodies_in_flight_bytes 0",
        "bellpull_draining 0",
        "# EOF",
    ] {
        assert!(scrape.lines().any(|l| l == line), "{line} not in\n{scrape}");
    }
    assert!(!scrape.contains("/hook"), "{scrape}");
}
