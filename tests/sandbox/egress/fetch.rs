//! Fetches of components.

use bellpull_egress::{EgressMetrics, EgressSettings, FetchError, Fetcher, ProxySettings};
use bellpull_tests::connect::ConnectProxy;
use bellpull_tests::https::{Authority, Reply, Server};
use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::trusting;

const COMPONENT: &str = "sha256:one";
const LIMIT: usize = 64 << 10;

struct World {
    server: Server,
    settings: EgressSettings,
}

/// A server that answers with the path, and settings that allow it.
fn world() -> World {
    let authority = Authority::new().expect("an authority");
    let server = Server::start(Some(&authority), |path| Reply::ok(path.to_owned()));
    World {
        server: server.expect("a server"),
        settings: EgressSettings {
            private_fetch_hosts: vec!["localhost".to_owned()],
            ..trusting(&authority)
        },
    }
}

impl World {
    fn fetcher(&self) -> Fetcher {
        fetcher(&self.settings)
    }
}

fn fetcher(settings: &EgressSettings) -> Fetcher {
    Fetcher::new(settings, EgressMetrics::default()).expect("a fetcher")
}

fn hosts(patterns: &[&str]) -> Vec<String> {
    patterns
        .iter()
        .map(|pattern| (*pattern).to_owned())
        .collect()
}

#[tokio::test]
async fn an_answer_is_fetched_once_for_a_component() {
    let world = world();
    let fetcher = world.fetcher();
    let allowed = hosts(&["localhost"]);
    let url = world.server.url("/a.pem?b");
    let gets = [COMPONENT, COMPONENT, "sha256:two", COMPONENT, "sha256:two"];
    for component in gets {
        let found = fetcher.get(component, &url, &allowed).await;
        assert_eq!(found, Ok(Bytes::from("/a.pem?b")), "{component}");
    }
    let fragment = format!("{url}#c");
    let found = fetcher.get(COMPONENT, &fragment, &allowed).await;
    assert_eq!(found, Ok(Bytes::from("/a.pem?b")), "{fragment}");
    assert_eq!(world.server.asked(), ["/a.pem?b", "/a.pem?b"]);
}

#[tokio::test]
async fn a_request_is_shared_and_survives_the_delivery_that_began_it() {
    let world = world();
    let fetcher = world.fetcher();
    let allowed = hosts(&["localhost"]);
    let url = world.server.url("/");
    let given_up = fetcher.get(COMPONENT, &url, &allowed).now_or_never();
    assert!(given_up.is_none(), "no answer at once: {given_up:?}");
    let gets = (0..20).map(|_| fetcher.get(COMPONENT, &url, &allowed));
    for found in join_all(gets).await {
        assert_eq!(found, Ok(Bytes::from("/")));
    }
    assert_eq!(world.server.asked(), ["/"]);
}

#[tokio::test]
async fn an_answer_must_be_one() {
    let world = world();
    let allowed = hosts(&["localhost"]);
    let url = world.server.url("/");
    let cases = [
        (Reply::ok("A".repeat(LIMIT)), None),
        (Reply::ok("A".repeat(LIMIT)).in_chunks(), None),
        (
            Reply::ok("A".repeat(LIMIT + 1)).in_chunks(),
            Some("longer than 65536 bytes"),
        ),
        (
            Reply::ok("A".repeat(LIMIT + 1)),
            Some("longer than 65536 bytes"),
        ),
        (Reply::status(404, "a"), Some("answered 404")),
        (Reply::status(206, "a"), Some("answered 206")),
        (
            Reply::status(301, "").with("location", &url),
            Some("answered 301"),
        ),
        (
            Reply::status(302, "").with("location", "http://169.254.169.254/"),
            Some("redirections are not followed"),
        ),
        (Reply::Silence, Some("no answer within 2 s")),
    ];
    for (reply, expected) in cases {
        world.server.decide(move |_| reply.clone());
        let asked = world.server.asked().len();
        let fetcher = world.fetcher();
        // The second is told what the first has found.
        for _ in 0..2 {
            let found = fetcher.get(COMPONENT, &url, &allowed).await;
            match (&found, expected) {
                (Ok(body), None) => assert_eq!(body.len(), LIMIT),
                (Err(FetchError::Failed(why)), Some(part)) if why.contains(part) => {}
                _ => panic!("{found:?}, expected {expected:?}"),
            }
        }
        assert_eq!(world.server.asked().len(), asked + 1, "{expected:?}");
    }
}

