//! Deliveries a second.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bellpull_core::Timestamp;
use serde_json::json;
use tokio::task::JoinSet;

use crate::Bench;
use crate::contender::{Running, Who};
use crate::objects::Namespace;
use crate::support::wrk::load;
use crate::support::{push, signature};
use crate::table::{Target, note, row, title};

/// How long each load lasts, and the one before it that is not measured.
const SECONDS: u32 = 5;
const WARM_UP: u32 = 1;
const CONNECTIONS: [u32; 2] = [8, 32];
/// A push of GitHub as it comes.
const BODY: usize = 7_500;

/// Receivers that notify nothing and one object, and that object.
async fn namespace(bench: &Bench) -> Namespace {
    let namespace = Namespace::new(&bench.plane, &bench.api, "rates");
    let nothing = json!([{
        "kind": "GitRepository", "name": "*", "matchLabels": {"team": "nobody"},
    }]);
    let hot = json!([{"kind": "GitRepository", "name": "hot"}]);
    let lanes = vec![
        namespace.repository("hot", &json!({})),
        namespace.receiver("nothing", &nothing),
        namespace.receiver("hot", &hot),
    ];
    namespace.api.all(lanes).await;
    namespace
}

/// What is sent, and which status answers it.
struct Work<'a> {
    name: &'a str,
    path: &'a str,
    signature: &'a str,
    flux: u16,
    bellpull: u16,
    target: Target,
}

/// Unknown paths, bad signatures, and deliveries that select nothing.
pub(crate) async fn verified(bench: &Bench) {
    let namespace = namespace(bench).await;
    let right = signature(&push(BODY));
    let wrong = format!("sha256={}", "0".repeat(64));
    let (unknown, path) = (
        format!("/hook/{}", "0".repeat(64)),
        namespace.path("nothing"),
    );
    title("deliveries of a push of 7.6 KB");
    let works = [
        Work {
            name: "unknown path",
            path: &unknown,
            signature: &right,
            flux: 404,
            bellpull: 404,
            target: Target::None,
        },
        Work {
            name: "bad signature",
            path: &path,
            signature: &wrong,
            flux: 400,
            bellpull: 401,
            target: Target::AtLeast(8.0),
        },
        Work {
            name: "verified, selects nothing",
            path: &path,
            signature: &right,
            flux: 200,
            bellpull: 200,
            target: Target::AtLeast(8.0),
        },
    ];
    for work in &works {
        compare(bench, work, &path).await;
    }
    namespace.clear().await;
}

/// Each delivery asks the same object to reconcile.
pub(crate) async fn hot(bench: &Bench) {
    let namespace = namespace(bench).await;
    let path = namespace.path("hot");
    title("deliveries that all notify one GitRepository");
    let work = Work {
        name: "one hot target",
        path: &path,
        signature: &signature(&push(BODY)),
        flux: 200,
        bellpull: 200,
        target: Target::AtLeast(40.0),
    };
    compare(bench, &work, &path).await;
    namespace.clear().await;
}

async fn compare(bench: &Bench, work: &Work<'_>, ready: &str) {
    let body = push(BODY);
    for connections in CONNECTIONS {
        let mut rates = Vec::new();
        let mut notes = Vec::new();
        for (who, status) in [(Who::Flux, work.flux), (Who::Bellpull, work.bellpull)] {
            let running = Running::launch(who, &bench.plane);
            running.until_serves(ready).await;
            let address = running.receiver.to_string();
            let load = |seconds| {
                load(
                    &address,
                    work.path,
                    work.signature,
                    &body,
                    connections,
                    seconds,
                )
            };
            load(WARM_UP);
            let load = load(SECONDS);
            rates.push(load.rate(status));
            notes.push(format!(
                "    {who:?}: p50 {:.1} ms, p99 {:.1} ms{}",
                load.p50_us / 1e3,
                load.p99_us / 1e3,
                others(&load.others(status))
            ));
        }
        let what = format!("{}, {connections} connections", work.name);
        row(&what, "a second", rates[0], rates[1], work.target);
        notes.iter().for_each(|text| note(text));
    }
}

fn others(statuses: &BTreeMap<u16, u64>) -> String {
    let others = statuses.iter();
    others
        .map(|(status, count)| format!(", {count} × {status}"))
        .collect()
}

