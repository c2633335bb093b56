//! Requests, each on a connection of its own.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use crate::patience::PATIENCE;

/// One GET: status and body.
///
/// # Panics
/// When there is no answer.
pub fn get(address: SocketAddr, path: &str) -> (u16, String) {
    request(address, "GET", path, &[], b"")
}

/// One request on a connection of its own: status and body.
///
/// # Panics
/// When there is no answer.
pub fn request(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> (u16, String) {
    let answer = try_request(address, method, target, headers, body);
    answer.unwrap_or_else(|error| panic!("{method} to {address}: {error}"))
}

/// As [`request`], for a connection that may break.
///
/// # Errors
/// When it breaks, or the answer is none.
pub fn try_request(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> std::io::Result<(u16, String)> {
    let text = exchange(address, method, target, headers, body)?;
    let status = text
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
    status
        .zip(body)
        .ok_or_else(|| std::io::Error::other(format!("no answer in {text:?}")))
}

/// One request on a connection of its own: the whole answer.
///
/// # Errors
/// When the connection breaks.
pub fn exchange(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head =
        format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
