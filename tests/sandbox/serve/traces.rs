//! Traces of deliveries at a receiver of OTLP.

use bellpull_tests::manifests::{TOKEN, path, put, receiver, token};
use bellpull_tests::otlp::{OtlpReceiver, ReceivedSpan, Taking};
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, get, request, run, said};
use serde_json::Value;
use tempfile::TempDir;

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn manifests() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = |rest: &str| format!("{{type: github, secretRef: {{name: token}}, {rest}}}");
    let app = receiver(
        "app",
        &spec("resources: [{kind: GitRepository, name: app}]"),
    );
    let suspended = receiver("suspended", &spec("suspend: true, resources: []"));
    put(folder.path(), "all.yaml", &(app + &suspended + &token()));
    folder
}

/// Delivers a push, and returns the status and the id.
fn deliver(served: &Served, receiver: &str, signed_by: &str) -> (u16, String) {
    let (mut headers, body) = push(signed_by);
    headers.push(("traceparent".to_owned(), PARENT.to_owned()));
    let path = path(receiver, TOKEN);
    let (status, answer) = request(served.receiver, "POST", &path, &headers, &body);
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    (
        status,
        answer["delivery"].as_str().expect("an id").to_owned(),
    )
}

/// The line that the log has of a delivery.
fn logged(served: &Served, delivery: &str) -> Value {
    served.until_log(delivery);
    let log = served.stderr();
    let line = log.lines().find(|line| line.contains(delivery));
    serde_json::from_str(line.expect("a line")).expect("JSON")
}

/// Ends the server, so that every span is sent, and returns those of one name.
fn ended(mut served: Served, collector: &OtlpReceiver) -> Vec<ReceivedSpan> {
    served.terminate();
    assert!(served.wait().success());
    collector.spans()
}

fn named<'s>(spans: &'s [ReceivedSpan], name: &str) -> Vec<&'s ReceivedSpan> {
    spans.iter().filter(|span| span.name == name).collect()
}

#[test]
fn the_log_the_record_and_the_exemplars_name_the_trace() {
    let folder = manifests();
    let collector = OtlpReceiver::start(Taking::Spans).expect("a receiver");
    let flags = ["--otlp-endpoint", &collector.url()];
    let admin = ["--admin-addr", "127.0.0.1:0"];
    let served = Served::start(folder.path(), &[flags, admin].concat());
    let (status, delivery) = deliver(&served, "app", TOKEN);
    assert_eq!(status, 200);
    let line = logged(&served, &delivery);
    let trace = line["trace_id"].as_str().expect("a trace").to_owned();
    assert_ne!(&PARENT[3..35], trace, "nobody trusts the sender");
    let (_, record) = get(served.admin(), &format!("/v1/deliveries/{delivery}"));
    let record: Value = serde_json::from_str(&record).expect("a record");
    assert_eq!(record["traceId"], trace.as_str());
    let (_, metrics) = get(served.metrics, "/metrics");
    let exemplar = format!("# {{trace_id=\"{trace}\"}}");
    for metric in [
        "bellpull_delivery_duration_seconds_bucket",
        "bellpull_receiver_notification_latency_seconds_bucket",
    ] {
        let is_one = |line: &str| line.starts_with(metric) && line.contains(&exemplar);
        assert!(metrics.lines().any(is_one), "{metric}:\n{metrics}");
    }
    let spans = ended(served, &collector);
    let root = named(&spans, "delivery")[0];
    assert_eq!((&root.trace, root.parent.as_str()), (&trace, ""));
}

#[test]
fn a_trace_tells_the_road_of_a_delivery_and_each_attempt() {
    let folder = manifests();
    let collector = OtlpReceiver::start(Taking::Spans).expect("a receiver");
    let served = Served::start(folder.path(), &["--otlp-endpoint", &collector.url()]);
    let (_, delivery) = deliver(&served, "app", TOKEN);
    let spans = ended(served, &collector);
    let [root] = named(&spans, "delivery")[..] else {
        panic!("not one root in {spans:?}")
    };
    for (key, value) in [
        ("bellpull.delivery", delivery.as_str()),
        ("bellpull.receiver", "default/app"),
        ("bellpull.provider", "github"),
        ("bellpull.outcome", "notified"),
        ("bellpull.targets", "1"),
        ("http.response.status_code", "200"),
        ("client.address", "127.0.0.1"),
    ] {
        let told = root.attributes.get(key).map(String::as_str);
        assert_eq!(told, Some(value), "{key}");
    }
    assert_eq!(root.resource["service.name"], "bellpull");
    let children = spans.iter().filter(|span| span.parent == root.span);
    let mut names: Vec<&str> = children.map(|span| span.name.as_str()).collect();
    names.sort_unstable();
    let steps = "admit attempt authorize notify read resolve select verify";
    assert_eq!(names.join(" "), steps);
    let attempt = named(&spans, "attempt")[0];
    let target = &attempt.attributes["bellpull.target"];
    assert_eq!(target, "GitRepository/default/app");
    assert_eq!(attempt.error, None);
    for secret in [TOKEN, &path("app", TOKEN), "sha256="] {
        let all = collector.all();
        assert!(!all.contains(secret), "{secret} leaves the process");
    }
}

