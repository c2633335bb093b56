//! The tags of a repository, in pages.

use std::sync::Arc;

use bellpull_registry::{ArtefactRepository, Registry, RegistryError};
use bellpull_tests::https::{Reply, Server};

use super::{Always, LIMIT, http};

const LIST: &str = "/v2/acme/a/tags/list?n=1000";

async fn tags(server: &Server) -> Result<Vec<String>, RegistryError> {
    let host = format!("localhost:{}", server.port());
    let registry = Registry::new(http(vec![host.clone()]), Arc::new(Always(None)), LIMIT);
    let repository: ArtefactRepository = format!("oci://{host}/acme/a").parse().unwrap();
    registry.tags(&repository).await
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pages_are_read() {
    let server = Server::start(None, |target| match target {
        LIST => Reply::ok(r#"{"name": "acme/a", "tags": ["1.0.0", "latest"]}"#).with(
            "link",
            r#"</v2/acme/a/tags/list?last=latest&n=1000>; rel="next""#,
        ),
        "/v2/acme/a/tags/list?last=latest&n=1000" => {
            Reply::ok(r#"{"name": "acme/a", "tags": ["1.1.0", "../../x", "a b"]}"#)
        }
        _ => Reply::status(404, ""),
    })
    .unwrap();
    assert_eq!(tags(&server).await.unwrap(), ["1.0.0", "latest", "1.1.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_may_have_no_tags() {
    for body in [r#"{"tags": null}"#, r#"{"tags": []}"#] {
        let server = Server::start(None, move |_| Reply::ok(body)).unwrap();
        assert_eq!(tags(&server).await.unwrap(), [""; 0], "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_lies_is_refused() {
    let many = vec![r#""a""#; 60_000].join(",");
    let many = format!(r#"{{"tags": [{many}]}}"#);
    let next = |link: &'static str| Reply::ok(r#"{"tags": ["a"]}"#).with("link", link);
    for (reply, expected) in [
        (
            next(r#"<http://evil.example/v2/acme/a/tags/list>; rel="next""#),
            "its next page is at http://evil.example",
        ),
        (
            next(r#"<http://169.254.169.254/>; rel="next""#),
            "which is another server",
        ),
        (
            next(r#"</v2/acme/a/tags/list?n=1000>; rel="next""#),
            "it has more than 100 pages",
        ),
        (Reply::ok(many), "it has more than 50000 tags"),
        (
            Reply::ok(vec![b' '; 2 << 20]).in_chunks(),
            "the answer is longer than 1048576 bytes",
        ),
        (
            Reply::ok("<html>"),
            "does not answer as a registry does: the list of tags",
        ),
        (Reply::status(404, ""), "acme/a is not in the registry"),
    ] {
        let server = Server::start(None, move |_| reply.clone()).unwrap();
        let error = tags(&server).await.expect_err(expected).to_string();
        assert!(error.contains(expected), "{expected:?} is not in {error}");
        assert!(server.asked().len() <= 100, "{}", server.asked().len());
    }
}
