//! A node whose kubelet forwards ports, and the pods that run on it.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

use super::control_plane::ControlPlane;
use crate::background::Background;
use crate::https::Authority;

/// The protocol of port-forward over a WebSocket (Kubernetes, `pkg/kubelet/cri/streaming/portforward`,
/// `websocket.go`): binary messages that begin with the number of a channel. Of the first port, 0 is for
/// data and 1 for what is wrong, and each begins with a message that holds the port.
const PROTOCOL: &str = "v4.channel.k8s.io";
const DATA: u8 = 0;
const ERROR: u8 = 1;

/// A node of a control plane that has none. Its kubelet does one thing: it forwards ports of pods, as the
/// API server asks for. The API server takes a WebSocket of this protocol to the kubelet as it is (its
/// proxy passes an upgrade through; only the tunnel of SPDY, which kubectl speaks, is unpacked there), and
/// verifies no certificate of a kubelet unless a flag names an authority. It ends with the value.
pub struct Kubelet {
    node: String,
    pods: Pods,
    _running: Background,
}

/// What the kubelet does with connections to a pod.
#[derive(Clone, Debug)]
pub enum Forwarding {
    /// Connects these ports to these addresses. Nothing listens on others.
    To(HashMap<u16, SocketAddr>),
    /// Ends the connection when the first bytes have arrived, as a node that fails.
    EndsInTheMiddle,
}

/// By namespace and name.
type Pods = Arc<Mutex<HashMap<String, Forwarding>>>;

impl Kubelet {
    /// Starts a kubelet and registers its node.
    ///
    /// # Errors
    /// When it cannot listen.
    ///
    /// # Panics
    /// When the API server does not take the node.
    pub fn start(plane: &ControlPlane, node: &str) -> Result<Self> {
        let tls = Authority::new()?.acceptor()?;
        let pods = Pods::default();
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let known = Arc::clone(&pods);
        let running = Background::start("kubelet", listener, move |at| accept(at, tls, known))?;
        let metadata = json!({"name": node});
        let kubectl = plane.kubectl();
        kubectl
            .apply(&json!({"apiVersion": "v1", "kind": "Node", "metadata": metadata}).to_string());
        let status = json!({"status": {
            "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": port}},
        }});
        kubectl.ok(&[
            "patch",
            "node",
            node,
            "--subresource=status",
            "-p",
            &status.to_string(),
        ]);
        Ok(Self {
            node: node.to_owned(),
            pods,
            _running: running,
        })
    }

    /// Runs a pod of this template (`spec.template` of a Deployment) on the node.
    ///
    /// # Panics
    /// When the API server does not take it.
    pub fn run(
        &self,
        plane: &ControlPlane,
        template: &Value,
        (namespace, name): (&str, &str),
        (forwarding, ready): (Forwarding, bool),
    ) {
        let mut pods = self.pods.lock().unwrap_or_else(PoisonError::into_inner);
        pods.insert(format!("{namespace}/{name}"), forwarding);
        let labels = &template["metadata"]["labels"];
        let ports = &template["spec"]["containers"][0]["ports"];
        let object = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": namespace, "labels": labels},
            "spec": {"nodeName": self.node,
                     "containers": [{"name": "bellpull", "image": "bellpull", "ports": ports}]},
        });
        let ready = if ready { "True" } else { "False" };
        let status = json!({"status": {"phase": "Running",
                                       "conditions": [{"type": "Ready", "status": ready}]}});
        let kubectl = plane.kubectl();
        kubectl.apply(&object.to_string());
        kubectl.ok(&[
            "patch",
            "pod",
            name,
            "-n",
            namespace,
            "--subresource=status",
            "-p",
            &status.to_string(),
        ]);
    }
}

async fn accept(listener: TcpListener, tls: TlsAcceptor, pods: Pods) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, pods) = (tls.clone(), Arc::clone(&pods));
        tokio::spawn(async move {
            if let Ok(stream) = tls.accept(stream).await {
                // A connection that breaks is its client's own concern.
                drop(forward(stream, &pods).await);
            }
        });
    }
}

/// Forwards one port of one pod: `/portForward/NAMESPACE/NAME?port=PORT`.
async fn forward<S: AsyncRead + AsyncWrite + Unpin>(stream: S, pods: &Pods) -> Result<()> {
    let mut target = String::new();
    // The type of the error is that of the library.
    #[allow(clippy::result_large_err, reason = "the callback's type is not ours")]
    let asked = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        target = request.uri().to_string();
        let headers = response.headers_mut();
        headers.insert(
            "Sec-WebSocket-Protocol",
            PROTOCOL.parse().expect("a header"),
        );
        Ok(response)
    };
    let mut socket = tokio_tungstenite::accept_hdr_async(stream, asked).await?;
    let target = target
        .strip_prefix("/portForward/")
        .context("another path")?;
    let (pod, query) = target.split_once('?').context("no port")?;
    let port: u16 = query.strip_prefix("port=").context("no port")?.parse()?;
    let pod = pods
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(pod)
        .cloned();
    let [low, high] = port.to_le_bytes();
    for channel in [DATA, ERROR] {
        socket
            .send(Message::binary(vec![channel, low, high]))
            .await?;
    }
    match pod {
        None => bail!("the pod does not run here"),
        Some(Forwarding::EndsInTheMiddle) => {
            ensure!(socket.next().await.is_some(), "nothing was sent");
            Ok(())
        }
        Some(Forwarding::To(ports)) => match ports.get(&port) {
            Some(address) => copy(socket, TcpStream::connect(address).await?).await,
            None => {
                let mut error = vec![ERROR];
                error.extend(format!("connection refused on port {port}").into_bytes());
                socket.send(Message::binary(error)).await?;
                end(socket).await
            }
        },
    }
}

/// Copies both ways until either side ends.
async fn copy<S: AsyncRead + AsyncWrite + Unpin>(
    mut socket: WebSocketStream<S>,
    mut stream: TcpStream,
) -> Result<()> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        tokio::select! {
            message = socket.next() => match message.transpose()? {
                Some(Message::Binary(bytes)) => {
                    let (channel, bytes) = bytes.split_first().context("an empty message")?;
                    ensure!(*channel == DATA, "a message on channel {channel}");
                    stream.write_all(bytes).await?;
                }
                None | Some(Message::Close(_)) => return Ok(()),
                Some(_) => {}
            },
            read = stream.read(&mut buffer) => match read? {
                0 => return end(socket).await,
                read => {
                    let mut message = vec![DATA];
                    message.extend_from_slice(&buffer[..read]);
                    socket.send(Message::binary(message)).await?;
                }
            },
        }
    }
}

/// Closes, and reads until the other side has closed as well: what arrives at a closed connection would
/// reset it, and what was sent last would be lost.
async fn end<S: AsyncRead + AsyncWrite + Unpin>(mut socket: WebSocketStream<S>) -> Result<()> {
    socket.close(None).await?;
    while let Some(Ok(_)) = socket.next().await {}
    Ok(())
}
