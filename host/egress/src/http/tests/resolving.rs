use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::dns::Resolve as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::Url;

use super::issuers;
use crate::http::address::Reach;
use crate::http::client::{Client, GetError};
use crate::http::policy::Policy;
use crate::http::resolver::{Judge as _, Lookup, Resolver};
use crate::metrics::{Kind, Metrics};
use crate::{ProxySettings, Settings};

/// A name server that says something else each time, as one that rebinds a name does.
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

/// A server that answers everything with `found`, and its port.
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

fn client(policy: Policy, answers: &[&[&str]]) -> (Client, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let lookup = changing(answers, &asked);
    let settings = Settings::default();
    let client = Client::new(&settings, Kind::Keys, policy, lookup, Metrics::default());
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
async fn connects_to_the_address_that_was_judged() {
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
async fn leaves_out_the_addresses_that_are_refused() {
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
async fn a_name_that_is_public_too_is_not_met_at_its_private_address() {
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
async fn an_answer_tells_who_has_given_it() {
    let port = server().await;
    let (client, _) = client(issuers(false), &[&["127.0.0.1"]]);
    for host in ["rebound.example", "127.0.0.1"] {
        let url = Url::parse(&format!("http://{host}:{port}/")).expect("a URL");
        let answer = client.get(&url, 100).await.expect("an answer");
        assert_eq!(answer.from, Reach::Own, "{host}");
    }
    for (addresses, expected) in [
        (&["1.1.1.1"][..], Reach::Public),
        (&["10.0.0.1", "127.0.0.1"], Reach::Private),
        // The proxy may know what nobody does here.
        (&[], Reach::Public),
    ] {
        let lookup = changing(&[addresses], &Arc::default());
        let resolver = Resolver::new(Arc::new(issuers(false)), lookup, None);
        let judged = resolver.judge("issuer.example").await;
        assert_eq!(judged, Ok(expected), "{addresses:?}");
    }
}

/// What comes of a request through a proxy, where names have these addresses.
async fn through_proxy(url: &str, direct: &str, addresses: &[&str]) -> Result<String, GetError> {
    let settings = Settings {
        proxy: Some(ProxySettings {
            url: format!("http://127.0.0.1:{}", server().await),
            direct: direct.to_owned(),
        }),
        ..Settings::default()
    };
    let policy = issuers(false);
    let lookup = changing(&[addresses], &Arc::default());
    let client = Client::new(&settings, Kind::Keys, policy, lookup, Metrics::default());
    let url = Url::parse(url).expect("a URL");
    let answer = client.expect("a client").get(&url, 100).await?;
    Ok(String::from_utf8(answer.body.to_vec()).expect("text"))
}

#[tokio::test]
async fn a_proxy_is_gone_through_and_names_are_judged_all_the_same() {
    let issuer = "http://issuer.example/keys";
    for (url, addresses, refused) in [
        // Nobody knows the name here: the proxy may.
        (issuer, &[][..], None),
        (issuer, &["93.184.216.34"], None),
        (issuer, &["10.0.0.1"], None),
        (issuer, &["169.254.169.254"], Some("169.254.169.254")),
        // The proxy could take either.
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
async fn what_is_reached_without_the_proxy_is_connected_to() {
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
async fn the_proxy_alone_may_be_private_where_nothing_else_may() {
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
fn what_is_no_proxy_is_refused_without_its_password() {
    for (url, good) in [
        ("http://proxy.example:3128", true),
        ("https://user:hunter22@proxy.example", true),
        ("proxy.example:3128", false),
        ("socks5://user:hunter22@proxy.example", false),
        ("hunter22", false),
        ("", false),
    ] {
        let settings = Settings {
            proxy: Some(ProxySettings {
                url: url.to_owned(),
                direct: String::new(),
            }),
            ..Settings::default()
        };
        let checked = settings.check();
        assert_eq!(checked.is_ok(), good, "{url}");
        let said = format!("{checked:?} {settings:?}");
        assert!(!said.contains("hunter22"), "{said}");
    }
}
