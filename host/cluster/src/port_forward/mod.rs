//! Talks HTTP to a pod of Bellpull from outside the cluster, through the API server's port-forward. A port
//! that listens on the pod's loopback alone is reached as well. The caller needs the rights to `list` pods,
//! and to `create` and `get` pods/portforward (which of the two a WebSocket needs depends on the version of
//! Kubernetes), in Bellpull's namespace.
//!
//! ```no_run
//! # use bellpull_cluster::{ClusterClients, ConnectOptions, PodSelector, PodError};
//! # async fn ask() -> Result<(), Box<dyn std::error::Error>> {
//! let clients = ClusterClients::new(&ConnectOptions::default()).await?;
//! let selector = PodSelector::in_namespace("flux-system");
//! // All replicas, one after another: a port of the container by its number.
//! for pod in selector.list(&clients).await? {
//!     let stream = pod.open(&clients, 9441).await?;
//!     let request = http::Request::get("/v1/deliveries").body(Default::default())?;
//!     println!("{}: {}", pod.name, stream.ask(request).await?.status());
//! }
//! // Or a Ready one: a port by the name that the manifests give it.
//! let pod = selector.ready(&clients).await?;
//! let stream = pod.open(&clients, pod.port("http-webhook")?).await?;
//! # Ok(())
//! # }
//! ```

mod ask;
mod pods;
mod stream;

pub use pods::{PodSelector, ServingPod};
pub use stream::PodStream;

/// Why a pod was not reached.
#[derive(Debug, thiserror::Error)]
pub enum PodError {
    /// The pods could not be listed. The reason is in the API server's words, which name verb, resource
    /// and namespace where a right is missing.
    #[error("the pods of Bellpull cannot be found: {0}")]
    List(String),
    /// No such pod runs.
    #[error("no pod of Bellpull runs in namespace {namespace} with the labels {labels}")]
    None { namespace: String, labels: String },
    /// There are such pods, and none of them is Ready.
    #[error(
        "no pod of Bellpull in namespace {namespace} is Ready: {pods} (see `kubectl describe pod`)"
    )]
    NotReady { namespace: String, pods: String },
    /// No container names such a port.
    #[error("pod {pod} names no port {port:?}; it names: {known}")]
    NoPort {
        pod: String,
        port: String,
        known: String,
    },
    /// The API server did not open the connection, or lost it before it was used.
    #[error("port {port} of pod {pod} cannot be reached: {why}")]
    Open { pod: String, port: u16, why: String },
    /// The pod, its kubelet or the API server ended the connection before the whole answer was there.
    #[error(
        "the connection to port {port} of pod {pod} ended before the answer was complete: {why}; the pod \
         may be gone, ask again"
    )]
    Broken { pod: String, port: u16, why: String },
    /// The answer took too long.
    #[error("pod {pod} has not answered on port {port} within {seconds} s")]
    Silent {
        pod: String,
        port: u16,
        seconds: u64,
    },
    /// The answer is larger than any of Bellpull's.
    #[error("pod {pod} answers on port {port} with more than {most} bytes")]
    TooLarge { pod: String, port: u16, most: usize },
}
