//! What keeps other sites, and texts of senders, from acting through a browser.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bellpull_admin::{AdminError, ErrorKind};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::failure::Failure;

/// Scripts and styles come from files of the console alone: what a sender wrote is never run, even if it
/// were ever written into a page unescaped.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);
/// With `no-referrer` a browser would send `Origin: null` with forms.
const REFERRER: HeaderValue = HeaderValue::from_static("same-origin");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Takes a form only from a page of this origin.
///
/// Every browser sends `Origin` with a form (WHATWG, Fetch, "append a request Origin header"), and no page
/// can set it, so it takes no token. The API, which is for programs, takes requests without it.
pub(crate) async fn protect(request: Request, next: Next) -> Response {
    let mut response = if may_pass(request.method(), request.headers()) {
        next.run(request).await
    } else {
        let message = "a form is taken from a page of this console alone";
        Failure(AdminError::new(ErrorKind::Forbidden, message)).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::REFERRER_POLICY, REFERRER);
    headers.insert(OPENER_POLICY, SAME_ORIGIN);
    headers.insert(RESOURCE_POLICY, SAME_ORIGIN);
    response
}

fn may_pass(method: &Method, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD) {
        return true;
    }
    let text = |name| {
        let value: Option<&HeaderValue> = headers.get(name);
        value.and_then(|value| value.to_str().ok())
    };
    let origin = text(header::ORIGIN).and_then(|origin| origin.strip_prefix("http://"));
    origin.is_some() && origin == text(header::HOST)
}