/// Asks for URLs, each by the one host that the component may ask.
async fn assert_refused(settings: &EgressSettings, cases: &[(&str, &str, &str)]) {
    for (url, pattern, expected) in cases {
        let found = fetcher(settings)
            .get(COMPONENT, url, &hosts(&[pattern]))
            .await;
        assert!(
            matches!(&found, Err(FetchError::Refused(why)) if why.contains(expected)),
            "{url} by {pattern}: {found:?}, expected {expected}"
        );
    }
}

#[tokio::test]
async fn only_what_is_allowed_is_asked_for() {
    let world = world();
    let port = world.server.port();
    let own = format!("https://localhost:{port}/");
    let numbered = format!("https://127.0.0.1:{port}/");
    let plain = format!("http://localhost:{port}/");
    let user = format!("https://a:b@localhost:{port}/");
    let not_listed = "asked only on hosts that may be private";
    let (metadata, metadata_6) = ("https://169.254.169.254/", "https://[fd00:ec2::254]/");
    let private = EgressSettings {
        private_fetch_hosts: hosts(&["localhost", "169.254.169.254", "[fd00:ec2::254]"]),
        ..world.settings.clone()
    };
    let cases = [
        (own.as_str(), "*.localhost", "lists no such host"),
        (&own, "example.com", "lists no such host"),
        (&numbered, "localhost", "lists no such host"),
        (&numbered, "127.0.0.1", not_listed),
        (&plain, "localhost", "http is not a scheme"),
        (&user, "localhost", "user name or password"),
        (metadata, "169.254.169.254", "never asked"),
        (metadata_6, "[fd00:ec2::254]", "never asked"),
        ("https://127.0.0.1/", "127.0.0.1", "is a private address"),
        ("localhost", "localhost", "relative URL"),
        ("data:,a", "localhost", "lists no such host"),
    ];
    assert_refused(&private, &cases).await;
    let public = EgressSettings {
        private_fetch_hosts: Vec::new(),
        ..world.settings.clone()
    };
    let cases = [
        (own.as_str(), "localhost", not_listed),
        ("https://localhost/", "localhost", "is a private address"),
    ];
    assert_refused(&public, &cases).await;
    let asked = world.server.asked();
    assert!(asked.is_empty(), "{asked:?}");
}

#[tokio::test]
async fn a_proxy_connects_to_what_may_be_fetched() {
    let world = world();
    let proxy = ConnectProxy::start(world.server.port()).expect("a proxy");
    let fetcher = fetcher(&EgressSettings {
        private_fetch_hosts: Vec::new(),
        proxy: Some(ProxySettings {
            url: proxy.url(),
            direct: String::new(),
        }),
        ..world.settings.clone()
    });
    let allowed = hosts(&["www.googleapis.com", "localhost"]);
    let found = fetcher.get(COMPONENT, "https://www.googleapis.com/a.pem", &allowed);
    assert_eq!(found.await, Ok(Bytes::from("/a.pem")));
    let private = fetcher.get(COMPONENT, "https://localhost/a.pem", &allowed);
    let private = private.await;
    assert!(
        matches!(&private, Err(FetchError::Refused(why)) if why.contains("private")),
        "{private:?}"
    );
    assert_eq!(world.server.asked(), ["/a.pem"]);
}

#[tokio::test]
async fn a_server_must_be_trusted() {
    let world = world();
    let distrusting = EgressSettings {
        trusted_authorities: Vec::new(),
        ..world.settings.clone()
    };
    let url = world.server.url("/");
    let found = fetcher(&distrusting)
        .get(COMPONENT, &url, &hosts(&["localhost"]))
        .await;
    assert!(
        matches!(&found, Err(FetchError::Failed(why)) if why.contains("certificate")),
        "{found:?}"
    );
    assert!(
        world.server.asked().is_empty(),
        "{:?}",
        world.server.asked()
    );
}