/// Whether each accepted delivery is covered by a patch that began after it, and what the API server
/// is asked meanwhile.
pub(crate) async fn requests(bench: &Bench) {
    let namespace = namespace(bench).await;
    title("requests to the API server");
    for receiver in ["nothing", "hot"] {
        let path = namespace.path(receiver);
        let mut beside = Vec::new();
        let mut notes = Vec::new();
        for who in [Who::Flux, Who::Bellpull] {
            let running = Running::launch(who, &bench.plane);
            running.until_serves(&path).await;
            deliver(&running, &path).await;
            let before = bench.api.asked().await;
            let sent = deliver(&running, &path).await;
            let covered = match receiver {
                "hot" => covered(who, &namespace, sent.last).await,
                _ => String::new(),
            };
            let asked = difference(&before, &bench.api.asked().await, covered.is_empty());
            let patches = asked.get("PATCH gitrepositories").copied().unwrap_or(0);
            let all: u64 = asked.values().sum();
            beside.push((all - patches) as f64 / sent.accepted as f64);
            notes.push(format!(
                "    {who:?}: {} deliveries accepted, {patches} patches{covered}; asked: {asked:?}",
                sent.accepted
            ));
        }
        let what = format!("{receiver}: beside patches");
        row(&what, "a delivery", beside[0], beside[1], Target::None);
        notes.iter().for_each(|text| note(text));
    }
    namespace.clear().await;
}

/// What has been sent.
struct Sent {
    accepted: u64,
    /// When the last accepted delivery began.
    last: Timestamp,
}

/// Signed pushes on 32 connections for a while.
async fn deliver(running: &Running, path: &str) -> Sent {
    const SPAN: Duration = Duration::from_secs(3);
    let body = push(BODY);
    let signature = signature(&body);
    let url = Arc::new(format!("http://{}{path}", running.receiver));
    let client = reqwest::Client::new();
    let end = Instant::now() + SPAN;
    let mut senders = JoinSet::new();
    for _ in 0..32 {
        let (client, url) = (client.clone(), Arc::clone(&url));
        let (body, signature) = (body.clone(), signature.clone());
        senders.spawn(async move {
            let mut sent = Sent {
                accepted: 0,
                last: Timestamp::MIN,
            };
            while Instant::now() < end {
                let began = Timestamp::now();
                let request = client
                    .post(&*url)
                    .header("content-type", "application/json")
                    .header("x-github-event", "push")
                    .header("x-hub-signature-256", &signature)
                    .body(body.clone());
                let answer = request.send().await.expect("an answer");
                if answer.status() == 200 {
                    sent.accepted += 1;
                    sent.last = began;
                }
            }
            sent
        });
    }
    let sent = senders.join_all().await;
    Sent {
        accepted: sent.iter().map(|sent| sent.accepted).sum(),
        last: sent.iter().map(|sent| sent.last).max().expect("senders"),
    }
}

/// Flux's controller patches for each delivery apart, with the time at which that one came: of two
/// that overlap, the older may be the last to be written.
async fn covered(who: Who, namespace: &Namespace, last: Timestamp) -> String {
    let value = namespace.requested_at("hot").await.expect("annotated");
    // Flux's controller writes a time as Go prints it: `2026-01-02 03:04:05.678 +0000 UTC m=+9.1`.
    let words: Vec<&str> = value.split(' ').take(2).collect();
    let annotated: Timestamp = match words[..] {
        [date, time] => format!("{date}T{time}Z").parse(),
        _ => value.parse(),
    }
    .expect("a time");
    let later = annotated.duration_since(last).as_secs_f64() * 1e3;
    assert!(
        annotated > last || who == Who::Flux,
        "the last delivery began {last}, covered is {annotated}"
    );
    let side = if later < 0.0 { "before" } else { "after" };
    format!(", annotated {:.1} ms {side} the last began", later.abs())
}

fn difference(
    before: &BTreeMap<String, u64>,
    after: &BTreeMap<String, u64>,
    all: bool,
) -> BTreeMap<String, u64> {
    let asked = after.iter().filter_map(|(what, count)| {
        let mut more = count - before.get(what).copied().unwrap_or(0);
        // The annotation was asked for here.
        if !all && what == "GET gitrepositories" {
            more -= 1;
        }
        (more > 0).then(|| (what.clone(), more))
    });
    asked.collect()
}
