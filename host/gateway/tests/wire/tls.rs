use std::time::Duration;

use bellpull_core::VerifiedCertificate;
use bellpull_gateway::{GatewaySettings, ProxyProtocol, Shutdown};
use rustls::ClientConfig;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::client::TlsStream;

use crate::support::{Authority, Client, KNOWN, World, handshake, post, until, within};

const NAME: &str = "hooks.example.com";
const HTTP_1: &[&str] = &["http/1.1"];
const REFUSED: &str = "bellpull_connections_refused_total{reason=\"tls_handshake\"} 1";

fn world(authority: &Authority) -> World {
    World::over_tls(&authority.server(&[NAME]), GatewaySettings::default())
}

/// A connection that the server takes.
async fn connect(world: &World, config: ClientConfig) -> Client<TlsStream<TcpStream>> {
    let stream = handshake(world.addresses[0], NAME, config).await;
    Client::over(stream.unwrap())
}

/// The status of the answer to a delivery.
async fn deliver(client: &mut Client<TlsStream<TcpStream>>) -> u16 {
    client.send(post(KNOWN, 0)).await;
    client.answer().await.status
}

#[tokio::test]
async fn both_protocols_are_spoken_over_tls() {
    let authority = Authority::new();
    let world = world(&authority);
    for (offered, agreed) in [
        (&["h2", "http/1.1"][..], Some("h2")),
        (HTTP_1, Some("http/1.1")),
        (&[], None),
    ] {
        let config = authority.client(offered, None);
        let stream = handshake(world.addresses[0], NAME, config).await.unwrap();
        let (_, session) = stream.get_ref();
        let told = session.alpn_protocol().map(<[u8]>::to_vec);
        assert_eq!(told, agreed.map(|name| name.as_bytes().to_vec()));
        if agreed != Some("h2") {
            assert_eq!(deliver(&mut Client::over(stream)).await, 200);
            continue;
        }
        let io = hyper_util::rt::TokioIo::new(stream);
        let executor = hyper_util::rt::TokioExecutor::new();
        let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io)
            .await
            .unwrap();
        tokio::spawn(connection);
        let request = http::Request::post(format!("https://{NAME}{KNOWN}"));
        let request = request.body(http_body_util::Empty::<bytes::Bytes>::new());
        let answer = within(sender.send_request(request.unwrap())).await.unwrap();
        assert_eq!(answer.status(), 200);
    }
}

#[tokio::test]
async fn no_protocol_in_common_is_no_connection() {
    let authority = Authority::new();
    let world = world(&authority);
    let config = authority.client(&["spdy/1"], None);
    assert!(handshake(world.addresses[0], NAME, config).await.is_err());
    world.counted(REFUSED).await;
}

#[tokio::test]
async fn the_server_name_chooses_the_certificate() {
    let authority = Authority::new();
    let server = authority.server(&["one.test", "two.test"]);
    let world = World::over_tls(&server, GatewaySettings::default());
    for (name, trusted) in [
        ("one.test", true),
        ("two.test", true),
        ("other.test", false),
    ] {
        let config = authority.client(HTTP_1, None);
        let shaken = handshake(world.addresses[0], name, config).await;
        // A client sees by the certificate that the name is another's.
        let told = shaken.as_ref().map(drop).map_err(ToString::to_string);
        let wrong = "invalid peer certificate: certificate not valid for name";
        let as_expected = match &told {
            Ok(()) => trusted,
            Err(told) => !trusted && told.starts_with(wrong),
        };
        assert!(as_expected, "{name}: {told:?}");
    }
}

#[tokio::test]
async fn a_client_may_show_a_certificate_of_the_authority() {
    let authority = Authority::new();
    let world = world(&authority);
    let shown = authority.issue("ci.example.com");
    for (certificate, names) in [(Some(&shown), vec!["ci.example.com"]), (None, vec![])] {
        let config = authority.client(HTTP_1, certificate);
        assert_eq!(deliver(&mut connect(&world, config).await).await, 200);
        let client = world.fake.clients.lock().unwrap().pop().unwrap();
        let certificate = client.certificate.as_deref();
        let told = certificate.map_or(&[][..], |certificate| &certificate.names);
        assert_eq!(told, names);
        assert_eq!(certificate.is_some(), !names.is_empty());
        assert_eq!(client.address, Some(world.addresses[0].ip()));
    }
}

