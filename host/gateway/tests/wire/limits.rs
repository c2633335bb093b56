use std::num::NonZeroU32;

use bellpull_core::{Refusal, VerifyError};
use bellpull_gateway::GatewaySettings;

use crate::support::{Answer, Client, KNOWN, Script, World, post};

const UNKNOWN: &str = "/hook/guess";
const COUNTED: &str = "bellpull_limits_reached_total{limit=\"source\"}";

/// Takes so many deliveries a minute that prove nothing from one address, as a trusted proxy names it.
fn limited_to(per_minute: u32) -> GatewaySettings {
    GatewaySettings {
        trusted_proxies: "127.0.0.1".parse().unwrap(),
        unproven_per_minute: NonZeroU32::new(per_minute),
        ..GatewaySettings::default()
    }
}

fn refusing() -> Script {
    Script {
        verdict: Err(VerifyError::Refused(Refusal::Unauthenticated("no".into()))),
        ..Script::default()
    }
}

fn from(source: &str, path: &str) -> String {
    let header = format!("\r\nX-Forwarded-For: {source}\r\n\r\n");
    post(path, 0).replace("\r\n\r\n", &header)
}

async fn ask(world: &World, source: &str, path: &str) -> Answer {
    world.ask(&from(source, path)).await
}

#[tokio::test]
async fn what_proves_nothing_is_limited_for_each_source() {
    for (script, path, status) in [
        (Script::default as fn() -> Script, UNKNOWN, 404),
        (refusing, KNOWN, 401),
    ] {
        let world = World::new(script(), limited_to(2));
        for _ in 0..2 {
            assert_eq!(ask(&world, "192.0.2.1", path).await.status, status);
        }
        let answer = ask(&world, "192.0.2.1", path).await;
        assert_eq!(answer.status, 429, "{answer:?}");
        assert!(
            answer.body.contains("\"outcome\":\"limited\""),
            "{answer:?}"
        );
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=31).contains(&wait), "{wait}");
        assert_eq!(answer.header("connection"), Some("close"), "{answer:?}");
        assert_eq!(ask(&world, "192.0.2.2", path).await.status, status);
        world.counted(&format!("{COUNTED} 1")).await;
        let (_, scrape) = world.probe("/metrics").await;
        assert!(!scrape.contains("192.0.2"), "{scrape}");
    }
}

#[tokio::test]
async fn a_delivery_that_proves_itself_is_never_limited() {
    let world = World::new(Script::default(), limited_to(1));
    for expected in [404, 429, 429] {
        let answer = ask(&world, "192.0.2.1", UNKNOWN).await;
        assert_eq!(answer.status, expected, "{answer:?}");
    }
    for _ in 0..100 {
        let answer = ask(&world, "192.0.2.1", KNOWN).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    world.counted(&format!("{COUNTED} 2")).await;
}

#[tokio::test]
async fn nothing_is_limited_without_a_limit_and_probes_never_are() {
    let unlimited = World::new(refusing(), GatewaySettings::default());
    let world = World::new(refusing(), limited_to(1));
    for _ in 0..100 {
        assert_eq!(ask(&unlimited, "192.0.2.1", KNOWN).await.status, 401);
        let probe = "GET /readyz HTTP/1.1\r\nHost: h\r\n\r\n";
        assert_eq!(world.ask(probe).await.status, 200);
    }
}

#[tokio::test]
async fn sources_that_are_not_known_share_the_limit_of_their_peer() {
    let world = World::new(Script::default(), limited_to(1));
    for (source, status) in [("unknown", 404), ("nonsense", 429), ("192.0.2.1", 404)] {
        let answer = ask(&world, source, UNKNOWN).await;
        assert_eq!(answer.status, status, "{source}: {answer:?}");
    }
}

#[tokio::test]
async fn ten_thousand_sources_keep_a_bucket_each() {
    let world = World::new(Script::default(), limited_to(1));
    let mut client = world.connect().await;
    for source in 0..10_000_u32 {
        let source = format!("10.1.{}.{}", source >> 8, source & 255);
        client.send(from(&source, UNKNOWN)).await;
        let answer = client.answer().await;
        assert_eq!(answer.status, 404, "{source}: {answer:?}");
    }
    for source in ["10.1.0.0", "10.1.39.15"] {
        let mut again = Client::connect(world.addresses[0]).await;
        again.send(from(source, UNKNOWN)).await;
        assert_eq!(again.answer().await.status, 429, "{source}");
    }
}
