use std::time::{Duration, Instant};

use bellpull_gateway::GatewaySettings;

use crate::support::{KNOWN, Script, World, post, within};

const SHORT: Duration = Duration::from_millis(150);
const COUNTED: &str = r#"bellpull_limits_reached_total{limit="header_timeout"} 1"#;

fn impatient() -> World {
    let settings = GatewaySettings {
        header_timeout: SHORT,
        read_timeout: SHORT,
        ..GatewaySettings::default()
    };
    World::new(Script::default(), settings)
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let world = impatient();
    let began = Instant::now();
    assert_eq!(world.connect().await.rest().await, "");
    assert!(began.elapsed() >= SHORT);
    world.counted(COUNTED).await;
}

#[tokio::test]
async fn a_header_that_drips_is_closed() {
    let world = impatient();
    let mut client = world.connect().await;
    let mut drip = tokio::time::interval(Duration::from_millis(10));
    let began = Instant::now();
    let request = post(KNOWN, 0);
    // A second blank line would begin a second request.
    let mut bytes = request.bytes().filter(|byte| *byte != b'\n').cycle();
    within(async {
        loop {
            drip.tick().await;
            let byte = bytes.next().expect("a request has bytes");
            if !client.try_send([byte]).await {
                break;
            }
        }
    })
    .await;
    assert!(began.elapsed() >= SHORT);
    world.counted(COUNTED).await;
}

#[tokio::test]
async fn an_http2_preface_without_a_request_is_closed() {
    for silent in [
        "PRI * HTTP/2.0\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
    ] {
        let world = impatient();
        let mut client = world.connect().await;
        client.send(silent).await;
        client.rest().await;
        world.counted(COUNTED).await;
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_not_counted() {
    let world = impatient();
    let mut client = world.connect().await;
    client.send(post(KNOWN, 0)).await;
    assert_eq!(client.answer().await.status, 200);
    assert_eq!(client.rest().await, "");
    world
        .counted(r#"bellpull_limits_reached_total{limit="header_timeout"} 0"#)
        .await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let world = impatient();
    let mut client = world.connect().await;
    client.send(format!("{}half", post(KNOWN, 10))).await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 408, "{answer:?}");
    assert_eq!(answer.header("connection"), Some("close"));
    assert!(answer.body.contains("did not arrive in time"), "{answer:?}");
    assert_eq!(client.rest().await, "");
    world
        .counted(r#"bellpull_limits_reached_total{limit="read_timeout"} 1"#)
        .await;
}
