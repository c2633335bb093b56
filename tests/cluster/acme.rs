//! Certificates of a real authority.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use bellpull_tests::cluster::pebble::Pebble;
use bellpull_tests::manifests::{put, receiver, token};
use bellpull_tests::patience::comes_in_task;
use bellpull_tests::serve::{Served, get};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

const NAMES: [&str; 2] = ["hooks.example.com", "other.example.net"];
const ISSUED: &str = "bellpull_acme_orders_total{result=\"issued\"} 1";
const UNREFUSED: &str = "bellpull_connections_refused_total{reason=\"tls_handshake\"} 0";
const FAILED: &str = "bellpull_acme_orders_total{result=\"failed\"} 1";

/// A machine: manifests, and a cache that outlives a process.
struct Machine {
    manifests: TempDir,
    cache: TempDir,
}

impl Machine {
    fn new() -> Self {
        let machine = Self {
            manifests: tempfile::tempdir().unwrap(),
            cache: tempfile::tempdir().unwrap(),
        };
        let spec = "{type: github, secretRef: {name: token}, resources: []}";
        let text = token() + &receiver("app", spec);
        put(machine.manifests.path(), "app.yaml", &text);
        machine
    }

    /// Serves with certificates of an authority, at an address.
    fn serve(&self, pebble: &Pebble, at: SocketAddr, names: &[&str]) -> Served {
        let email = ["--acme-email", "ops@example.com"];
        self.serve_with(pebble, at, names, &email)
    }

    fn serve_with(
        &self,
        pebble: &Pebble,
        at: SocketAddr,
        names: &[&str],
        flags: &[&str],
    ) -> Served {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let manifests = text(self.manifests.path());
        let cache = text(self.cache.path());
        let (directory, trusted) = (pebble.directory(), text(&pebble.trusted_by()));
        let names = names.join(",");
        let common = [
            ["--manifests", &manifests],
            ["--cache-dir", &cache],
            ["--acme-domain", &names],
            ["--acme-directory", &directory],
            ["--trust-ca", &trusted],
        ];
        let flags = [common.as_flattened(), flags].concat();
        Served::launch_at(&at.to_string(), &flags)
    }

    /// The files that are kept of the authority.
    fn kept(&self) -> Vec<fs::DirEntry> {
        let files = fs::read_dir(self.cache.path().join("acme")).unwrap();
        files.map(Result::unwrap).collect()
    }
}

/// The certificate that a client of HTTP/1.1 gets, which has the name and is trusted.
async fn shown(
    served: &Served,
    roots: &RootCertStore,
    name: &str,
) -> std::io::Result<CertificateDer<'static>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let builder = builder.with_root_certificates(roots.clone());
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let stream = TcpStream::connect(served.receiver).await?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let stream = connector.connect(name, stream).await?;
    let chain = stream.get_ref().1.peer_certificates().unwrap();
    Ok(chain[0].clone().into_owned())
}

fn counts(served: &Served, line: &str) -> bool {
    let (_, metrics) = get(served.metrics, "/metrics");
    metrics.lines().any(|told| told == line)
}

#[tokio::test]
async fn a_certificate_is_ordered_once_and_served_without_the_authority() {
    let mut pebble = Pebble::start().unwrap();
    let machine = Machine::new();
    let mut first = machine.serve(&pebble, pebble.validated, &NAMES);
    first.until_ready();
    let roots = pebble.roots().await.unwrap();
    let certificate = shown(&first, &roots, NAMES[0]).await.unwrap();
    assert_eq!(shown(&first, &roots, NAMES[1]).await.unwrap(), certificate);
    assert!(counts(&first, ISSUED));
    let (_, metrics) = get(first.metrics, "/metrics");
    // By the first of its names, in an order of the authority's own.
    let expiry = "bellpull_tls_certificate_expiry_timestamp_seconds{name=\"";
    assert!(metrics.contains(expiry), "{metrics}");
    // An authority's own connections are no failures of a client.
    assert!(counts(&first, UNREFUSED));
    first.terminate();
    assert!(first.wait().success(), "{}", first.stderr());

    for file in machine.kept() {
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", file.path());
    }
    pebble.stop();
    let second = machine.serve(&pebble, pebble.validated, &NAMES);
    second.until_ready();
    assert_eq!(shown(&second, &roots, NAMES[0]).await.unwrap(), certificate);
    assert!(
        !second
            .stderr()
            .contains("no certificate from the authority")
    );
    for log in [first.stderr(), second.stderr()] {
        assert!(!log.contains("PRIVATE KEY"), "{log}");
    }
}

