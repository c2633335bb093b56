use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use arc_swap::ArcSwap;
use bellpull_api::{ALLOW_FROM_ANNOTATION, Metadata};
use bellpull_core::http::Method;
use bellpull_core::{
    Authentication, Binding, Methods, ReceiverId, ReceiverObject, ReceiverView, SecretData,
};
use bellpull_gateway::{
    Drained, Gateway, GatewayMetrics, GatewaySettings, Latch, ListenerRole, Listeners, Readiness,
    Shutdown, serve,
};
use bellpull_ports::{
    BoundReceiver, ComponentIdentity, Entry, IssuerFilter, Route, RouteFilters, RouteOf, Routes,
    RoutesOf,
};
use bellpull_proof::{Credentials, Redaction};
use bellpull_tls::TlsServer;
use prometheus_client::registry::Registry;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Client, Fake, Script, until, within};

/// The path of a Receiver that takes POST.
pub(crate) const KNOWN: &str = "/hook/known";
/// The path of a Receiver that takes any method.
pub(crate) const ANY: &str = "/hook/any";
/// The path of a Receiver in another namespace.
pub(crate) const OTHER: &str = "/hook/elsewhere";
/// The path of a suspended Receiver.
pub(crate) const SUSPENDED: &str = "/hook/suspended";

/// A running gateway on free ports.
pub(crate) struct World {
    pub(crate) fake: Arc<Fake>,
    pub(crate) latch: Latch,
    pub(crate) shutdown: watch::Sender<Shutdown>,
    pub(crate) addresses: [SocketAddr; 3],
    served: JoinHandle<Drained>,
}

impl World {
    /// A gateway that is ready at once.
    pub(crate) fn new(script: Script, settings: GatewaySettings) -> Self {
        let world = Self::closed(script, settings);
        world.latch.open();
        world
    }

    /// A gateway whose latch is still closed.
    pub(crate) fn closed(script: Script, settings: GatewaySettings) -> Self {
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listeners = Listeners::bind(free, free, free).unwrap();
        Self::on(listeners, script, settings)
    }

    /// A gateway that takes webhooks over TLS.
    pub(crate) fn over_tls(tls: &Arc<TlsServer>, settings: GatewaySettings) -> Self {
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listeners = Listeners::bind(free, free, free).unwrap();
        let listeners = listeners.with_tls(Arc::clone(tls));
        let world = Self::on(listeners, Script::default(), settings);
        world.latch.open();
        world
    }

    fn on(listeners: Listeners, script: Script, settings: GatewaySettings) -> Self {
        let roles = [
            ListenerRole::Receiver,
            ListenerRole::Health,
            ListenerRole::Metrics,
        ];
        let addresses = roles.map(|role| listeners.address(role).unwrap());
        let routes = Arc::new(ArcSwap::from_pointee(routes(&script)));
        let fake = Arc::new(Fake::new(script));
        let mut readiness = Readiness::new();
        let latch = readiness.latch("receivers");
        let metrics = GatewayMetrics::default();
        let mut registry = Registry::default();
        metrics.register(&mut registry);
        let gateway = Gateway::new(
            settings,
            routes,
            Arc::clone(&fake),
            Arc::new(readiness),
            metrics,
        );
        let (shutdown, told) = watch::channel(Shutdown::No);
        let served = serve(
            listeners,
            Arc::new(gateway),
            Arc::new(registry),
            None::<Infallible>,
            told,
        );
        Self {
            fake,
            latch,
            shutdown,
            addresses,
            served: tokio::spawn(served),
        }
    }

    pub(crate) async fn connect(&self) -> Client {
        Client::connect(self.addresses[0]).await
    }

    /// Sends a request on a new connection, and returns the answer.
    pub(crate) async fn ask(&self, request: &str) -> super::Answer {
        let mut client = self.connect().await;
        client.send(request).await;
        client.answer().await
    }

    /// Sends a probe, and returns the status and the body.
    pub(crate) async fn probe(&self, path: &str) -> (u16, String) {
        let port = if path == "/metrics" { 2 } else { 1 };
        let mut client = Client::connect(self.addresses[port]).await;
        let request = format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n");
        client.send(&request).await;
        let answer = client.answer().await;
        (answer.status, answer.body)
    }

    /// Returns once the metrics hold such a line.
    pub(crate) async fn scraped(&self, wanted: impl Fn(&str) -> bool) {
        until(async || self.probe("/metrics").await.1.lines().any(&wanted)).await;
    }

    /// Returns once the scrape holds this line.
    pub(crate) async fn counted(&self, line: &str) {
        self.scraped(|found| found == line).await;
    }

    /// Returns once `/readyz` says that the drain has begun.
    pub(crate) async fn draining(&self) {
        until(async || self.probe("/readyz").await == (503, "draining\n".into())).await;
    }

    /// Waits for the end of serving.
    pub(crate) async fn ended(self) -> Drained {
        within(self.served).await.unwrap()
    }
}

fn routes(script: &Script) -> RoutesOf<Fake> {
    let post = Methods::Only(vec![Method::POST]);
    let suspended = Entry::Unavailable {
        receiver: ReceiverId::new("default", "suspended"),
        provider: None,
        reason: "Suspended",
    };
    let serving = |namespace, methods| Entry::Serving(Arc::new(route(script, namespace, methods)));
    Routes::new(HashMap::from([
        (KNOWN.into(), serving("default", post.clone())),
        (ANY.into(), serving("default", Methods::Any)),
        (OTHER.into(), serving("elsewhere", post)),
        (SUSPENDED.into(), suspended),
    ]))
}

fn route(script: &Script, namespace: &str, methods: Methods) -> RouteOf<Fake> {
    let binding = Binding {
        authentication: Authentication::PathOnly,
        credentials: vec![],
        methods,
        tokens: vec![],
        issuers: vec![],
        client_names: None,
        parses_before_verify: false,
        answers_handshakes: false,
        reply_macs: false,
        warnings: vec![],
    };
    let reference = serde_json::json!({
        "kind": "GitRepository", "name": "app", "matchEvent": script.match_event,
    });
    let spec = serde_json::from_value(serde_json::json!({
        "type": "generic", "resources": [reference, reference],
    }));
    let metadata = Metadata {
        name: "receiver".into(),
        namespace: Some(namespace.into()),
        annotations: script
            .allow_from
            .map(|networks| (ALLOW_FROM_ANNOTATION.to_owned(), networks.to_owned()))
            .into_iter()
            .collect(),
        ..Metadata::default()
    };
    let bound = BoundReceiver {
        object: Arc::new(ReceiverObject::new(&metadata, spec.unwrap())),
        view: Arc::new(ReceiverView {
            provider: "generic".into(),
            events: vec![],
            keys: vec![],
            settings: vec![],
            config: "{}".into(),
        }),
        component: component(),
        credentials: Credentials::prepare(&SecretData::new(), &binding).unwrap(),
        binding: Arc::new(binding),
        redaction: Arc::new(Redaction::default()),
        paths: vec![],
    };
    Route {
        bound: Arc::new(bound),
        component: Arc::new(()),
        filters: Arc::new(RouteFilters {
            every: script.filter.map(str::to_owned),
            own: vec![],
            issuers: script
                .issuer
                .map(|(issuer, subject)| IssuerFilter {
                    issuer: issuer.to_owned(),
                    validations: subject.to_owned(),
                })
                .into_iter()
                .collect(),
        }),
    }
}

fn component() -> Arc<ComponentIdentity> {
    Arc::new(ComponentIdentity {
        version: "1.0.0".into(),
        digest: "sha256:0".into(),
    })
}
