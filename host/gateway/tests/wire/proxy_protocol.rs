use std::time::Duration;

use bellpull_core::Networks;
use bellpull_gateway::{GatewaySettings, ProxyProtocol};

use crate::support::{KNOWN, Script, World, post};

const V1: &[u8] = b"PROXY TCP4 192.0.2.1 10.0.0.1 443 9292\r\n";
const V2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\x0a\0\0\x01\x01\xbb\x24\x4c";
const LOCAL: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";
const REFUSED: &str = "bellpull_connections_refused_total{reason=\"proxy_header\"} 1";

fn world(proxy_protocol: ProxyProtocol) -> World {
    let settings = GatewaySettings {
        proxy_protocol,
        header_timeout: Duration::from_secs(2),
        ..GatewaySettings::default()
    };
    World::new(Script::default(), settings)
}

fn from(networks: &str) -> ProxyProtocol {
    ProxyProtocol::From(networks.parse().unwrap())
}

fn addresses(world: &World) -> Vec<String> {
    let clients = world.fake.clients.lock().unwrap();
    let addresses = clients.iter().filter_map(|client| client.address);
    addresses.map(|address| address.to_string()).collect()
}

#[tokio::test]
async fn the_header_says_where_every_request_of_the_connection_comes_from() {
    for header in [V1, V2] {
        for spoken in [ProxyProtocol::Everybody, from("127.0.0.1")] {
            let world = world(spoken.clone());
            let mut client = world.connect().await;
            client.send(header).await;
            for _ in 0..2 {
                client.send(post(KNOWN, 0)).await;
                assert_eq!(client.answer().await.status, 200, "{spoken:?}");
            }
            assert_eq!(addresses(&world), ["192.0.2.1"; 2], "{spoken:?}");
        }
    }
}

#[tokio::test]
async fn a_proxy_that_tells_no_address_vouches_for_no_header() {
    let networks: Networks = "127.0.0.0/8".parse().unwrap();
    for header in [LOCAL, b"PROXY UNKNOWN\r\n"] {
        let settings = GatewaySettings {
            proxy_protocol: ProxyProtocol::From(networks.clone()),
            trusted_proxies: networks.clone(),
            ..GatewaySettings::default()
        };
        let script = Script {
            allow_from: Some("127.0.0.0/8,192.0.2.0/24"),
            ..Script::default()
        };
        let world = World::new(script, settings);
        for forged in [
            "",
            "X-Forwarded-For: 192.0.2.1\r\n",
            "Forwarded: for=192.0.2.1\r\n",
        ] {
            let mut client = world.connect().await;
            client.send(header).await;
            let request = post(KNOWN, 0).replace("\r\n\r\n", &format!("\r\n{forged}\r\n"));
            client.send(request).await;
            let answer = client.answer().await;
            assert_eq!(answer.status, 403, "{forged}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_header_that_drips_is_read() {
    let world = world(ProxyProtocol::Everybody);
    let mut client = world.connect().await;
    for byte in V1 {
        client.send([*byte]).await;
    }
    client.send(post(KNOWN, 0)).await;
    assert_eq!(client.answer().await.status, 200);
}

#[tokio::test]
async fn a_connection_without_its_header_is_closed_without_an_answer() {
    let twice = [V1, V1].concat();
    for (bytes, counted) in [
        (post(KNOWN, 0).as_bytes(), REFUSED),
        (b"PROXY TCP4 nonsense\r\n", REFUSED),
        (
            &V2[..14],
            "bellpull_limits_reached_total{limit=\"header_timeout\"} 1",
        ),
        (
            b"",
            "bellpull_limits_reached_total{limit=\"header_timeout\"} 1",
        ),
    ] {
        let world = world(ProxyProtocol::Everybody);
        let mut client = world.connect().await;
        client.send(bytes).await;
        assert_eq!(client.rest().await, "", "{bytes:?}");
        world.counted(counted).await;
        assert!(addresses(&world).is_empty(), "{bytes:?}");
    }
    // The second header is a request that HTTP does not know.
    let world = world(ProxyProtocol::Everybody);
    let mut client = world.connect().await;
    client.send(&twice).await;
    assert!(client.rest().await.starts_with("http/1.1 400"));
}

#[tokio::test]
async fn a_header_cut_by_the_end_of_the_connection_is_refused() {
    for cut in [&V1[..20], &V2[..20], &V2[..4]] {
        let world = world(ProxyProtocol::Everybody);
        let mut client = world.connect().await;
        client.send(cut).await;
        client.half_close().await;
        assert_eq!(client.rest().await, "", "{cut:?}");
        world.counted(REFUSED).await;
    }
}

#[tokio::test]
async fn a_stranger_has_no_header() {
    for spoken in [ProxyProtocol::Off, from("198.51.100.7")] {
        let world = world(spoken.clone());
        assert_eq!(world.ask(&post(KNOWN, 0)).await.status, 200, "{spoken:?}");
        assert_eq!(addresses(&world), ["127.0.0.1"], "{spoken:?}");
        let mut client = world.connect().await;
        client.send(V1).await;
        let rest = client.rest().await;
        assert!(rest.starts_with("http/1.1 400"), "{spoken:?}: {rest}");
    }
}