#[tokio::test]
async fn what_is_damaged_is_told_and_replaced() {
    let pebble = Pebble::start().unwrap();
    let machine = Machine::new();
    let mut first = machine.serve(&pebble, pebble.validated, &NAMES);
    first.until_ready();
    let roots = pebble.roots().await.unwrap();
    let before = shown(&first, &roots, NAMES[0]).await.unwrap();
    first.terminate();
    first.wait();
    let kept = machine.kept();
    let kept = kept.iter().map(fs::DirEntry::path);
    let kept = kept.filter(|path| path.extension().is_some());
    for path in kept {
        let mut content = fs::read(&path).unwrap();
        *content.last_mut().unwrap() ^= 1;
        fs::write(&path, content).unwrap();
    }
    let second = machine.serve(&pebble, pebble.validated, &NAMES);
    second.until_ready();
    let after = shown(&second, &roots, NAMES[0]).await.unwrap();
    assert_ne!(after, before);
    second.until_log("was not written by this Bellpull, or was changed since");
}

#[tokio::test]
async fn an_account_that_the_authority_has_forgotten_is_made_again() {
    let mut pebble = Pebble::start().unwrap();
    let machine = Machine::new();
    let mut first = machine.serve(&pebble, pebble.validated, &NAMES[..1]);
    first.until_ready();
    first.terminate();
    first.wait();
    pebble.stop();
    pebble.resume().unwrap();
    let second = machine.serve(&pebble, pebble.validated, &NAMES[1..]);
    second.until_ready();
    let roots = pebble.roots().await.unwrap();
    assert!(shown(&second, &roots, NAMES[1]).await.is_ok());
    second.until_log("the authority does not know the account any longer");
}

#[tokio::test]
async fn a_certificate_is_renewed_when_the_authority_advises_it() {
    let pebble = Pebble::start().unwrap();
    let machine = Machine::new();
    let mut first = machine.serve(&pebble, pebble.validated, &NAMES);
    first.until_ready();
    let roots = pebble.roots().await.unwrap();
    let before = shown(&first, &roots, NAMES[0]).await.unwrap();
    first.terminate();
    first.wait();
    pebble.advise_renewal(&before).await.unwrap();
    // The account and the authorities of clients are others now too.
    let clients = pebble.trusted_by();
    let second = machine.serve_with(
        &pebble,
        pebble.validated,
        &NAMES,
        &[
            "--acme-email",
            "other@example.com",
            "--tls-client-ca",
            clients.to_str().unwrap(),
        ],
    );
    second.until_ready();
    let renewed = comes_in_task(async || {
        let now = shown(&second, &roots, NAMES[0]).await;
        now.is_ok_and(|now| now != before)
    });
    assert!(renewed.await, "{}", second.stderr());
    assert!(counts(&second, ISSUED));
    second.until_log("email address changed at the authority");
}

#[tokio::test]
async fn without_a_certificate_the_process_says_why_and_is_not_ready() {
    let mut pebble = Pebble::start().unwrap();
    let elsewhere: SocketAddr = "127.0.0.1:0".parse().unwrap();
    // The authority looks for the name where nobody listens. Then it does not answer itself.
    for reason in [
        "hooks.example.com: urn:ietf:params:acme:error:unauthorized: Failed to connect to",
        "Connection refused",
    ] {
        let machine = Machine::new();
        let served = machine.serve(&pebble, elsewhere, &NAMES);
        served.until_log("no certificate from the authority");
        let log = served.stderr();
        assert!(log.contains(reason), "{reason:?} is not in {log}");
        assert!(counts(&served, FAILED));
        served.until("ready for all but the certificate", || {
            get(served.health, "/readyz") == (503, "certificate\n".to_owned())
        });
        let refused = shown(&served, &RootCertStore::empty(), NAMES[0]).await;
        assert!(refused.is_err());
        assert_eq!(get(served.health, "/healthz").0, 200);
        pebble.stop();
    }
}
