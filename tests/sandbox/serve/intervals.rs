//! The least interval between notifications of one target, by the annotation `bellpull.dev/min-interval`.

use std::path::Path;

use bellpull_tests::manifests::{TOKEN, path, put, receiver, token};
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, request, run, said};
use serde_json::Value;

/// The deliveries of a storm.
const STORM: usize = 50;

/// An annotation for an interval, behind the name in the metadata.
fn annotation(interval: &str) -> String {
    match interval {
        "" => String::new(),
        interval => format!(", annotations: {{bellpull.dev/min-interval: {interval}}}"),
    }
}

/// A Receiver and its target of the same name, each with an interval if there is one.
fn pair(name: &str, of_receiver: &str, of_target: &str) -> String {
    let spec = format!(
        "{{type: github, secretRef: {{name: token}}, \
         resources: [{{kind: GitRepository, name: {name}}}]}}"
    );
    let named = |interval| format!("metadata: {{name: {name}{}}}", annotation(interval));
    let plain = format!("metadata: {{name: {name}}}");
    let receiver = receiver(name, &spec).replacen(&plain, &named(of_receiver), 1);
    let target = named(of_target);
    receiver
        + &format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n{target}\n\
             spec: {{url: 'https://github.com/o/r', interval: 1h}}\n---\n"
        )
}

fn serve(folder: &Path, manifests: &str) -> Served {
    put(folder, "all.yaml", &(manifests.to_owned() + &token()));
    Served::start(folder, &[])
}

/// Sends a push: the status and the answer.
fn send(served: &Served, name: &str) -> (u16, Value) {
    let (headers, body) = push(TOKEN);
    let path = path(name, TOKEN);
    let (status, answer) = request(served.receiver, "POST", &path, &headers, &body);
    let answer = serde_json::from_str(&answer).unwrap_or_else(|e| panic!("{answer}: {e}"));
    (status, answer)
}

/// The deliveries in whose name targets were notified so far.
fn notified(served: &Served) -> Vec<Value> {
    let lines = served.notifications().into_iter();
    lines.map(|line| line["delivery"].clone()).collect()
}

#[test]
fn a_storm_notifies_of_the_first_and_the_last_delivery() {
    let folder = tempfile::tempdir().unwrap();
    let served = serve(folder.path(), &pair("app", "15s", ""));
    let (status, first) = send(&served, "app");
    assert_eq!((status, &first["outcome"]), (200, &Value::from("notified")));
    let mut last = Value::Null;
    for _ in 1..STORM {
        let (status, answer) = send(&served, "app");
        let told = "1 notification waits for the least interval of its target";
        assert_eq!((status, &answer["message"]), (202, &Value::from(told)));
        assert_eq!(answer["outcome"], "accepted");
        last = answer["delivery"].clone();
    }
    assert_eq!(notified(&served), [first["delivery"].clone()]);
    served.until_notified(2);
    assert_eq!(notified(&served), [first["delivery"].clone(), last]);
}

#[test]
fn a_signal_ends_every_interval() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = serve(folder.path(), &pair("app", "1h", ""));
    let (_, first) = send(&served, "app");
    let (status, second) = send(&served, "app");
    assert_eq!(status, 202, "{second}");
    served.terminate();
    let ended = served.wait();
    assert!(ended.success(), "{ended}; the log:\n{}", served.stderr());
    let expected = [first["delivery"].clone(), second["delivery"].clone()];
    assert_eq!(notified(&served), expected);
}

#[test]
fn the_longer_interval_of_receiver_and_target_counts() {
    let rows = [
        ("neither", "", "", 200),
        ("receiver", "1h", "", 202),
        ("target", "", "1h", 202),
        ("short-receiver", "1ms", "1h", 202),
        ("short-target", "1h", "1ms", 202),
    ];
    let folder = tempfile::tempdir().unwrap();
    let manifests: Vec<String> = rows
        .iter()
        .map(|(name, of_receiver, of_target, _)| pair(name, of_receiver, of_target))
        .collect();
    let served = serve(folder.path(), &manifests.concat());
    for (name, _, _, expected) in rows {
        let (first, answer) = send(&served, name);
        assert_eq!(first, 200, "{name}: {answer}");
        let (second, answer) = send(&served, name);
        assert_eq!(second, expected, "{name}: {answer}");
    }
}

#[test]
fn a_wrong_interval_closes_its_receiver_and_says_what_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let served = serve(folder.path(), &pair("app", "2h", ""));
    let (status, answer) = send(&served, "app");
    assert_eq!(
        (status, &answer["outcome"]),
        (503, &Value::from("unavailable"))
    );
    let folder = folder.path().to_str().unwrap();
    let (_, listed, _) = said(&run(&["receivers", "--manifests", folder, "-o", "json"]));
    let listed: Value = serde_json::from_str(&listed).unwrap_or_else(|e| panic!("{listed}: {e}"));
    let told = "annotation bellpull.dev/min-interval is \"2h\": write a duration above zero and of at \
                most 1h, such as 30s, 5m or 1m30s";
    assert_eq!(listed[0]["message"], told, "{listed}");
}

#[test]
fn a_wrong_interval_of_a_target_is_passed_over_and_logged_once() {
    let folder = tempfile::tempdir().unwrap();
    let served = serve(folder.path(), &pair("app", "", "soon"));
    for _ in 0..3 {
        let (status, answer) = send(&served, "app");
        assert_eq!(status, 200, "{answer}");
    }
    let log = served.stderr();
    let lines: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("passed over"))
        .collect();
    let [line] = lines.as_slice() else {
        panic!("not one line, but {lines:#?}");
    };
    for told in ["GitRepository/default/app", "all.yaml", "soon"] {
        assert!(line.contains(told), "{told} is not in {line}");
    }
}
