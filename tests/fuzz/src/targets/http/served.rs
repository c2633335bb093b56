//! A gateway that serves one Receiver of each kind of proof, on a port of its own.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use bellpull::offline::OfflineHost;
use bellpull::plan_types::{SandboxPlanner, SandboxRoutes};
use bellpull_api::{ALLOW_FROM_ANNOTATION, DEFAULT_NAMESPACE, Metadata};
use bellpull_core::{ReceiverObject, SecretBytes, SecretObject};
use bellpull_filter::CelFilters;
use bellpull_gateway::{
    Gateway, GatewayMetrics, GatewaySettings, ListenerRole, Listeners, ProxyProtocol, Readiness,
    Shutdown, serve,
};
use bellpull_plan::Objects;
use bellpull_ports::Entry;
use bellpull_tests::cases::Replays;
use bellpull_tests::patience::PATIENCE;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::time::timeout;

use super::connection::{EVERY, others, talk};
use super::genuine::{Proof, TOKEN};
use super::watched::{FENCED, Watch, Watched};

/// Name and path, provider, the key of the Secret, and how it is proven.
const RECEIVERS: &[(&str, &str, &str, Proof)] = &[
    ("github", "github", "token", Proof::Mac),
    ("hmac", "generic-hmac", "token", Proof::Mac),
    ("gitea", "gitea", "token", Proof::Mac),
    ("gitlab", "gitlab", "token", Proof::Secret),
    ("harbor", "harbor", "token", Proof::Secret),
    ("cdevents", "cdevents", "bearerToken", Proof::Secret),
    (FENCED, "gitlab", "token", Proof::Secret),
];
/// Of each request of HTTP/1.
const VERSION: &[u8] = b"HTTP/1.";
/// Of HTTP/2 by prior knowledge (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0";
/// Longer inputs are not sent twice.
const CUT: usize = 1 << 10;
/// Where its proxies are.
const PROXIES: &str = "127.0.0.0/8, 10.0.0.0/8";
/// How often other tasks run before it is looked whether something is still held.
const TURNS_TO_END: usize = 8;
/// What is 0 when no connection is open.
const HELD: [&str; 2] = ["bellpull_bodies_in_flight_bytes ", "bellpull_connections "];

pub(super) struct Served {
    runtime: Runtime,
    address: SocketAddr,
    host: Arc<Watched>,
    registry: Arc<Registry>,
    /// One connection at a time.
    turn: Mutex<()>,
    /// Serves until it is dropped.
    _shutdown: watch::Sender<Shutdown>,
}

impl Served {
    pub(super) fn new(proxy_protocol: ProxyProtocol) -> Self {
        // Sockets are looked at between any two tasks, so that a peer needs no time to be heard.
        let runtime = Builder::new_current_thread()
            .enable_all()
            .event_interval(1)
            .build()
            .expect("a runtime");
        let entered = runtime.enter();
        let (host, routes) = runtime.block_on(planned());
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listeners = Listeners::bind(free, free, free).expect("ports");
        let address = listeners.address(ListenerRole::Receiver);
        let settings = GatewaySettings {
            max_body: 4 << 10,
            max_bodies_in_flight: 16 << 10,
            max_connections: 4,
            proxy_protocol,
            trusted_proxies: PROXIES.parse().expect("networks"),
            ..GatewaySettings::default()
        };
        let metrics = GatewayMetrics::default();
        let mut registry = Registry::default();
        metrics.register(&mut registry);
        let registry = Arc::new(registry);
        let gateway = Gateway::new(
            settings,
            Arc::new(ArcSwap::from_pointee(routes)),
            Arc::clone(&host),
            Arc::new(Readiness::new()),
            metrics,
        );
        let (shutdown, told) = watch::channel(Shutdown::No);
        let serving = serve(
            listeners,
            Arc::new(gateway),
            Arc::clone(&registry),
            None::<Infallible>,
            told,
        );
        runtime.spawn(serving);
        drop(entered);
        Self {
            runtime,
            address: address.expect("it is bound"),
            host,
            registry,
            turn: Mutex::new(()),
            _shutdown: shutdown,
        }
    }

    /// Serves these bytes, and once more by pieces where that must make no difference.
    pub(super) fn run(&self, input: &[u8]) {
        let accepted = self.serve(input);
        // An answer before the end of a body closes the connection, if the rest has not come by then, and
        // so takes a second request with it. A stream of HTTP/2 may be reset before anybody has looked at it.
        let count = |words: &[u8]| {
            input
                .windows(words.len())
                .filter(|part| *part == words)
                .count()
        };
        let is_one = count(VERSION) == 1 && count(PREFACE) == 0;
        if input.len() <= CUT && !input.starts_with(EVERY) && is_one {
            let by_pieces = [EVERY, b"16\n", input].concat();
            assert_eq!(self.serve(&by_pieces), accepted, "by pieces");
        }
    }

