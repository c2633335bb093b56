use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;

use crate::listener::{Caller, Endpoint};

/// A request to the admin listener.
pub type AdminRequest = Request<Incoming>;

/// Answers whoever runs the process, on the listener that is bound to loopback.
pub trait AdminPages: Send + Sync + 'static {
    fn answer(&self, request: AdminRequest) -> impl Future<Output = Response<Full<Bytes>>> + Send;
}

/// No pages: for a process without that listener.
impl AdminPages for Infallible {
    async fn answer(&self, _: AdminRequest) -> Response<Full<Bytes>> {
        match *self {}
    }
}

/// The listener of [`AdminPages`].
pub(crate) struct AdminEndpoint<P>(pub(crate) P);

impl<P: AdminPages> Endpoint for AdminEndpoint<P> {
    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        _: Caller,
    ) -> Response<Full<Bytes>> {
        self.0.answer(request).await
    }
}
