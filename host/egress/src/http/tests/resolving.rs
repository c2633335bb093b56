use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::dns::Resolve as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::Url;

use super::issuers;
use crate::http::address_scope::AddressScope;
use crate::http::client::Client;
use crate::http::error::GetError;
use crate::http::policy::DestinationPolicy;
use crate::http::resolver::{Lookup, NameCheck as _, Resolver};
use crate::metrics::{EgressMetrics, FetchKind};
use crate::{EgressSettings, ProxySettings};

/// A name server whose answers change, as in DNS rebinding.
struct Changing {
    answers: Vec<Vec<IpAddr>>,
    asked: Arc<AtomicUsize>,
}

impl Lookup for Changing {
    async fn lookup(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let at = self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(self.answers[at.min(self.answers.len() - 1)].clone())
    }
}

/// Starts a server that answers every request with `found`. Returns its port.
async fn server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 1024];
            let read = stream.read(&mut request).await.expect("a request");
            assert!(read > 0);
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfound")
                .await
                .expect("an answer");
        }
    });
    port
}

fn client(policy: DestinationPolicy, answers: &[&[&str]]) -> (Client, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let lookup = changing(answers, &asked);
    let settings = EgressSettings::default();
    let client = Client::new(
        &settings,
        FetchKind::Keys,
        policy,
        lookup,
        EgressMetrics::default(),
    );
    (client.expect("a client"), asked)
}

fn changing(answers: &[&[&str]], asked: &Arc<AtomicUsize>) -> Changing {
    let parse = |answer: &&[&str]| {
        let addresses = answer.iter().map(|text| text.parse().expect("an address"));
        addresses.collect()
    };
    Changing {
        answers: answers.iter().map(parse).collect(),
        asked: Arc::clone(asked),
    }
}

async fn get(client: &Client, port: u16) -> Result<String, GetError> {
    let url = Url::parse(&format!("http://rebound.example:{port}/")).expect("a URL");
    let answer = client.get(&url, 100).await?;
    Ok(String::from_utf8(answer.body.to_vec()).expect("text"))
}

#[tokio::test]
async fn connects_to_the_address_that_was_checked() {
    let port = server().await;
    let policy = issuers(false);
    let (client, asked) = client(policy, &[&["127.0.0.1"], &["169.254.169.254"]]);
    assert_eq!(get(&client, port).await.as_deref(), Ok("found"));
    assert_eq!(asked.load(Ordering::SeqCst), 1, "look-ups of one request");
    let again = get(&client, port).await;
    assert!(
        matches!(&again, Err(GetError::Refused(why)) if why.contains("169.254.169.254")),
        "{again:?}"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 2, "look-ups of two requests");
}

#[tokio::test]
async fn refused_addresses_are_left_out() {
    let port = server().await;
    let policy = issuers(false);
    let (client, _) = client(policy, &[&["169.254.169.254", "127.0.0.1", "fe80::1"]]);
    assert_eq!(get(&client, port).await.as_deref(), Ok("found"));
}

