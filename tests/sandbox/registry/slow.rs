//! A registry that keeps its client waiting.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bellpull_egress::RegistryTimes;
use bellpull_engine::Digest;
use bellpull_tests::https::{Reply, Server};
use futures_util::future::join_all;

use super::{Honest, WASM, client};

/// Short, so that the tests are. The rate is never reached.
const TIMES: RegistryTimes = RegistryTimes {
    silence: Duration::from_secs(1),
    least_rate: u32::MAX,
    longest_pause: Duration::from_millis(10),
};
const DRIP: Duration = Duration::from_millis(100);

fn challenge(realm: &str) -> Reply {
    let challenge = format!(r#"Bearer realm="{realm}""#);
    Reply::status(401, "").with("www-authenticate", &challenge)
}

/// What is slow, and what is said of it.
async fn is_given_up(
    name: &str,
    answer: impl Fn(&Honest, &str) -> Reply + Send + Sync + 'static,
    expected: &str,
) {
    let honest = Honest::new();
    let server = Server::start(None, move |target| answer(&honest, target)).unwrap();
    let (registry, reference) = client(&[&server], ":1", None, TIMES);
    let error = registry.pull(&reference).await.expect_err(name).to_string();
    assert!(
        error.contains(expected),
        "{name}: {expected:?} is not in {error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_byte_by_byte_is_given_up() {
    let slow = "the answer comes too slowly, at less than 4294967295 bytes a second";
    let layer = Digest::of(WASM).to_string();
    let blob = is_given_up(
        "a layer",
        move |honest, target| match target.ends_with(&layer) {
            true => Reply::ok(WASM).dripping(DRIP),
            false => honest.reply(target),
        },
        slow,
    );
    let manifest = is_given_up(
        "a manifest",
        |honest, _| honest.manifest_reply().dripping(DRIP),
        slow,
    );
    let page = Reply::status(403, vec![b' '; 1000]).dripping(DRIP);
    let complaint = is_given_up(
        "an error",
        move |_, _| page.clone(),
        "refuses pull: it does not say why",
    );
    let token = Server::start(None, |_| Reply::ok(vec![b' '; 1000]).dripping(DRIP)).unwrap();
    let realm = token.url("/token");
    let asking = Server::start(None, move |_| challenge(&realm)).unwrap();
    let of_token = async {
        let (registry, reference) = client(&[&asking, &token], ":1", None, TIMES);
        let error = registry.pull(&reference).await.unwrap_err().to_string();
        assert!(error.contains(slow), "a token: {error}");
    };
    futures_util::join!(blob, manifest, complaint, of_token);
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_given_up() {
    let layer = Digest::of(WASM).to_string();
    let silences: Vec<_> = ["/manifests/", layer.as_str()]
        .map(|part| {
            let silent = part.to_owned();
            let answer = move |honest: &Honest, target: &str| match target.contains(&silent) {
                true => Reply::Silence,
                false => honest.reply(target),
            };
            is_given_up("silence", answer, "no answer within 1s")
        })
        .into_iter()
        .collect();
    join_all(silences).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_is_busy_is_asked_again_and_decides_no_long_pause() {
    let tomorrow = "Fri, 31 Dec 9999 23:59:59 GMT";
    for (status, pause) in [
        (429, "1"),
        (429, "86400"),
        (429, tomorrow),
        (503, "1"),
        (503, "soon"),
    ] {
        let (honest, asked) = (Honest::new(), AtomicUsize::new(0));
        let answer = move |target: &str| match asked.fetch_add(1, Ordering::SeqCst) {
            0 => Reply::status(status, "").with("retry-after", pause),
            _ => honest.reply(target),
        };
        let server = Server::start(None, answer).unwrap();
        let (registry, reference) = client(&[&server], ":1", None, TIMES);
        let pulled = registry.pull(&reference).await;
        assert_eq!(pulled.unwrap().wasm, WASM, "{status} {pause}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_stays_busy_is_given_up() {
    let busy = Reply::status(429, r#"{"errors": [{"code": "TOOMANYREQUESTS"}]}"#);
    let server = Server::start(None, move |_| busy.clone().with("retry-after", "1")).unwrap();
    let (registry, reference) = client(&[&server], ":1", None, TIMES);
    let error = registry.pull(&reference).await.unwrap_err().to_string();
    assert!(error.contains("answered 429: TOOMANYREQUESTS"), "{error}");
    assert_eq!(server.asked().len(), 4, "{:?}", server.asked());
}
