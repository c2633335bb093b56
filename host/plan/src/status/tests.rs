use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::Reason;
use bellpull_core::ReceiverId;

const NOW: &str = "2026-02-01T00:00:00Z";
const EARLIER: &str = "2026-01-01T00:00:00Z";

fn state(reason: Reason, message: &str) -> ReceiverState {
    ReceiverState {
        id: ReceiverId::new("apps", "a"),
        generation: Some(2),
        settled: true,
        provider: "github".into(),
        provider_version: None,
        authentication: None,
        own_key: false,
        client_certificate: false,
        events: Vec::new(),
        interval: None,
        paths: vec![Arc::from("/hook/1")],
        ready: reason == Reason::Succeeded,
        reason,
        message: message.into(),
        warnings: Vec::new(),
        extensions: Extensions::default(),
    }
}

fn ready() -> ReceiverState {
    state(Reason::Succeeded, "Receiver initialized for path: /hook/1")
}

fn observed(status: Value) -> Observed {
    Observed {
        generation: Some(2),
        requested_at: None,
        status: serde_json::from_value(status).unwrap(),
    }
}

fn condition(kind: &str, status: &str, reason: &str, message: &str, since: &str) -> Value {
    json!({
        "type": kind, "status": status, "reason": reason, "message": message,
        "observedGeneration": 2, "lastTransitionTime": since,
    })
}

fn written(observed: &Observed, state: &ReceiverState) -> Option<(Value, Option<Announcement>)> {
    let report = report(observed, state, "10m0s", NOW.parse().unwrap())?;
    Some((
        serde_json::to_value(report.status).unwrap(),
        report.announcement,
    ))
}

fn ready_condition(since: &str) -> Value {
    let message = "Receiver initialized for path: /hook/1";
    condition("Ready", "True", "Succeeded", message, since)
}

fn ready_status(since: &str) -> Value {
    json!({
        "conditions": [ready_condition(since)], "observedGeneration": 2, "webhookPath": "/hook/1",
    })
}

#[test]
fn a_new_receiver_becomes_ready_by_one_write() {
    let new = observed(json!({"observedGeneration": -1}));
    let (status, announcement) = written(&new, &ready()).unwrap();
    assert_eq!(status, ready_status(NOW));
    let expected = Announcement {
        warning: false,
        reason: "Succeeded",
        message: "Reconciliation finished, next run in 10m0s".into(),
    };
    assert_eq!(announcement, Some(expected));
    assert_eq!(written(&observed(status), &ready()), None, "written once");
}

#[test]
fn a_missing_secret_is_retried() {
    let (status, announcement) = written(
        &observed(ready_status(EARLIER)),
        &state(Reason::TokenNotFound, "unable to read token"),
    )
    .unwrap();
    let in_progress = "Reconciliation in progress";
    assert_eq!(
        status,
        json!({
            "conditions": [
                condition("Ready", "False", "TokenNotFound", "unable to read token", NOW),
                condition("Reconciling", "True", "ProgressingWithRetry", in_progress, NOW),
            ],
            "observedGeneration": 2,
        })
    );
    let announcement = announcement.unwrap();
    assert_eq!(
        (announcement.warning, announcement.reason),
        (true, "Failed")
    );
}

#[test]
fn what_is_wrong_stalls_and_keeps_the_path() {
    let wrong = state(Reason::ValidationFailed, "spec.events: unknown");
    let (status, announcement) = written(&observed(ready_status(EARLIER)), &wrong).unwrap();
    let message =
        "Reconciliation failed terminally due to configuration error: spec.events: unknown";
    assert_eq!(
        status,
        json!({
            "conditions": [
                condition("Ready", "False", "ValidationFailed", message, NOW),
                condition("Stalled", "True", "ValidationFailed", message, NOW),
            ],
            "observedGeneration": 2, "webhookPath": "/hook/1",
        })
    );
    assert_eq!(announcement.unwrap().reason, "ValidationFailed");
    let (status, _) = written(&observed(status), &ready()).unwrap();
    assert_eq!(status, ready_status(NOW), "Stalled is removed");
}

