use std::future::Future;

use bytes::Bytes;
use http::{Request, Response};

/// Exchanges a request with the admin listener of one process.
pub trait Ask: Send + Sync + 'static {
    /// The whole answer of any status. The URI of the request is a path with a query.
    ///
    /// # Errors
    /// When there is no whole answer: says why.
    fn ask(
        &self,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, String>> + Send;
}