#[tokio::test]
async fn a_public_issuer_is_never_private() {
    let policy = issuers(true);
    let (client, asked) = client(policy, &[&["10.0.0.1"]]);
    let url = Url::parse("https://rebound.example/").expect("a URL");
    let answer = client.get(&url, 100).await;
    assert!(
        matches!(&answer, Err(GetError::Refused(why)) if why.contains("10.0.0.1 is a private")),
        "{answer:?}"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_public_name_is_not_reached_at_its_private_address() {
    let port = server().await;
    let (client, _) = client(
        issuers(false),
        &[&["127.0.0.1", "192.0.2.1", "203.0.113.1"]],
    );
    assert_eq!(
        get(&client, port).await.as_deref(),
        Ok("found"),
        "private throughout"
    );
    for mixed in [["127.0.0.1", "1.1.1.1"], ["2606:4700::1111", "127.0.0.1"]] {
        let policy = Arc::new(issuers(false));
        let lookup = changing(&[&mixed], &Arc::default());
        let resolver = Resolver::new(policy, lookup, None);
        let resolved = resolver
            .resolve("mixed.example".parse().expect("a name"))
            .await;
        let left: Vec<IpAddr> = resolved.expect("one is left").map(|at| at.ip()).collect();
        assert_eq!(left.len(), 1, "{left:?}");
        assert!(
            !left.contains(&"127.0.0.1".parse().expect("an address")),
            "{left:?}"
        );
    }
}

#[tokio::test]
async fn a_response_tells_the_scope_of_its_address() {
    let port = server().await;
    let (client, _) = client(issuers(false), &[&["127.0.0.1"]]);
    for host in ["rebound.example", "127.0.0.1"] {
        let url = Url::parse(&format!("http://{host}:{port}/")).expect("a URL");
        let answer = client.get(&url, 100).await.expect("an answer");
        assert_eq!(answer.from, AddressScope::Loopback, "{host}");
    }
    for (addresses, expected) in [
        (&["1.1.1.1"][..], AddressScope::Public),
        (&["10.0.0.1", "127.0.0.1"], AddressScope::Private),
        // The proxy may resolve a name that the host cannot.
        (&[], AddressScope::Public),
    ] {
        let lookup = changing(&[addresses], &Arc::default());
        let resolver = Resolver::new(Arc::new(issuers(false)), lookup, None);
        let checked = resolver.check_name("issuer.example").await;
        assert_eq!(checked, Ok(expected), "{addresses:?}");
    }
}

/// Sends a request through a proxy. The host resolves every name to `addresses`.
async fn through_proxy(url: &str, direct: &str, addresses: &[&str]) -> Result<String, GetError> {
    let settings = EgressSettings {
        proxy: Some(ProxySettings {
            url: format!("http://127.0.0.1:{}", server().await),
            direct: direct.to_owned(),
        }),
        ..EgressSettings::default()
    };
    let policy = issuers(false);
    let lookup = changing(&[addresses], &Arc::default());
    let client = Client::new(
        &settings,
        FetchKind::Keys,
        policy,
        lookup,
        EgressMetrics::default(),
    );
    let url = Url::parse(url).expect("a URL");
    let answer = client.expect("a client").get(&url, 100).await?;
    Ok(String::from_utf8(answer.body.to_vec()).expect("text"))
}

#[tokio::test]
async fn requests_go_through_the_proxy_and_names_are_checked_all_the_same() {
    let issuer = "http://issuer.example/keys";
    for (url, addresses, refused) in [
        // Only the proxy may resolve the name.
        (issuer, &[][..], None),
        (issuer, &["93.184.216.34"], None),
        (issuer, &["10.0.0.1"], None),
        (issuer, &["169.254.169.254"], Some("169.254.169.254")),
        // The proxy could choose either.
        (
            issuer,
            &["93.184.216.34", "169.254.169.254"],
            Some("169.254.169.254"),
        ),
        ("http://169.254.169.254/keys", &[], Some("169.254.169.254")),
        ("http://[fe80::1]/keys", &[], Some("fe80::1")),
    ] {
        let answer = through_proxy(url, "", addresses).await;
        match (&answer, refused) {
            (Ok(body), None) if body == "found" => {}
            (Err(GetError::Refused(why)), Some(address)) if why.contains(address) => {}
            _ => panic!("{url} at {addresses:?}: {answer:?}, expected {refused:?}"),
        }
    }
}

#[tokio::test]
async fn direct_hosts_are_reached_without_the_proxy() {
    let port = server().await;
    for direct in ["issuer.example", "example", "127.0.0.1, .example"] {
        let url = format!("http://issuer.example:{port}/keys");
        let answer = through_proxy(&url, direct, &["127.0.0.1"]).await;
        assert_eq!(answer.as_deref(), Ok("found"), "{direct}");
        let answer = through_proxy("http://issuer.example:1/keys", direct, &["127.0.0.1"]).await;
        assert!(matches!(answer, Err(GetError::Failed(_))), "{answer:?}");
    }
}

#[tokio::test]
async fn only_the_proxy_may_be_private_if_issuers_must_be_public() {
    let policy = Arc::new(issuers(true));
    for (name, address, found) in [
        ("proxy.example", "10.0.0.1", true),
        ("issuer.example", "10.0.0.1", false),
        ("proxy.example", "169.254.169.254", false),
    ] {
        let lookup = changing(&[&[address]], &Arc::default());
        let proxy = Some("proxy.example".into());
        let resolver = Resolver::new(Arc::clone(&policy), lookup, proxy);
        let resolved = resolver.resolve(name.parse().expect("a name")).await;
        assert_eq!(resolved.is_ok(), found, "{name} at {address}");
    }
}

#[test]
fn an_invalid_proxy_url_is_refused_and_its_password_is_not_shown() {
    for (url, good) in [
        ("http://proxy.example:3128", true),
        ("https://user:hunter22@proxy.example", true),
        ("proxy.example:3128", false),
        ("socks5://user:hunter22@proxy.example", false),
        ("hunter22", false),
        ("", false),
    ] {
        let settings = EgressSettings {
            proxy: Some(ProxySettings {
                url: url.to_owned(),
                direct: String::new(),
            }),
            ..EgressSettings::default()
        };
        let checked = settings.check();
        assert_eq!(checked.is_ok(), good, "{url}");
        let said = format!("{checked:?} {settings:?}");
        assert!(!said.contains("hunter22"), "{said}");
    }
}
