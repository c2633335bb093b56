use std::time::Duration;

use bellpull_core::Progress;
use bellpull_gateway::{GatewaySettings, Shutdown};
use tokio::net::TcpStream;

use crate::support::{KNOWN, Script, World, post};

fn settings(drain_delay: Duration) -> GatewaySettings {
    GatewaySettings {
        drain_delay,
        ..GatewaySettings::default()
    }
}

#[tokio::test]
async fn a_body_in_flight_is_finished() {
    let world = World::new(Script::default(), settings(Duration::ZERO));
    let mut client = world.connect().await;
    let expect = post(KNOWN, 4).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
    client.send(expect).await;
    assert!(client.head().await.starts_with("http/1.1 100"));
    client.send("ha").await;
    world.shutdown.send_replace(Shutdown::Drain);
    world.draining().await;
    world.counted("bellpull_draining 1").await;
    client.send("lf").await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    drop(client);
    let address = world.addresses[0];
    assert_eq!(world.ended().await.cut, 0);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn serving_goes_on_for_the_delay() {
    let world = World::new(Script::default(), settings(Duration::from_millis(500)));
    let mut idle = world.connect().await;
    idle.send(post(KNOWN, 0)).await;
    assert_eq!(idle.answer().await.status, 200);
    world.shutdown.send_replace(Shutdown::Drain);
    world.draining().await;
    let answer = world.ask(&post(KNOWN, 0)).await;
    assert_eq!(answer.status, 200);
    // The next request would meet a listener that has closed.
    assert_eq!(answer.header("connection"), Some("close"), "{answer:?}");
    assert_eq!(idle.rest().await, "");
    drop(idle);
    assert_eq!(world.ended().await.cut, 0);
}

#[tokio::test]
async fn what_still_runs_is_not_accepted_while_draining() {
    let script = Script {
        progress: Progress {
            running: 1,
            ..Progress::default()
        },
        ..Script::default()
    };
    let world = World::new(script, settings(Duration::from_secs(10)));
    assert_eq!(world.ask(&post(KNOWN, 0)).await.status, 202);
    world.shutdown.send_replace(Shutdown::Drain);
    world.draining().await;
    let answer = world.ask(&post(KNOWN, 0)).await;
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.body.contains("shutting down"), "{answer:?}");
}

#[tokio::test]
async fn a_second_signal_cuts_the_drain_short() {
    let script = Script {
        gated: true,
        ..Script::default()
    };
    let world = World::new(script, settings(Duration::from_secs(600)));
    let mut client = world.connect().await;
    client.send(post(KNOWN, 0)).await;
    world.fake.began().await;
    world.shutdown.send_replace(Shutdown::Drain);
    world.draining().await;
    world.shutdown.send_replace(Shutdown::Cut);
    assert_eq!(world.ended().await.cut, 1);
}

#[tokio::test]
async fn the_drain_ends_at_its_timeout() {
    let script = Script {
        gated: true,
        ..Script::default()
    };
    let settings = GatewaySettings {
        drain_timeout: Duration::from_millis(100),
        ..settings(Duration::ZERO)
    };
    let world = World::new(script, settings);
    let mut client = world.connect().await;
    client.send(post(KNOWN, 0)).await;
    world.fake.began().await;
    world.shutdown.send_replace(Shutdown::Drain);
    assert_eq!(world.ended().await.cut, 1);
}

#[tokio::test]
async fn a_delivery_outlives_its_sender() {
    let script = Script {
        gated: true,
        ..Script::default()
    };
    let world = World::new(script, settings(Duration::ZERO));
    let mut client = world.connect().await;
    client.send(post(KNOWN, 0)).await;
    world.fake.began().await;
    drop(client);
    world.shutdown.send_replace(Shutdown::Drain);
    world.draining().await;
    world.fake.release();
    world.fake.notified().await;
    assert_eq!(world.ended().await.cut, 0);
}
