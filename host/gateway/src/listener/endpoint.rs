use std::future::Future;
use std::sync::Arc;

use bellpull_core::DeliveryClient;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;

use super::connection::Connection;

/// Who sends a request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) connection: Connection,
    /// The other end of the connection. Its address is that of the peer, or what the PROXY protocol says.
    pub(crate) client: DeliveryClient,
}

/// Answers the requests of a listener.
pub(crate) trait Endpoint: Send + Sync + 'static {
    fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        caller: Caller,
    ) -> impl Future<Output = Response<Full<Bytes>>> + Send;
}
