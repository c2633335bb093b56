//! Harder variants of every genuine delivery: whoever may send one must neither break a component by
//! it nor make it tell what is not so.

use std::collections::{BTreeMap, BTreeSet};

use bellpull::cases::{self, Case, CaseOutcome, CaseResult};
use bellpull_core::{Bytes, limits};
use bellpull_tests::cases::{Replays, genuine};
use bellpull_tests::variants::{Facts, Variant, of_names, of_shape};
use serde_json::{Value, json};

const CHANGES: &str = "changes";

#[tokio::test(flavor = "multi_thread")]
async fn no_variant_breaks_a_component_or_changes_what_it_tells() {
    let replays = Replays::new().await;
    let mut seen: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let (mut tried, mut wrong) = (0, Vec::new());
    for mut case in genuine() {
        let Ok(body @ Value::Object(_)) = serde_json::from_slice(case.body()) else {
            continue;
        };
        // Some published deliveries are signed by a key that is nobody's here, as their bytes are.
        let plain = replay(&replays, &mut case, &format!("{body} ")).await;
        if plain.outcome != CaseOutcome::Notified {
            continue;
        }
        let facts = facts_of(&plain);
        let kind = facts["kind"].to_string();
        let seen = seen.entry((case.provider.clone(), kind)).or_default();
        let names = names(&case, &facts);
        let named = of_names(&body.to_string(), &facts.to_string(), &names);
        for variant in of_shape(&body, seen).into_iter().chain(named) {
            let got = replay(&replays, &mut case, &variant.body).await;
            if let Some(flaw) = flaw(&case, &facts, &variant, &got) {
                wrong.push(format!("{}: {}: {flaw}", case.name, variant.name));
            }
            tried += 1;
        }
    }
    assert!(tried > 4000, "only {tried} variants were made");
    assert!(
        wrong.is_empty(),
        "{} of {tried}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

async fn replay(replays: &Replays, case: &mut Case, body: &str) -> CaseResult {
    case.replace_body(Bytes::copy_from_slice(body.as_bytes()));
    let run = cases::run(case, &replays.catalog, &replays.network, limits::MAX_BODY);
    run.await.unwrap().0
}

/// Members that say something by being `null` or absent: that a ref is gone, and of which registry a
/// push is.
const SIGNALS: [&str; 2] = ["/push/changes/0/new ", "/repository/repo_full_name "];

/// What is wrong with how a variant ended.
fn flaw(case: &Case, facts: &Value, variant: &Variant, got: &CaseResult) -> Option<String> {
    let reason = got.reason.as_deref().unwrap_or_default();
    match (&variant.facts, got.outcome) {
        (
            _,
            CaseOutcome::Unavailable
            | CaseOutcome::TooLarge
            | CaseOutcome::NotReady
            | CaseOutcome::WrongMethod,
        ) => Some(format!("{} {reason}", got.outcome)),
        // Its signature covers what is varied, and its key is nobody's here.
        (_, CaseOutcome::Unauthenticated) if case.provider == "aws-sns" => None,
        (_, CaseOutcome::Unauthenticated) => Some(format!("unauthenticated {reason}")),
        (Facts::Any, _) => None,
        (Facts::Fewer, _)
            if SIGNALS
                .iter()
                .any(|member| variant.name.starts_with(member)) =>
        {
            None
        }
        (Facts::Fewer, CaseOutcome::Notified) => {
            let got = facts_of(got);
            loses(facts, &got).then(|| format!("of {}, got {}", facts[CHANGES], got[CHANGES]))
        }
        (Facts::Fewer, _) => None,
        (Facts::Renamed { from, to }, CaseOutcome::Notified) => {
            let expected = facts.to_string().replace(from, to);
            let mut expected: Value = serde_json::from_str(&expected).unwrap();
            let got = facts_of(got);
            // A body in which something was hidden does not stand in for the one that filters read.
            let payload = expected["payload"].as_str().unwrap_or_default();
            if got["payload"].is_null() && payload.contains(to) {
                expected.as_object_mut().unwrap().remove("payload");
            }
            differs(&expected, &got).then(|| format!("expected {expected}, got {got}"))
        }
        (Facts::Renamed { .. }, outcome) => Some(format!("{outcome} {reason}")),
    }
}

/// What was told, as of one event.
fn facts_of(replayed: &CaseResult) -> Value {
    match replayed.events().as_slice() {
        [event] => event.clone(),
        events => {
            let changes = events.iter().map(|event| event[CHANGES].as_array());
            let changes: Vec<&Value> = changes.flatten().flatten().collect();
            let kinds: Vec<&Value> = events.iter().map(|event| &event["kind"]).collect();
            json!({"kind": kinds, CHANGES: changes})
        }
    }
}

/// Whether `got` tells something else than `expected`, rather than the same or less.
fn differs(expected: &Value, got: &Value) -> bool {
    let without_changes = |event: &Value| {
        let mut event = event.clone();
        if let Some(members) = event.as_object_mut() {
            members.remove(CHANGES);
        }
        event
    };
    without_changes(expected) != without_changes(got) || loses(expected, got)
}

/// Whether a change that `expected` has is none of those that `got` has, each of which may tell less of
/// it. Where nothing is told, anything may have changed.
fn loses(expected: &Value, got: &Value) -> bool {
    let list = |event: &Value| event[CHANGES].as_array().cloned().unwrap_or_default();
    let told = list(got);
    let is_told = |known: &Value| told.iter().any(|change| is_part(change, known));
    !told.is_empty() && !list(expected).iter().all(is_told)
}

/// Whether all that one change tells, another tells too.
fn is_part(change: &Value, whole: &Value) -> bool {
    let members = change.as_object().expect("a change");
    let known = |(name, value): (&String, &Value)| match name.as_str() {
        "repositories" => {
            let known = whole[name].as_array().cloned().unwrap_or_default();
            let told = value.as_array().cloned().unwrap_or_default();
            told.iter().all(|repository| known.contains(repository))
        }
        "deleted" => *value == Value::Bool(false) || whole[name] == *value,
        "paths" => value["known"] != "complete" || whole[name] == *value,
        _ => whole[name] == *value,
    };
    members.iter().all(known)
}

/// Other names for what the event tells of: as after a rename, with each credential of the Receiver
/// inside, and of a host of one label.
fn names(case: &Case, facts: &Value) -> Vec<(String, String)> {
    let secret = case.secret().data;
    let credentials: Vec<&str> = secret
        .values()
        .filter_map(|value| std::str::from_utf8(value.expose()).ok())
        .filter(|value| is_name(value))
        .collect();
    let elsewhere =
        ["kind", "action", "deliveryId", "signedAt"].map(|name| facts[name].to_string());
    let mut names = Vec::new();
    for change in facts["changes"].as_array().into_iter().flatten() {
        let text = |name: &str| change[name].as_str();
        let repository = change["repositories"][0].as_str();
        let last = repository
            .and_then(|url| url.trim_end_matches(".git").rsplit(['/', ':']).next())
            .filter(|name| is_name(name));
        let short = text("ref").and_then(|name| name.splitn(3, '/').nth(2));
        for name in [last, short, text("tag")].into_iter().flatten() {
            names.push((name.to_owned(), format!("renamed-{name}")));
            let inside = credentials.iter().map(|value| format!("{name}-{value}"));
            names.extend(inside.map(|inside| (name.to_owned(), inside)));
        }
        let host = repository.and_then(|url| {
            let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
            rest.split(['/', ':']).next()
        });
        if let Some(host) = host.filter(|host| host.contains('.')) {
            names.push((host.to_owned(), "localhost".to_owned()));
        }
    }
    // What stands elsewhere in the event as well may come from a header, which stays; `v1` is a tag,
    // and a part of many an address.
    names.retain(|(name, _)| {
        name.len() > 2 && !elsewhere.iter().any(|text| text.contains(name.as_str()))
    });
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether a text can be part of a name of anything: in lower case, as registries write theirs.
fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() > 2 && text.bytes().all(fits)
}
