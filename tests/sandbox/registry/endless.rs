//! Bodies without an end. Each is read up to its bound, and no further.

use bellpull_engine::Digest;
use bellpull_tests::https::{Reply, Server};

use super::{Honest, WASM, pull};

/// A body that never ends, in pieces of 64 KiB.
fn endless(status: u16) -> Reply {
    Reply::status(status, vec![b' '; 64 << 10]).without_end()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_is_read_up_to_its_bound() {
    let token = Server::start(None, |_| endless(200)).unwrap();
    let challenge = format!(r#"Bearer realm="{}""#, token.url("/token"));
    let layer = Digest::of(WASM).to_string();
    let config = Digest::of(&Honest::new().config).to_string();
    type Answer = Box<dyn Fn(&Honest, &str) -> Reply + Send + Sync>;
    let at = |part: String, status: u16| -> Answer {
        Box::new(move |honest, target| match target.contains(&part) {
            true => endless(status),
            false => honest.reply(target),
        })
    };
    let cases: [(&str, Answer, &str); 6] = [
        (
            "a manifest",
            at("/manifests/".to_owned(), 200),
            "the answer is longer than 4194304 bytes",
        ),
        ("a layer", at(layer.clone(), 200), "it has more than"),
        ("a config", at(config, 200), "it has more than"),
        (
            "an error",
            at(layer, 403),
            "refuses pull: it does not say why",
        ),
        (
            "a redirection",
            at("/manifests/".to_owned(), 302),
            "without a location",
        ),
        (
            "a token",
            Box::new(move |_, _| Reply::status(401, "").with("www-authenticate", &challenge)),
            "the answer is longer than 65536 bytes",
        ),
    ];
    for (name, answer, expected) in cases {
        let honest = Honest::new();
        let server = Server::start(None, move |target| answer(&honest, target)).unwrap();
        let error = pull(&[&server, &token], ":1", None)
            .await
            .expect_err(name)
            .to_string();
        assert!(
            error.contains(expected),
            "{name}: {expected:?} is not in {error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announced_length_is_believed_before_anything_is_read() {
    let token = Server::start(None, |_| Reply::ok(vec![b' '; 10 << 20])).unwrap();
    let challenge = format!(r#"Bearer realm="{}""#, token.url("/token"));
    let server = Server::start(None, move |_| {
        Reply::status(401, "").with("www-authenticate", &challenge)
    })
    .unwrap();
    let error = pull(&[&server, &token], ":1", None)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("/token: the answer is longer than 65536 bytes"),
        "{error}"
    );
}