#[tokio::test]
async fn a_certificate_of_somebody_else_is_refused() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let world = world(&authority);
    let config = authority.client(HTTP_1, Some(&stranger.issue("ci.example.com")));
    // In TLS 1.3 the client is done before the server has judged its certificate.
    if let Ok(stream) = handshake(world.addresses[0], NAME, config).await {
        let mut client = Client::over(stream);
        client.try_send(post(KNOWN, 0)).await;
        assert_eq!(client.rest().await, "");
    }
    world.counted(REFUSED).await;
    assert!(world.fake.verified.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_no_handshake_is_closed_without_an_answer() {
    let authority = Authority::new();
    for bytes in [
        post(KNOWN, 0).as_bytes(),
        b"\x16\x03\x01\xff\xff",
        b"\x80\x2e\x01\x00\x02",
    ] {
        let world = world(&authority);
        let mut client = world.connect().await;
        client.send(bytes).await;
        client.half_close().await;
        let answer = client.rest().await;
        assert!(!answer.contains("http"), "{bytes:?}: {answer}");
        world.counted(REFUSED).await;
    }
    // Probes and metrics stay as they are.
    assert_eq!(world(&authority).probe("/healthz").await.0, 200);
}

#[tokio::test]
async fn half_a_handshake_is_given_up() {
    let authority = Authority::new();
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    for bytes in [&b""[..], &hello[..3], hello] {
        let settings = GatewaySettings {
            header_timeout: Duration::from_millis(150),
            ..GatewaySettings::default()
        };
        let world = World::over_tls(&authority.server(&[NAME]), settings);
        let mut client = world.connect().await;
        client.send(bytes).await;
        assert_eq!(client.rest().await, "", "{bytes:?}");
        world
            .counted("bellpull_limits_reached_total{limit=\"header_timeout\"} 1")
            .await;
    }
}

#[tokio::test]
async fn a_flood_of_handshakes_leaves_room_for_others() {
    let authority = Authority::new();
    let settings = GatewaySettings {
        max_connections: 8,
        ..GatewaySettings::default()
    };
    let world = World::over_tls(&authority.server(&[NAME]), settings);
    let config = || authority.client(HTTP_1, None);
    let mut before = connect(&world, config()).await;
    assert_eq!(deliver(&mut before).await, 200);
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(world.connect().await);
    }
    world
        .scraped(|line| {
            let counted = line.strip_prefix("bellpull_limits_reached_total{limit=\"openings\"} ");
            counted.is_some_and(|counted| counted.parse::<u32>().unwrap() >= 18)
        })
        .await;
    let mut oldest = silent.swap_remove(0);
    assert_eq!(oldest.rest().await, "");
    assert_eq!(deliver(&mut connect(&world, config()).await).await, 200);
    assert_eq!(deliver(&mut before).await, 200);
}

#[tokio::test]
async fn the_proxy_header_comes_before_the_handshake() {
    let authority = Authority::new();
    let settings = GatewaySettings {
        proxy_protocol: ProxyProtocol::Everybody,
        ..GatewaySettings::default()
    };
    let world = World::over_tls(&authority.server(&[NAME]), settings);
    let mut client = Client::connect(world.addresses[0]).await;
    client.send("PROXY TCP4 192.0.2.1 10.0.0.1 1 2\r\n").await;
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(
        authority.client(HTTP_1, Some(&authority.issue("ci.test"))),
    ));
    let name = NAME.try_into().unwrap();
    let stream = within(connector.connect(name, client.into_stream()))
        .await
        .unwrap();
    assert_eq!(deliver(&mut Client::over(stream)).await, 200);
    let client = world.fake.clients.lock().unwrap().pop().unwrap();
    assert_eq!(client.address, Some("192.0.2.1".parse().unwrap()));
    let names = client
        .certificate
        .as_deref()
        .map(|VerifiedCertificate { names, .. }| names);
    assert_eq!(names, Some(&vec!["ci.test".to_owned()]));
}

