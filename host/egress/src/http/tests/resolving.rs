use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::Url;

use crate::Settings;
use crate::http::client::{Client, GetError};
use crate::http::policy::Policy;
use crate::http::resolver::Lookup;
use crate::metrics::{Kind, Metrics};

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
    let parse = |answer: &&[&str]| {
        let addresses = answer.iter().map(|text| text.parse().expect("an address"));
        addresses.collect()
    };
    let lookup = Changing {
        answers: answers.iter().map(parse).collect(),
        asked: Arc::clone(&asked),
    };
    let settings = Settings::default();
    let client = Client::new(&settings, Kind::Keys, policy, lookup, Metrics::default());
    (client.expect("a client"), asked)
}

async fn get(client: &Client, port: u16) -> Result<String, GetError> {
    let url = Url::parse(&format!("http://rebound.example:{port}/")).expect("a URL");
    let answer = client.get(&url, 100).await?;
    Ok(String::from_utf8(answer.body.to_vec()).expect("text"))
}

#[tokio::test]
async fn connects_to_the_address_that_was_judged() {
    let port = server().await;
    let policy = Policy::Issuers { public_only: false };
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
    let policy = Policy::Issuers { public_only: false };
    let (client, _) = client(policy, &[&["169.254.169.254", "127.0.0.1", "fe80::1"]]);
    assert_eq!(get(&client, port).await.as_deref(), Ok("found"));
}

#[tokio::test]
async fn a_public_issuer_is_never_private() {
    let policy = Policy::Issuers { public_only: true };
    let (client, asked) = client(policy, &[&["10.0.0.1"]]);
    let url = Url::parse("https://rebound.example/").expect("a URL");
    let answer = client.get(&url, 100).await;
    assert!(
        matches!(&answer, Err(GetError::Refused(why)) if why.contains("10.0.0.1 is a private")),
        "{answer:?}"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}
