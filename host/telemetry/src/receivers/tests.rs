use bellpull_core::limits;
use prometheus_client::encoding::text::encode;

use super::*;

fn receivers(count: usize) -> Vec<ReceiverId> {
    (0..count)
        .map(|n| ReceiverId::new("team", format!("r{n:05}")))
        .collect()
}

fn scraped(metrics: &ReceiverMetrics) -> String {
    let mut registry = Registry::default();
    metrics.register(&mut registry);
    let mut page = String::new();
    encode(&mut page, &registry).unwrap();
    page
}

/// The lines of a page that begin with `name` and hold `labels`.
fn lines<'p>(page: &'p str, name: &str, labels: &str) -> Vec<&'p str> {
    page.lines()
        .filter(|line| line.starts_with(name) && line.contains(labels))
        .collect()
}

#[test]
fn a_receiver_has_a_series_for_each_outcome_that_occurred() {
    let metrics = ReceiverMetrics::default();
    let all = receivers(2);
    metrics.follow(all.iter());
    for outcome in [
        OutcomeKind::Notified,
        OutcomeKind::Notified,
        OutcomeKind::Unauthenticated,
    ] {
        metrics.delivered(&all[0], outcome);
    }
    metrics.delivered(&all[1], OutcomeKind::Failed);
    let page = scraped(&metrics);
    let name = "bellpull_receiver_deliveries_total{";
    let expected = [
        r#"bellpull_receiver_deliveries_total{namespace="team",receiver="r00000",outcome="notified"} 2"#,
        r#"bellpull_receiver_deliveries_total{namespace="team",receiver="r00000",outcome="unauthenticated"} 1"#,
        r#"bellpull_receiver_deliveries_total{namespace="team",receiver="r00001",outcome="failed"} 1"#,
    ];
    assert_eq!(lines(&page, name, ""), expected, "{page}");
}

#[test]
fn only_a_delivery_that_succeeded_has_a_time_of_success() {
    let metrics = ReceiverMetrics::default();
    let all = receivers(2);
    metrics.follow(all.iter());
    let before = Timestamp::now().as_second();
    metrics.delivered(&all[0], OutcomeKind::Ignored);
    metrics.delivered(&all[1], OutcomeKind::Unauthenticated);
    let page = scraped(&metrics);
    let name = "bellpull_receiver_last_success_timestamp_seconds{";
    let [line] = lines(&page, name, "")[..] else {
        panic!("not one line in\n{page}")
    };
    assert!(line.contains("r00000"), "{line}");
    let (_, seconds) = line.rsplit_once(' ').unwrap();
    let seconds: f64 = seconds.parse().unwrap();
    assert!(seconds as i64 >= before, "{line}, not before {before}");
}

#[test]
fn a_receiver_that_is_gone_leaves_nothing_and_the_others_count_on() {
    let metrics = ReceiverMetrics::default();
    let all = receivers(2);
    metrics.follow(all.iter());
    for receiver in &all {
        metrics.delivered(receiver, OutcomeKind::Notified);
    }
    metrics.follow(all[1..].iter());
    // One that was on its way when its Receiver was deleted.
    metrics.delivered(&all[0], OutcomeKind::Notified);
    metrics.delivered(&all[1], OutcomeKind::Notified);
    let page = scraped(&metrics);
    assert_eq!(lines(&page, "bellpull", "r00000"), [""; 0], "{page}");
    let counted = lines(&page, "bellpull_receiver_deliveries_total", "r00001");
    assert!(counted[0].ends_with(" 2"), "{counted:?}");
    metrics.follow(all.iter());
    let page = scraped(&metrics);
    let counted = lines(&page, "bellpull_receiver_deliveries_total", "r00000");
    assert_eq!(counted, [""; 0], "it counts from the beginning:\n{page}");
}

#[test]
fn receivers_beyond_the_bound_share_one_series() {
    let metrics = ReceiverMetrics::default();
    let all = receivers(limits::RECEIVER_SERIES + 3);
    metrics.follow(all.iter());
    for receiver in &all {
        metrics.delivered(receiver, OutcomeKind::Notified);
    }
    let page = scraped(&metrics);
    let name = "bellpull_receiver_deliveries_total{";
    let own = lines(&page, name, r#"namespace="team""#);
    assert_eq!(own.len(), limits::RECEIVER_SERIES);
    let shared = lines(&page, name, r#"namespace="*",receiver="*""#);
    assert_eq!(shared.len(), 1);
    assert!(shared[0].ends_with(" 3"), "{shared:?}");
    // The room of one that goes is for another.
    metrics.follow(all[3..].iter());
    let page = scraped(&metrics);
    assert_eq!(lines(&page, name, r#"namespace="*""#), [""; 0]);
}
