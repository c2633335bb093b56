use bellpull_tests::manifests::{TOKEN, path, put, receiver, token};
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, get, request};

/// A Receiver that notifies one object.
fn manifests(name: &str) -> String {
    let spec =
        "{type: github, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}";
    receiver(name, spec) + &token()
}

fn deliver(served: &Served, receiver: &str, token: &str) -> u16 {
    let (headers, body) = push(token);
    let target = path(receiver, TOKEN);
    request(served.receiver, "POST", &target, &headers, &body).0
}

/// The values of the series of a scrape that begin so.
fn values(served: &Served, series: &str) -> Vec<f64> {
    let (_, scrape) = get(served.metrics, "/metrics");
    let lines = scrape.lines().filter(|line| line.starts_with(series));
    let values = lines.map(|line| line.rsplit(' ').next().expect("a value"));
    values
        .map(|value| value.parse().expect("a number"))
        .collect()
}

#[test]
fn each_receiver_counts_its_deliveries_and_notifications_while_it_exists() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "a.yaml", &manifests("a"));
    put(
        folder.path(),
        "b.yaml",
        &receiver(
            "b",
            "{type: github, secretRef: {name: token}, resources: []}",
        ),
    );
    let served = Served::start(folder.path(), &[]);
    assert_eq!(deliver(&served, "a", TOKEN), 200);
    assert_eq!(deliver(&served, "a", "wrong"), 401);
    assert_eq!(deliver(&served, "b", "wrong"), 401);
    let of = |metric: &str, receiver: &str, rest: &str| {
        let labels = format!(r#"{{namespace="default",receiver="{receiver}"{rest}}}"#);
        values(&served, &format!("bellpull_receiver_{metric}{labels}"))
    };
    let outcome = |receiver: &str, outcome: &str| {
        of(
            "deliveries_total",
            receiver,
            &format!(r#",outcome="{outcome}""#),
        )
    };
    assert_eq!(outcome("a", "notified"), [1.0]);
    assert_eq!(outcome("a", "unauthenticated"), [1.0]);
    assert_eq!(outcome("b", "unauthenticated"), [1.0]);
    assert_eq!(of("notification_latency_seconds_count", "a", ""), [1.0]);
    assert_eq!(of("notification_latency_seconds_count", "b", ""), [0.0]);
    assert_eq!(of("last_success_timestamp_seconds", "a", "").len(), 1);
    assert_eq!(of("last_success_timestamp_seconds", "b", "").len(), 0);

    std::fs::remove_file(folder.path().join("b.yaml")).unwrap();
    served.until("without b", || outcome("b", "unauthenticated").is_empty());
    assert_eq!(outcome("a", "notified"), [1.0]);
}

#[test]
fn receivers_have_no_metrics_where_they_are_turned_off() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "a.yaml", &manifests("a"));
    let served = Served::start(folder.path(), &["--receiver-metrics=false"]);
    assert_eq!(deliver(&served, "a", TOKEN), 200);
    assert_eq!(values(&served, "bellpull_receiver"), [0.0; 0]);
    assert_eq!(values(&served, "bellpull_deliveries_total"), [1.0]);
}