#[test]
fn nothing_is_said_of_a_suspended_receiver_but_what_was_requested() {
    let suspended = state(Reason::Suspended, "spec.suspend is true");
    let mut seen = observed(json!({"observedGeneration": -1}));
    assert_eq!(written(&seen, &suspended), None);
    seen.requested_at = Some("now".into());
    let (status, announcement) = written(&seen, &suspended).unwrap();
    let expected = json!({"observedGeneration": -1, "lastHandledReconcileAt": "now"});
    assert_eq!((status, announcement), (expected, None));
}

#[test]
fn a_retry_that_rests_is_of_the_generation_that_was_seen() {
    let failing = condition(
        "Ready",
        "False",
        "TokenNotFound",
        "unable to read token",
        EARLIER,
    );
    let retrying = |generation: i64| {
        let in_progress = "Reconciliation in progress";
        let mut retrying = condition(
            "Reconciling",
            "True",
            "ProgressingWithRetry",
            in_progress,
            EARLIER,
        );
        retrying["observedGeneration"] = json!(generation);
        retrying
    };
    let before = json!({"conditions": [failing, retrying(1)], "observedGeneration": -1});
    let suspended = state(Reason::Suspended, "spec.suspend is true");
    let (status, announcement) = written(&observed(before), &suspended).unwrap();
    let expected = json!({"conditions": [failing, retrying(2)], "observedGeneration": -1});
    assert_eq!((&status, announcement), (&expected, None));
    assert_eq!(written(&observed(status), &suspended), None, "written once");
}

#[test]
fn foreign_conditions_stay() {
    let foreign = condition("example.org/Seen", "Unknown", "Maybe", "", EARLIER);
    let before = json!({"conditions": [foreign, ready_condition(EARLIER)]});
    let (status, announcement) = written(&observed(before), &ready()).unwrap();
    assert_eq!(
        status["conditions"],
        json!([foreign, ready_condition(EARLIER)])
    );
    assert_eq!(announcement, None, "Ready says what it said");
}

#[test]
fn nothing_is_written_of_what_is_not_settled_or_of_another_generation() {
    let new = observed(json!({}));
    let unsettled = ReceiverState {
        settled: false,
        ..ready()
    };
    let older = ReceiverState {
        generation: Some(1),
        ..ready()
    };
    for state in [unsettled, older] {
        assert_eq!(written(&new, &state), None, "{state:?}");
    }
}

#[test]
fn fields_that_flux_would_drop_are_remembered_for_their_generation() {
    let cases = [
        (true, false, "Config"),
        (false, true, "MatchEvent"),
        (true, true, "ConfigAndMatchEvent"),
    ];
    for (config, match_event, reason) in cases {
        let extensions = Extensions {
            config,
            match_event,
            others: false,
        };
        let state = ReceiverState {
            extensions,
            ..ready()
        };
        let (status, _) = written(&observed(json!({})), &state).unwrap();
        assert_eq!(status["conditions"][1]["reason"], reason);
        let status: ReceiverStatus = serde_json::from_value(status).unwrap();
        assert_eq!(Extensions::remembered(&status, Some(2)), extensions);
        let later = Extensions::remembered(&status, Some(3));
        assert_eq!(later, Extensions::default(), "{reason}");
    }
}

#[test]
fn what_a_newer_version_has_remembered_stays() {
    let newer = json!({
        "type": "bellpull.dev/ExtendedFields", "status": "True", "observedGeneration": 2,
        "lastTransitionTime": "2026-01-01T00:00:00Z", "reason": "ConfigAndQuorum",
        "message": "uses spec.config and spec.quorum",
    });
    let before = observed(json!({"conditions": [newer]}));
    let status: ReceiverStatus = serde_json::from_value(json!({"conditions": [newer]})).unwrap();
    let extensions = Extensions::remembered(&status, Some(2));
    let expected = Extensions {
        config: true,
        match_event: false,
        others: true,
    };
    assert_eq!(extensions, expected);
    let state = ReceiverState {
        extensions,
        ..ready()
    };
    let (status, _) = written(&before, &state).unwrap();
    let conditions = status["conditions"].as_array().unwrap();
    let memory = conditions.iter().find(|one| one["type"] == newer["type"]);
    assert_eq!(memory, Some(&newer));
}