#[tokio::test]
async fn a_drain_closes_tls_in_order() {
    let authority = Authority::new();
    let settings = GatewaySettings {
        drain_delay: Duration::ZERO,
        ..GatewaySettings::default()
    };
    let world = World::over_tls(&authority.server(&[NAME]), settings);
    let config = authority.client(HTTP_1, None);
    let mut client = connect(&world, config).await;
    assert_eq!(deliver(&mut client).await, 200);
    let mut stream = client.into_stream();
    // The end that TLS itself tells: without close_notify this is an error.
    let reading = tokio::spawn(async move {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await
    });
    world.shutdown.send_replace(Shutdown::Drain);
    assert_eq!(world.ended().await.cut, 0);
    let read = within(reading).await.unwrap();
    assert!(read.is_ok(), "{read:?}");
}

#[tokio::test]
async fn a_certificate_that_expires_while_its_connection_is_open_counts_no_longer() {
    let authority = Authority::new();
    let world = world(&authority);
    let shown = authority.issue_for("ci.example.com", 6);
    let mut client = connect(&world, authority.client(HTTP_1, Some(&shown))).await;
    let has_certificate = async |client: &mut Client<TlsStream<TcpStream>>| {
        assert_eq!(deliver(client).await, 200);
        let told = world.fake.clients.lock().unwrap().pop().unwrap();
        told.certificate.is_some()
    };
    assert!(has_certificate(&mut client).await);
    until(async || !has_certificate(&mut client).await).await;
}

#[tokio::test]
async fn no_session_is_resumed_where_clients_show_certificates() {
    let authority = Authority::new();
    let world = world(&authority);
    let config = authority.client(HTTP_1, Some(&authority.issue("ci.example.com")));
    for _ in 0..3 {
        let stream = handshake(world.addresses[0], NAME, config.clone())
            .await
            .unwrap();
        let kind = stream.get_ref().1.handshake_kind();
        assert_eq!(kind, Some(rustls::HandshakeKind::Full));
        assert_eq!(deliver(&mut Client::over(stream)).await, 200);
    }
}

#[tokio::test]
async fn a_burst_of_handshakes_ends_no_more_than_it_brings() {
    let authority = Authority::new();
    let settings = GatewaySettings {
        max_connections: 64,
        ..GatewaySettings::default()
    };
    let world = World::over_tls(&authority.server(&[NAME]), settings);
    let mut silent = Vec::new();
    for _ in 0..16 {
        silent.push(world.connect().await);
    }
    world.counted("bellpull_connections 16").await;
    for _ in 0..4 {
        silent.push(world.connect().await);
    }
    world
        .counted("bellpull_limits_reached_total{limit=\"openings\"} 4")
        .await;
    for oldest in silent.iter_mut().take(4) {
        assert_eq!(oldest.rest().await, "");
    }
    world.counted("bellpull_connections 16").await;
}

#[tokio::test]
async fn a_network_that_floods_ends_its_own_handshakes() {
    let authority = Authority::new();
    let settings = GatewaySettings {
        max_connections: 16,
        header_timeout: Duration::from_secs(60),
        ..GatewaySettings::default()
    };
    let world = World::over_tls(&authority.server(&[NAME]), settings);
    // The oldest of all, and the only one of its network.
    let mut slow = world.connect().await;
    world.counted("bellpull_connections 1").await;
    let mut flood = Vec::new();
    for _ in 0..20 {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        flood.push(within(socket.connect(world.addresses[0])).await.unwrap());
    }
    world
        .scraped(|line| {
            let counted = line.strip_prefix("bellpull_limits_reached_total{limit=\"openings\"} ");
            counted.is_some_and(|counted| counted.parse::<u32>().unwrap() >= 17)
        })
        .await;
    // It is answered with an alert, and was not ended before.
    slow.send(b"no handshake\r\n\r\n").await;
    assert!(!slow.rest_bytes().await.is_empty());
}
