use std::net::IpAddr;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use super::answer::refuse;
use crate::error::{AdminError, ErrorKind};

/// Who asks a browser for the request (W3C, Fetch Metadata Request Headers).
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What begins so is the API, and no page.
const API: &str = "/v1/";

/// Keeps pages of other sites out. A name that leads to loopback is none of ours, and what changes something
/// takes JSON alone, which a browser sends to another site only after it has asked.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    match check(&request) {
        Ok(()) => {
            let mut response = next.run(request).await;
            let headers = response.headers_mut();
            // A page may have files that never change.
            headers
                .entry(header::CACHE_CONTROL)
                .or_insert(HeaderValue::from_static("no-store"));
            headers.insert(
                header::X_CONTENT_TYPE_OPTIONS,
                HeaderValue::from_static("nosniff"),
            );
            response
        }
        Err(message) => refuse(AdminError::new(ErrorKind::Forbidden, message)),
    }
}

fn check(request: &Request) -> Result<(), &'static str> {
    let headers = request.headers();
    let header = headers.get(header::HOST);
    let header = header.and_then(|host| host.to_str().ok());
    let authority = request.uri().authority().map(Authority::as_str);
    let authority = authority.or(header).unwrap_or_default();
    if !is_loopback(authority) {
        return Err("ask by the address of loopback, or by localhost");
    }
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_safe && !is_of_this_site(headers, authority) {
        return Err("a page of another site may change nothing");
    }
    // Pages have forms of their own, and ask for the Origin that a browser sends with each.
    if !is_safe && request.uri().path().starts_with(API) && !is_json(headers) {
        return Err("send JSON, with content-type: application/json");
    }
    Ok(())
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE);
    let value = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = value.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// Whether the authority names this machine (RFC 9110, section 7.2).
fn is_loopback(authority: &str) -> bool {
    let parsed: Result<Authority, _> = authority.parse();
    parsed.is_ok_and(|authority| {
        let host = authority.host().trim_matches(['[', ']']);
        let address: Result<IpAddr, _> = host.parse();
        host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback())
    })
}

/// Whether no page of another site asks. What is no browser names no origin.
fn is_of_this_site(headers: &HeaderMap, authority: &str) -> bool {
    let is_ours = |origin: &HeaderValue| {
        let origin = origin.to_str().unwrap_or_default();
        origin.strip_prefix("http://") == Some(authority)
    };
    let is_here = |site: &HeaderValue| site == "same-origin" || site == "none";
    headers.get(header::ORIGIN).is_none_or(is_ours) && headers.get(FETCH_SITE).is_none_or(is_here)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn pages_of_other_sites_are_kept_out() {
        let by_name = "ask by the address of loopback, or by localhost";
        let by_site = "a page of another site may change nothing";
        let local = ("host", "127.0.0.1:9441");
        for (method, headers, expected) in [
            ("GET", vec![local], Ok(())),
            ("GET", vec![("host", "[::1]:9441")], Ok(())),
            ("GET", vec![("host", "LocalHost")], Ok(())),
            ("GET", vec![("host", "evil.example:9441")], Err(by_name)),
            (
                "GET",
                vec![("host", "127.0.0.1.evil.example")],
                Err(by_name),
            ),
            ("GET", vec![], Err(by_name)),
            ("POST", vec![local], Ok(())),
            (
                "POST",
                vec![local, ("origin", "http://127.0.0.1:9441")],
                Ok(()),
            ),
            (
                "POST",
                vec![local, ("origin", "http://127.0.0.1:80")],
                Err(by_site),
            ),
            ("POST", vec![local, ("origin", "null")], Err(by_site)),
            (
                "PUT",
                vec![local, ("sec-fetch-site", "cross-site")],
                Err(by_site),
            ),
            (
                "POST",
                vec![local, ("sec-fetch-site", "same-origin")],
                Ok(()),
            ),
        ] {
            let mut request = Request::builder()
                .method(method)
                .uri("/v1/log-level")
                .header("content-type", "application/json; charset=utf-8");
            for (name, value) in &headers {
                request = request.header(*name, *value);
            }
            let request = request.body(Body::empty()).unwrap();
            assert_eq!(check(&request), expected, "{method} {headers:?}");
        }
    }
}