    /// Serves one connection with these bytes, and says how many deliveries were accepted.
    fn serve(&self, input: &[u8]) -> usize {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let served = async {
            let answer = talk(self.address, input).await;
            while self.holds_something() {
                others(TURNS_TO_END).await;
            }
            answer
        };
        let answer = self
            .runtime
            .block_on(async { timeout(PATIENCE, served).await });
        let answer = answer.expect("a connection is answered and closed, and then holds nothing");
        let mut parts = answer.windows(TOKEN.len());
        assert!(
            parts.all(|part| part != TOKEN.as_bytes()),
            "the secret is answered"
        );
        let [accepted, notified] = [&self.host.watch.accepted, &self.host.watch.notified]
            .map(|count| count.swap(0, Ordering::Relaxed));
        assert!(
            notified <= accepted,
            "{notified} notified, {accepted} accepted"
        );
        accepted
    }

    /// Whether a connection or memory of a delivery is held.
    fn holds_something(&self) -> bool {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("metrics are text");
        let held = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        HELD.iter().any(|name| held(name).expect("a metric") != "0")
    }
}

async fn planned() -> (Arc<Watched>, SandboxRoutes) {
    let Replays { catalog, .. } = Replays::new().await;
    let receivers = RECEIVERS.iter().map(|(name, provider, _, _)| {
        let fence = (*name == FENCED)
            .then(|| (ALLOW_FROM_ANNOTATION.to_owned(), "192.0.2.0/24".to_owned()));
        let metadata = Metadata {
            name: (*name).to_owned(),
            namespace: Some(DEFAULT_NAMESPACE.to_owned()),
            annotations: fence.into_iter().collect(),
            ..Metadata::default()
        };
        let spec = json!({
            "type": provider, "secretRef": {"name": name},
            "resources": [{"kind": "GitRepository", "name": "app"}],
        });
        ReceiverObject::new(&metadata, serde_json::from_value(spec).expect("a spec"))
    });
    let secrets = RECEIVERS.iter().map(|(name, _, key, _)| {
        let value = SecretBytes::new(TOKEN.as_bytes().to_vec());
        let keys = ["token", *key].map(|key| (key.to_owned(), value.clone()));
        SecretObject {
            namespace: DEFAULT_NAMESPACE.to_owned(),
            name: (*name).to_owned(),
            data: keys.into(),
        }
    });
    let objects = Objects::new(receivers, secrets);
    let plan = SandboxPlanner::new()
        .plan(&objects, &catalog, &CelFilters::default())
        .await;
    let entries = plan.routes.iter().map(|(_, entry)| match entry {
        Entry::Serving(route) => (format!("/{}", route.bound.id().name).into(), entry.clone()),
        Entry::Unavailable {
            receiver, reason, ..
        } => {
            panic!("{receiver:?} is not served: {reason}")
        }
    });
    let routes = SandboxRoutes::new(entries.collect());
    assert_eq!(routes.len(), RECEIVERS.len(), "{:?}", plan.receivers);
    let proofs = RECEIVERS
        .iter()
        .map(|(name, _, _, proof)| ((*name).to_owned(), *proof));
    let watch = Watch {
        sandbox: Arc::clone(catalog.sandbox()),
        proofs: proofs.collect::<HashMap<_, _>>(),
        accepted: AtomicUsize::new(0),
        notified: AtomicUsize::new(0),
    };
    let offline = OfflineHost::without_targets(&catalog);
    (Arc::new(Watched { offline, watch }), routes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::http::genuine::mac_of;

    #[test]
    fn only_what_is_signed_is_accepted() {
        let served = Served::new(ProxyProtocol::Off);
        let body = r#"{"ref": "refs/heads/main"}"#;
        for (signed, accepted) in [(body, 1), (r#"{"ref": "refs/heads/other"}"#, 0)] {
            let signature = mac_of(ring::hmac::HMAC_SHA256, signed.as_bytes());
            let request = format!(
                "POST /github HTTP/1.1\r\nHost: a\r\nX-GitHub-Event: push\r\n\
                 Content-Type: application/json\r\nX-Hub-Signature-256: sha256={signature}\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
            for pieces in ["", "every 20\n"] {
                let input = [pieces, &request].concat();
                assert_eq!(served.serve(input.as_bytes()), accepted, "{input}");
            }
        }
    }
}
