use bellpull_gateway::GatewaySettings;

use crate::support::{ANY, KNOWN, Script, World, post};

fn world() -> World {
    World::new(Script::default(), GatewaySettings::default())
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let world = world();
    let mut client = world.connect().await;
    let unknown = post("/hook/other", 0);
    let known = format!("{}{{}}", post(KNOWN, 2));
    client.send(format!("{known}{unknown}{known}")).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(client.answer().await.status);
    }
    assert_eq!(statuses, [200, 404, 200]);
}

#[tokio::test]
async fn a_path_is_found_however_it_is_written() {
    let cases = [
        KNOWN.to_owned(),
        format!("//{KNOWN}"),
        format!("{KNOWN}?a=b"),
        format!("http://elsewhere.example{KNOWN}?a=b"),
    ];
    for target in cases {
        let world = world();
        assert_eq!(world.ask(&post(&target, 0)).await.status, 200, "{target}");
        let seen = world.fake.verified.lock().unwrap()[0].0.clone();
        let expected = target.trim_start_matches("http://elsewhere.example");
        assert_eq!(seen, expected);
    }
}

#[tokio::test]
async fn a_body_shorter_than_its_length_is_refused() {
    let world = world();
    let mut client = world.connect().await;
    client.send(format!("{}half", post(KNOWN, 10))).await;
    client.half_close().await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.header("connection"), Some("close"));
    assert!(world.fake.verified.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_follows_a_body_is_the_next_request() {
    let world = world();
    let mut client = world.connect().await;
    let longer = format!("{}{{}}and more\r\n\r\n", post(KNOWN, 2));
    client.send(longer).await;
    assert_eq!(client.answer().await.status, 200);
    assert_eq!(client.answer().await.status, 400);
    assert_eq!(client.rest().await, "");
    assert_eq!(world.fake.verified.lock().unwrap()[0].1, b"{}");
}

#[tokio::test]
async fn two_lengths_are_refused() {
    let world = world();
    let mut client = world.connect().await;
    let request = post(KNOWN, 2).replace("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\n");
    client.send(format!("{request}{{}}")).await;
    assert_eq!(client.answer().await.status, 400);
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_length_beside_chunks_smuggles_nothing() {
    // RFC 9112, section 6.3: the chunks count, and the connection ends after the answer.
    let smuggled = post("/hook/smuggled", 0);
    let headers = [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
    ];
    for headers in headers {
        let world = world();
        let mut client = world.connect().await;
        let head = format!("POST {KNOWN} HTTP/1.1\r\nHost: h\r\n{headers}\r\n\r\n");
        client
            .send(format!("{head}2\r\n{{}}\r\n0\r\n\r\n{smuggled}"))
            .await;
        assert_eq!(client.answer().await.status, 200);
        assert_eq!(client.rest().await, "", "{headers}");
        assert_eq!(world.fake.verified.lock().unwrap()[0].1, b"{}");
    }
}

#[tokio::test]
async fn broken_chunks_are_refused() {
    let world = world();
    let mut client = world.connect().await;
    let head = format!("POST {KNOWN} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send(format!("{head}zz\r\n")).await;
    let rest = client.rest().await;
    assert!(
        rest.is_empty() || rest.starts_with("http/1.1 400"),
        "{rest}"
    );
    assert!(world.fake.verified.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_body_is_asked_for_only_where_it_is_wanted() {
    let expecting = |path| post(path, 2).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
    let world = world();
    let mut client = world.connect().await;
    client.send(expecting("/hook/other")).await;
    assert_eq!(client.answer().await.status, 404);

    let mut client = world.connect().await;
    client.send(expecting(KNOWN)).await;
    assert!(client.head().await.starts_with("http/1.1 100"));
    client.send("{}").await;
    assert_eq!(client.answer().await.status, 200);
}

#[tokio::test]
async fn head_has_headers_and_no_body() {
    let world = world();
    let mut client = world.connect().await;
    let head = post(ANY, 0).replace("POST", "HEAD");
    client.send(format!("{head}{}", post(KNOWN, 0))).await;
    let first = client.head().await;
    assert!(
        first.starts_with("http/1.1 200") && !first.contains("content-length: 0"),
        "{first}"
    );
    assert_eq!(client.answer().await.status, 200);
}

#[tokio::test]
async fn an_upgrade_is_not_taken() {
    let upgrade = "\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
    let request = post(KNOWN, 0).replace("\r\n\r\n", upgrade);
    assert_eq!(world().ask(&request).await.status, 200);
}

#[tokio::test]
async fn an_answer_before_the_body_says_that_the_connection_ends() {
    let world = World::new(Script::default(), GatewaySettings::default());
    for (head, status, closes) in [
        (post("/hook/guess", 5), 404, true),
        (post("/hook/guess", 0), 404, false),
        (post("/readyz", 5).replace("POST", "GET"), 200, true),
        (post("/readyz", 0).replace("POST", "GET"), 200, false),
    ] {
        let answer = world.ask(&head).await;
        assert_eq!(answer.status, status, "{head}: {answer:?}");
        let close = closes.then_some("close");
        assert_eq!(answer.header("connection"), close, "{head}: {answer:?}");
    }
}
