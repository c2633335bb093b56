use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bellpull_tests::manifests::{TOKEN, path, put, receiver, token};
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, try_request};

/// Deliveries of the test.
const DELIVERIES: usize = 200;
/// Deliveries that are sent at once.
const SENDERS: usize = 50;

/// The id of a delivery that was accepted.
fn accepted((status, body): &(u16, String)) -> Option<String> {
    let told: serde_json::Value = serde_json::from_str(body).expect("JSON");
    match status {
        200 | 202 => Some(told["delivery"].as_str().expect("an id").to_owned()),
        503 => None,
        other => panic!("{other}: {body}"),
    }
}

/// Every delivery of which a target was notified, with the target.
fn notified(served: &Served) -> HashSet<(String, String)> {
    let mut notified = HashSet::new();
    for line in served.notifications() {
        let target = line["target"]["name"].as_str().expect("a name").to_owned();
        let coalesced = line["coalesced"].as_array().cloned().unwrap_or_default();
        for id in coalesced.iter().chain([&line["delivery"]]) {
            notified.insert((id.as_str().expect("an id").to_owned(), target.clone()));
        }
    }
    notified
}

#[test]
fn every_accepted_delivery_is_notified_when_a_signal_comes_in_the_middle() {
    let folder = tempfile::tempdir().unwrap();
    let spec = "{type: github, secretRef: {name: token}, resources: [\
        {kind: GitRepository, name: a}, {kind: GitRepository, name: b}]}";
    put(
        folder.path(),
        "all.yaml",
        &(receiver("app", spec) + &token()),
    );
    let mut served = Served::start(folder.path(), &["--drain-delay", "300ms"]);
    let (headers, body) = push(TOKEN);
    let path = path("app", TOKEN);
    let sent = AtomicUsize::new(0);
    let answers = Arc::new(Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| {
                while sent.fetch_add(1, Ordering::Relaxed) < DELIVERIES {
                    let got = try_request(served.receiver, "POST", &path, &headers, &body);
                    answers.lock().unwrap().push(got);
                }
            });
        }
        served.until("half way", || sent.load(Ordering::Relaxed) > DELIVERIES / 2);
        served.terminate();
    });
    let ended = served.wait();
    assert!(ended.success(), "{ended}; the log:\n{}", served.stderr());

    let answers = answers.lock().unwrap();
    let accepted: BTreeSet<String> = answers.iter().flatten().filter_map(accepted).collect();
    assert!(
        accepted.len() > DELIVERIES / 4,
        "only {} were accepted",
        accepted.len()
    );
    let notified = notified(&served);
    for delivery in &accepted {
        for target in ["a", "b"] {
            let pair = (delivery.clone(), target.to_owned());
            assert!(
                notified.contains(&pair),
                "{delivery} was accepted, {target} not notified"
            );
        }
    }
}

#[test]
fn readiness_ends_with_the_signal_and_serving_goes_on() {
    use bellpull_tests::serve::{get, request};
    let folder = tempfile::tempdir().unwrap();
    let spec = "{type: github, secretRef: {name: token}, resources: []}";
    put(
        folder.path(),
        "all.yaml",
        &(receiver("app", spec) + &token()),
    );
    let mut served = Served::start(folder.path(), &["--drain-delay", "60s"]);
    served.terminate();
    served.until("unready", || {
        get(served.health, "/readyz") == (503, "draining\n".to_owned())
    });
    assert_eq!(get(served.health, "/healthz").0, 200);
    let (headers, body) = push(TOKEN);
    let (status, told) = request(
        served.receiver,
        "POST",
        &path("app", TOKEN),
        &headers,
        &body,
    );
    assert_eq!(status, 200, "{told}");
    // A second signal cuts the drain short.
    served.terminate();
    assert!(served.wait().success(), "{}", served.stderr());
}