#[test]
fn a_delivery_that_ends_early_has_the_steps_until_then() {
    let folder = manifests();
    let collector = OtlpReceiver::start(Taking::Spans).expect("a receiver");
    let served = Served::start(folder.path(), &["--otlp-endpoint", &collector.url()]);
    assert_eq!(deliver(&served, "app", "forged").0, 401);
    assert_eq!(deliver(&served, "suspended", TOKEN).0, 503);
    request(served.receiver, "POST", "/hook/guess", &[], b"");
    let spans = ended(served, &collector);
    let roots = named(&spans, "delivery");
    let told = |outcome: &str| {
        let root = roots
            .iter()
            .find(|root| root.attributes["bellpull.outcome"] == outcome);
        let root = root.unwrap_or_else(|| panic!("no {outcome} in {spans:?}"));
        let children = spans.iter().filter(|span| span.parent == root.span);
        let names: Vec<String> = children.map(|span| span.name.clone()).collect();
        (names.join(" "), root.error.clone())
    };
    assert_eq!(
        told("unauthenticated"),
        ("admit read verify".to_owned(), None)
    );
    let closed = Some("unavailable".to_owned());
    assert_eq!(told("unavailable"), ("admit".to_owned(), closed));
    assert_eq!(roots.len(), 2, "an unknown path is not traced: {roots:?}");
}

#[test]
fn the_trace_of_a_trusted_sender_is_continued() {
    let folder = manifests();
    let collector = OtlpReceiver::start(Taking::Spans).expect("a receiver");
    let flags = ["--otlp-endpoint", &collector.url(), "--trust-traceparent"];
    let served = Served::start(folder.path(), &flags);
    let (_, delivery) = deliver(&served, "app", TOKEN);
    assert_eq!(logged(&served, &delivery)["trace_id"], &PARENT[3..35]);
    let spans = ended(served, &collector);
    let root = named(&spans, "delivery")[0];
    assert_eq!(
        (root.trace.as_str(), root.parent.as_str()),
        (&PARENT[3..35], &PARENT[36..52])
    );
}

#[test]
fn a_collector_that_takes_nothing_holds_up_no_delivery_and_is_told_of_once() {
    let folder = manifests();
    for taking in [Taking::Nothing, Taking::Refusing] {
        let collector = OtlpReceiver::start(taking).expect("a receiver");
        let flags = ["--otlp-endpoint", &collector.url(), "--unproven-limit=0"];
        let mut served = Served::start(folder.path(), &flags);
        // More spans than may wait: each has four.
        for _ in 0..600 {
            assert_eq!(deliver(&served, "app", "forged").0, 401);
        }
        served.until("asked", || collector.requests() > 0);
        let dropped = |scrape: &str| {
            let line = scrape
                .lines()
                .find(|line| line.contains(r#"result="dropped""#));
            line.is_some_and(|line| !line.ends_with(" 0"))
        };
        if taking == Taking::Nothing {
            served.until("dropping", || {
                deliver(&served, "app", "forged");
                dropped(&get(served.metrics, "/metrics").1)
            });
            served.until_log("spans dropped");
        } else {
            served.until_log("spans lost");
        }
        served.terminate();
        served.wait();
        let log = served.stderr();
        for line in ["spans dropped", "spans lost: "] {
            assert!(log.matches(line).count() <= 1, "{log}");
        }
    }
}

#[test]
fn without_a_collector_nothing_is_traced() {
    let folder = manifests();
    let served = Served::start(folder.path(), &[]);
    let (_, delivery) = deliver(&served, "app", TOKEN);
    assert_eq!(logged(&served, &delivery)["trace_id"], Value::Null);
    let (_, metrics) = get(served.metrics, "/metrics");
    assert!(!metrics.contains("trace"), "{metrics}");
}

#[test]
fn a_collector_that_is_not_there_is_told_of_by_its_reason() {
    let folder = manifests();
    let collector = OtlpReceiver::start(Taking::Spans).expect("a receiver");
    let url = collector.url();
    drop(collector);
    let served = Served::start(folder.path(), &["--otlp-endpoint", &url]);
    assert_eq!(deliver(&served, "app", TOKEN).0, 200);
    served.until_log("spans lost");
    served.until_log("refused");
    assert!(!served.stderr().contains(&url), "{}", served.stderr());
}

#[test]
fn a_url_that_cannot_be_asked_ends_the_start() {
    let folder = manifests();
    let manifests = folder.path().to_str().expect("a path in UTF-8");
    for (url, told) in [
        (
            "grpc://collector:4317",
            "grpc is not a scheme that is asked",
        ),
        ("http://me:hunter2@collector:4318", "user name or password"),
        ("collector", "relative URL"),
    ] {
        let serve = ["serve", "--manifests", manifests, "--otlp-endpoint", url];
        let ports = [
            "--receiver-addr",
            "127.0.0.1:0",
            "--health-addr",
            "127.0.0.1:0",
            "--metrics-addr",
            "127.0.0.1:0",
        ];
        let (code, _, stderr) = said(&run(&[&serve[..], &ports].concat()));
        assert_eq!(code, Some(64), "{url}: {stderr}");
        assert!(
            stderr.contains("--otlp-endpoint") && stderr.contains(told),
            "{stderr}"
        );
        assert!(!stderr.contains("hunter2"), "{stderr}");
    }
}
