//! One HTTP/1.1 request over a connection to a pod.

use std::time::Duration;

use http::header::HOST;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{PodError, PodStream};

/// How long the whole answer may take: longer than the answer deadline of a server.
const LONGEST: Duration = Duration::from_secs(30);
/// How long the kubelet may take to say why a connection has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// The largest answer, in bytes: more than all records that a server keeps.
const LARGEST: usize = 64 << 20;

/// Why there is no answer.
enum NoAnswer {
    TooLarge,
    Broken(String),
}

impl PodStream {
    /// Sends a request, whose URI is a path with a query, and returns the whole answer of any status. The
    /// connection ends with it.
    ///
    /// # Errors
    /// When there is no whole answer within 30 s and 64 MiB. What the kubelet says of the port comes
    /// first, for example that nothing listens there.
    pub async fn ask(self, request: Request<Bytes>) -> Result<Response<Bytes>, PodError> {
        let Self {
            pod,
            port,
            bytes,
            error: refused,
        } = self;
        let asked = timeout(LONGEST, exchange(bytes, port, request)).await;
        let Ok(answered) = asked else {
            return Err(PodError::Silent {
                pod,
                port,
                seconds: LONGEST.as_secs(),
            });
        };
        match answered {
            Ok(answer) => Ok(answer),
            Err(NoAnswer::TooLarge) => Err(PodError::TooLarge {
                pod,
                port,
                most: LARGEST,
            }),
            // What the kubelet says comes on a channel of its own, perhaps after the end of the bytes.
            Err(NoAnswer::Broken(why)) => Err(match timeout(LAST_WORDS, refused).await {
                Ok(Some(why)) => PodError::Open { pod, port, why },
                Ok(None) | Err(_) => PodError::Broken { pod, port, why },
            }),
        }
    }
}

async fn exchange<S>(
    stream: S,
    port: u16,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, NoAnswer>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broken = |error: hyper::Error| NoAnswer::Broken(error.to_string());
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    let mut request = request.map(Full::new);
    if let Ok(host) = HeaderValue::from_str(&format!("localhost:{port}")) {
        request.headers_mut().entry(HOST).or_insert(host);
    }
    // The connection ends with the set.
    let mut connections = JoinSet::new();
    connections.spawn(connection);
    let answer = sender.send_request(request).await.map_err(broken)?;
    let (head, body) = answer.into_parts();
    let body = Limited::new(body, LARGEST).collect().await;
    let body = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
        Some(_) => NoAnswer::TooLarge,
        None => NoAnswer::Broken(error.to_string()),
    })?;
    Ok(Response::from_parts(head, body.to_bytes()))
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// What becomes of a request that is answered with these bytes and the end of the connection.
    async fn answered(bytes: &'static [u8]) -> (Result<Response<Bytes>, NoAnswer>, String) {
        let (client, mut server) = tokio::io::duplex(1 << 10);
        let server = tokio::spawn(async move {
            let mut head = vec![0; 1 << 10];
            let read = server.read(&mut head).await.expect("a request");
            server.write_all(bytes).await.expect("written");
            head.truncate(read);
            String::from_utf8(head).expect("text")
        });
        let request = Request::get("/v1/deliveries?limit=1").body(Bytes::new());
        let answer = exchange(client, 9441, request.expect("a request")).await;
        (answer, server.await.expect("it ends"))
    }

    #[tokio::test]
    async fn an_answer_of_any_status_is_returned_whole() {
        let (answer, asked) = answered(b"HTTP/1.1 503 \r\nContent-Length: 4\r\n\r\nbusy").await;
        let answer = answer.ok().expect("an answer");
        assert_eq!(
            (answer.status().as_u16(), &answer.body()[..]),
            (503, &b"busy"[..])
        );
        assert!(
            asked.starts_with("GET /v1/deliveries?limit=1 HTTP/1.1\r\n"),
            "{asked}"
        );
        assert!(asked.contains("host: localhost:9441\r\n"), "{asked}");
    }

    /// How asking ends if the other side does this, and the kubelet says that.
    async fn asked(drops: bool, says: Option<&str>) -> String {
        let (bytes, other) = tokio::io::duplex(1 << 10);
        let held = (!drops).then_some(other);
        let stream = PodStream {
            pod: "bellpull-1".to_owned(),
            port: 9441,
            bytes,
            error: std::future::ready(says.map(str::to_owned)).boxed(),
        };
        let request = Request::get("/").body(Bytes::new()).expect("a request");
        let ended = stream.ask(request).await;
        drop(held);
        ended.expect_err("there is no answer").to_string()
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_kubelet_says_comes_before_how_the_connection_ended() {
        let cases = [
            (
                asked(true, Some("connection refused")).await,
                "port 9441 of pod bellpull-1 cannot be reached: connection refused",
            ),
            (asked(true, None).await, "the pod may be gone, ask again"),
            (
                asked(false, None).await,
                "pod bellpull-1 has not answered on port 9441 within 30 s",
            ),
        ];
        for (told, expected) in cases {
            assert!(told.contains(expected), "{expected:?} is not in {told}");
        }
    }

    #[tokio::test]
    async fn what_is_no_whole_answer_is_an_error() {
        let cases: [&[u8]; 3] = [
            b"",
            b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbu",
            b"\x15\x03\x01 an alert of TLS",
        ];
        for bytes in cases {
            let (answer, _) = answered(bytes).await;
            assert!(matches!(answer, Err(NoAnswer::Broken(_))), "{bytes:?}");
        }
    }
}
