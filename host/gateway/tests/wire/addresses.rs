use bellpull_gateway::GatewaySettings;

use crate::support::{KNOWN, SUSPENDED, Script, World, post};

/// Trusts this machine, from which every connection of a test comes.
fn behind_a_proxy() -> GatewaySettings {
    GatewaySettings {
        trusted_proxies: "127.0.0.0/8".parse().unwrap(),
        ..GatewaySettings::default()
    }
}

/// A POST with more headers.
fn with_headers(path: &str, headers: &str) -> String {
    post(path, 0).replace("\r\n\r\n", &format!("\r\n{headers}\r\n\r\n"))
}

/// The address that the component is told of.
async fn seen(settings: GatewaySettings, headers: &str) -> Option<String> {
    let world = World::new(Script::default(), settings);
    let answer = world.ask(&with_headers(KNOWN, headers)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let clients = world.fake.clients.lock().unwrap();
    let [client] = &clients[..] else {
        panic!("{clients:?}")
    };
    client.address.map(|address| address.to_string())
}

#[tokio::test]
async fn only_trusted_proxies_say_where_a_request_comes_from() {
    for (settings, headers, expected) in [
        (GatewaySettings::default(), "A: b", Some("127.0.0.1")),
        (
            GatewaySettings::default(),
            "X-Forwarded-For: 192.0.2.1",
            Some("127.0.0.1"),
        ),
        (
            GatewaySettings::default(),
            "Forwarded: for=192.0.2.1",
            Some("127.0.0.1"),
        ),
        (behind_a_proxy(), "A: b", Some("127.0.0.1")),
        (
            behind_a_proxy(),
            "X-Forwarded-For: 192.0.2.66, 192.0.2.1",
            Some("192.0.2.1"),
        ),
        (
            behind_a_proxy(),
            "X-Forwarded-For: 192.0.2.66\r\nx-forwarded-for: 192.0.2.1",
            Some("192.0.2.1"),
        ),
        (
            behind_a_proxy(),
            "Forwarded: for=192.0.2.66, for=\"[2001:db8::1]:9\"",
            Some("2001:db8::1"),
        ),
        (behind_a_proxy(), "X-Forwarded-For: nonsense", None),
    ] {
        let case = format!("{headers} with {:?}", settings.trusted_proxies);
        assert_eq!(seen(settings, headers).await.as_deref(), expected, "{case}");
    }
}

#[tokio::test]
async fn a_receiver_takes_deliveries_from_where_its_annotation_allows() {
    let local = || Script {
        allow_from: Some("127.0.0.0/8"),
        ..Script::default()
    };
    let elsewhere = || Script {
        allow_from: Some("198.51.100.0/24,2001:db8::/32"),
        ..Script::default()
    };
    type Case = (fn() -> Script, fn() -> GatewaySettings, &'static str, u16);
    let cases: [Case; 9] = [
        (local, GatewaySettings::default, "A: b", 200),
        // A forged header does not widen it.
        (
            local,
            GatewaySettings::default,
            "X-Forwarded-For: 192.0.2.1",
            200,
        ),
        (
            elsewhere,
            GatewaySettings::default,
            "X-Forwarded-For: 198.51.100.1",
            403,
        ),
        (local, behind_a_proxy, "X-Forwarded-For: 192.0.2.1", 403),
        (
            elsewhere,
            behind_a_proxy,
            "X-Forwarded-For: 198.51.100.1",
            200,
        ),
        (
            elsewhere,
            behind_a_proxy,
            "X-Forwarded-For: 198.51.100.1, 192.0.2.1",
            403,
        ),
        (
            elsewhere,
            behind_a_proxy,
            "Forwarded: for=\"[2001:db8::1]\"",
            200,
        ),
        // Where the proxies do not tell, nothing is allowed.
        (local, behind_a_proxy, "X-Forwarded-For: unknown", 403),
        (
            elsewhere,
            behind_a_proxy,
            "X-Forwarded-For: 198.51.100.1\r\nForwarded: for=192.0.2.1",
            403,
        ),
    ];
    for (script, settings, headers, status) in cases {
        let world = World::new(script(), settings());
        let answer = world.ask(&with_headers(KNOWN, headers)).await;
        assert_eq!(answer.status, status, "{headers}: {answer:?}");
        let verified = world.fake.verified.lock().unwrap().len();
        assert_eq!(verified, usize::from(status == 200), "{headers}");
        let forbidden = answer.body.contains("\"outcome\":\"forbidden\"");
        assert_eq!(forbidden, status == 403, "{answer:?}");
        assert!(!answer.body.contains("198.51"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_forbidden_delivery_is_answered_before_its_body() {
    let script = Script {
        allow_from: Some("192.0.2.1"),
        ..Script::default()
    };
    let world = World::new(script, GatewaySettings::default());
    let mut client = world.connect().await;
    client.send(post(KNOWN, 1000)).await;
    assert_eq!(client.answer().await.status, 403);
    // A Receiver that is not served says so, whoever asks.
    assert_eq!(world.ask(&post(SUSPENDED, 0)).await.status, 503);
}
