//! A download whose connection breaks in the middle.

use std::sync::Arc;

use bellpull_engine::Digest;
use bellpull_registry::{ArtefactReference, Registry};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{Always, Honest, LIMIT, MANIFEST, WASM, http};

/// How much of the layer comes before the connection breaks.
const FIRST: usize = 10;

/// The head of a request.
async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a request"));
    }
    String::from_utf8(head).unwrap().to_ascii_lowercase()
}

async fn answer(stream: &mut TcpStream, status: &str, kind: &str, length: usize, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
}

/// Serves an artefact whose layer breaks off once. Returns the ranges that were asked for.
async fn serve(listener: TcpListener, honest: Honest, continues: bool) -> Vec<Option<String>> {
    let layer = Digest::of(WASM).to_string();
    let mut ranges = Vec::new();
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let head = head(&mut stream).await;
        let stream = &mut stream;
        if head.contains("/manifests/") {
            let manifest = &honest.manifest;
            answer(stream, "200 OK", MANIFEST, manifest.len(), manifest).await;
        } else if !head.contains(&layer) {
            answer(stream, "200 OK", "a/b", honest.config.len(), &honest.config).await;
        } else {
            let range = head.lines().find_map(|line| line.strip_prefix("range: "));
            ranges.push(range.map(str::to_owned));
            match (range, continues) {
                (None, _) => answer(stream, "200 OK", "a/b", WASM.len(), &WASM[..FIRST]).await,
                (Some(_), true) => {
                    let rest = &WASM[FIRST..];
                    answer(stream, "206 Partial Content", "a/b", rest.len(), rest).await;
                }
                (Some(_), false) => answer(stream, "200 OK", "a/b", WASM.len(), WASM).await,
            }
            if ranges.len() == 2 {
                return ranges;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_is_asked_for_and_nothing_twice() {
    for continues in [true, false] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = format!("localhost:{}", listener.local_addr().unwrap().port());
        let serving = tokio::spawn(serve(listener, Honest::new(), continues));
        let http = http(vec![host.clone()]);
        let registry = Registry::new(http, Arc::new(Always(None)), LIMIT);
        let reference: ArtefactReference = format!("oci://{host}/acme/a:1").parse().unwrap();
        let pulled = registry.pull(&reference).await.unwrap();
        assert_eq!(pulled.wasm, WASM, "{continues}");
        let rest = format!("bytes={FIRST}-");
        assert_eq!(serving.await.unwrap(), [None, Some(rest)], "{continues}");
    }
}
