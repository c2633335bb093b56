use bellpull_gateway::{GatewaySettings, Shutdown};

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
    assert_eq!(world.probe("/").await.0, 404);
}

#[tokio::test]
async fn the_port_of_webhooks_answers_probes_and_counts_no_delivery() {
    let world = World::closed(Script::default(), GatewaySettings::default());
    let ask = async |method: &str, path: &str| {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: h\r\n\r\n");
        let mut client = world.connect().await;
        client.send(request).await;
        client.half_close().await;
        let answer = client.rest().await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head[9..12].to_owned(), body.to_owned())
    };
    let told = |status: &str, body: &str| (status.to_owned(), body.to_owned());
    assert_eq!(ask("GET", "/healthz").await, told("200", "ok\n"));
    // Neither the latch nor a concern is named to strangers.
    assert_eq!(ask("GET", "/readyz").await, told("503", "not ready\n"));
    world.latch.open();
    assert_eq!(ask("GET", "/readyz").await, told("200", "ok\n"));
    assert_eq!(ask("HEAD", "/readyz").await, told("200", ""));
    assert_eq!(ask("HEAD", "/healthz").await, told("200", ""));
    assert_eq!(ask("HEAD", "/").await, told("200", ""));
    let counted = "bellpull_deliveries_total{";
    let (_, scrape) = world.probe("/metrics").await;
    assert!(!scrape.contains(counted), "{scrape}");
    for (method, path) in [("GET", "/plugins"), ("POST", "/readyz"), ("POST", "/")] {
        assert_eq!(ask(method, path).await.0, "404", "{method} {path}");
    }
    assert_eq!(ask("GET", "/").await, told("200", "ok\n"));
    world.shutdown.send_replace(Shutdown::Drain);
    world.draining().await;
    for path in ["/readyz", "/"] {
        assert_eq!(ask("GET", path).await, told("503", "not ready\n"), "{path}");
    }
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
