use bellpull_gateway::GatewaySettings;

use crate::support::{KNOWN, Script, World, post};

const MAX_BODY: usize = 1 << 10;

fn small() -> World {
    let settings = GatewaySettings {
        max_body: MAX_BODY,
        ..GatewaySettings::default()
    };
    World::new(Script::default(), settings)
}

fn counted(limit: &str) -> String {
    format!(r#"bellpull_limits_reached_total{{limit="{limit}"}} 1"#)
}

#[tokio::test]
async fn headers_beyond_their_limit_are_refused() {
    let world = World::new(Script::default(), GatewaySettings::default());
    let mut client = world.connect().await;
    let padding = "x".repeat(64 << 10);
    client
        .send(format!("POST {KNOWN} HTTP/1.1\r\nX-Padding: {padding}"))
        .await;
    assert_eq!(client.answer().await.status, 431);
    world.counted(&counted("headers")).await;
}

#[tokio::test]
async fn headers_within_their_limit_are_taken() {
    let world = World::new(Script::default(), GatewaySettings::default());
    let padding = format!("\r\nX-Padding: {}\r\n\r\n", "x".repeat(44 << 10));
    let request = post(KNOWN, 0).replace("\r\n\r\n", &padding);
    assert_eq!(world.ask(&request).await.status, 200);
}

#[tokio::test]
async fn a_length_beyond_the_limit_is_refused_unread() {
    let world = small();
    let mut client = world.connect().await;
    client.send(post(KNOWN, MAX_BODY + 1)).await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 413, "{answer:?}");
    assert_eq!(answer.header("connection"), Some("close"));
    world.counted(&counted("body")).await;
}

#[tokio::test]
async fn a_sender_of_too_much_reads_why() {
    let world = small();
    let mut client = world.connect().await;
    let body = "x".repeat(2 << 20);
    client
        .send(format!("{}{body}", post(KNOWN, body.len())))
        .await;
    assert_eq!(client.answer().await.status, 413);
}

#[tokio::test]
async fn chunks_are_refused_at_the_limit() {
    let world = small();
    let head = format!("POST {KNOWN} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    let chunk = |bytes: usize| format!("{bytes:x}\r\n{}\r\n", "x".repeat(bytes));

    let mut client = world.connect().await;
    client
        .send(format!("{head}{}{}", chunk(MAX_BODY), chunk(1)))
        .await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 413, "{answer:?}");
    assert_eq!(answer.header("connection"), Some("close"));
    world.counted(&counted("body")).await;

    let mut client = world.connect().await;
    client
        .send(format!("{head}{}0\r\n\r\n", chunk(MAX_BODY)))
        .await;
    assert_eq!(client.answer().await.status, 200);
}
