use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::time::timeout;

use super::{PodError, ServingPod};
use crate::{ClusterClients, api_error};

/// How long the API server and the node may take to open a connection.
const OPENING: Duration = Duration::from_secs(15);

/// A connection to a port of a pod. It ends after 75 s of silence.
pub struct PodStream {
    pub(super) pod: String,
    pub(super) port: u16,
    pub(super) bytes: DuplexStream,
    /// Ends with what the kubelet says is wrong, if it says so.
    pub(super) error: BoxFuture<'static, Option<String>>,
}

impl ServingPod {
    /// Opens a connection to a port of the pod. Whether something listens there shows when it is used.
    ///
    /// # Errors
    /// When the API server does not forward the port: the right is missing, the pod is gone, or its node
    /// does not answer.
    pub async fn open(&self, clients: &ClusterClients, port: u16) -> Result<PodStream, PodError> {
        let closed = |why: String| PodError::Open {
            pod: self.name.clone(),
            port,
            why,
        };
        let api: Api<Pod> = Api::namespaced(clients.watching.clone(), &self.namespace);
        let ports = [port];
        let forwarder = timeout(OPENING, api.portforward(&self.name, &ports)).await;
        let late = |_| closed(format!("it was not opened within {} s", OPENING.as_secs()));
        let forwarder = forwarder.map_err(late)?;
        let mut forwarder = forwarder.map_err(|error| closed(api_error::describe(&error)))?;
        let bytes = forwarder.take_stream(port);
        Ok(PodStream {
            pod: self.name.clone(),
            port,
            bytes: bytes.ok_or_else(|| closed("it was not forwarded".to_owned()))?,
            error: match forwarder.take_error(port) {
                Some(error) => error.boxed(),
                None => std::future::ready(None).boxed(),
            },
        })
    }
}

impl fmt::Debug for PodStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PodStream({}:{})", self.pod, self.port)
    }
}

impl AsyncRead for PodStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_read(context, buffer)
    }
}

impl AsyncWrite for PodStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.bytes).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_shutdown(context)
    }
}
