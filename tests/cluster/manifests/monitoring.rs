//! The rules and the dashboard of `examples/kubernetes/monitoring` ask for metrics and labels that there are.

use std::collections::{BTreeMap, BTreeSet};

use bellpull_house::metrics::{registered, series};
use bellpull_house::root;
use bellpull_tests::prometheus::{AskedSeries, asked_by};
use serde_json::Value;

use super::read;

/// Labels that a scrape adds, and that of the buckets of histograms.
const OF_THE_SCRAPE: [&str; 2] = ["pod", "le"];

/// Every name of a series, with the labels of its row in host/README.md.
fn known() -> BTreeMap<String, BTreeSet<String>> {
    let page = std::fs::read_to_string(root().join("host/README.md")).expect("a page");
    let mut labels = BTreeMap::new();
    for line in page.lines().filter(|line| line.starts_with("| `bellpull_")) {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let name = cells.next().expect("a name").trim_matches('`');
        let told = cells.next().expect("labels").split(", ");
        let told = told.map(|label| label.trim_matches('`').to_owned());
        labels.insert(name.to_owned(), told.collect::<BTreeSet<_>>());
    }
    let mut known = BTreeMap::new();
    for (name, kind) in registered() {
        let units = ["_seconds", "_bytes"].map(|unit| name.strip_suffix(unit));
        let mut rows = units.into_iter().flatten().chain([name.as_str()]);
        let labels = rows.find_map(|row| labels.get(row));
        let labels = labels.unwrap_or_else(|| panic!("{name} has no row"));
        for series in series(&name, kind) {
            known.insert(series, labels.clone());
        }
    }
    known
}

/// The queries of the alerts and of the dashboard, each with where it stands.
fn queries() -> Vec<(String, String)> {
    let rules: Value = serde_saphyr::from_str(&read("monitoring/rules.yaml")).expect("YAML");
    let mut queries = Vec::new();
    for group in rules["spec"]["groups"].as_array().expect("groups") {
        for rule in group["rules"].as_array().expect("rules") {
            let query = rule["expr"].as_str().expect("a query").to_owned();
            queries.push((rule["alert"].to_string(), query));
        }
    }
    let dashboard = read("monitoring/dashboard.json");
    let dashboard: Value = serde_json::from_str(&dashboard).expect("JSON");
    for panel in dashboard["panels"].as_array().expect("panels") {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let query = target["expr"].as_str().expect("a query");
            let query = query.replace("$__rate_interval", "5m");
            queries.push((panel["title"].to_string(), query));
        }
    }
    // label_values(metric, label)
    for variable in dashboard["templating"]["list"]
        .as_array()
        .expect("variables")
    {
        let query = variable["query"].as_str().expect("a query");
        let asked = query.strip_prefix("label_values(");
        if let Some((metric, label)) = asked.and_then(|asked| asked.rsplit_once(", ")) {
            let label = label.trim_end_matches(')');
            let query = format!("count by ({label}) ({metric})");
            queries.push((variable["name"].to_string(), query));
        }
    }
    queries
}

/// What a query names and there is not.
fn missing(asked: &AskedSeries, known: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut missing = Vec::new();
    let mut labels = BTreeSet::from(OF_THE_SCRAPE);
    for selector in &asked.selectors {
        let metric = &selector.metric;
        let Some(own) = known.get(metric) else {
            missing.push(format!("the metric {metric}"));
            continue;
        };
        labels.extend(own.iter().map(String::as_str));
        let unknown = selector.labels.iter().filter(|label| !own.contains(*label));
        missing.extend(unknown.map(|label| format!("the label {label} of {metric}")));
    }
    let grouping = asked.grouping.iter();
    let unknown = grouping.filter(|label| !labels.contains(label.as_str()));
    missing.extend(unknown.map(|label| format!("the label {label}")));
    missing
}

#[test]
fn alerts_and_dashboards_ask_for_metrics_and_labels_that_there_are() {
    let known = known();
    let (places, queries): (Vec<_>, Vec<_>) = queries().into_iter().unzip();
    assert!(queries.len() > 30, "they are found: {queries:?}");
    let asked = asked_by(&queries).expect("a parser");
    assert_eq!(asked.len(), queries.len());
    for (asked, (place, query)) in asked.iter().zip(places.iter().zip(&queries)) {
        assert_eq!(asked.error, "", "{place}: {query}");
        assert!(!asked.selectors.is_empty(), "{place}: {query}");
        let missing = missing(asked, &known);
        assert!(
            missing.is_empty(),
            "{place}: {query}: there is not {missing:?}"
        );
    }
}

#[test]
fn a_query_for_what_there_is_not_is_found() {
    let known = known();
    for (query, expected) in [
        ("bellpull_leader", None),
        ("bellpull_nothing > 0", Some("the metric bellpull_nothing")),
        (
            "rate(bellpull_leader_total[5m])",
            Some("the metric bellpull_leader_total"),
        ),
        (
            "bellpull_leader{pod=\"a\", provider=\"b\"}",
            Some("the label pod of bellpull_leader"),
        ),
        (
            "sum by (provider) (bellpull_leader)",
            Some("the label provider"),
        ),
    ] {
        let asked = asked_by(&[query.to_owned()]).expect("a parser");
        let missing = missing(&asked[0], &known);
        assert_eq!(missing.first().map(String::as_str), expected, "{query}");
    }
}

#[test]
fn metrics_are_known_by_their_names_at_prometheus() {
    let known = known();
    for name in [
        "bellpull_deliveries_total",
        "bellpull_receiver_deliveries_total",
        "bellpull_delivery_duration_seconds_bucket",
        "bellpull_receiver_notification_latency_seconds_sum",
        "bellpull_bodies_in_flight_bytes",
        "bellpull_leader",
    ] {
        assert!(known.contains_key(name), "{name}");
    }
    for name in ["bellpull_deliveries", "bellpull_leader_total"] {
        assert!(!known.contains_key(name), "{name}");
    }
}
