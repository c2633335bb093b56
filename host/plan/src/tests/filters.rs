use serde_json::json;

use super::*;
use bellpull_core::limits;
use fake::LARGE;

/// One Receiver with these filters: of every resource, and of the second one.
fn filtered(every: &str, own: &str) -> ReceiverObject {
    receiver(
        "a",
        json!({
            "resourceFilter": every,
            "resources": [
                {"kind": "GitRepository", "name": "a"},
                {"kind": "GitRepository", "name": "b", "filter": own},
            ],
        }),
    )
}

#[tokio::test]
async fn a_filter_that_does_not_compile_closes_its_receiver() {
    let of_second = "invalid filter expression for resources[1] (kind=\"GitRepository\", \
                     name=\"b\"): it is wrong";
    let cases = [
        ("right", "right", None),
        ("", "", None),
        (
            "wrong",
            "right",
            Some("invalid resourceFilter expression: it is wrong"),
        ),
        ("right", "wrong", Some(of_second)),
    ];
    for (every, own, message) in cases {
        let fake = Fake::new();
        let objects = objects(&[filtered(every, own)], &TOKEN);
        let plan = Planner::new().plan(&objects, &fake, &fake).await;
        let state = &plan.receivers[0];
        let said = (!state.ready).then_some((state.reason.as_str(), state.message.as_str()));
        let expected = message.map(|message| ("InvalidCELExpression", message));
        assert_eq!(said, expected, "{every:?} {own:?}");
    }
}

#[tokio::test]
async fn a_filter_is_compiled_once_for_each_version_of_its_receiver() {
    let (fake, mut planner) = (Fake::new(), Planner::new());
    let mut some = objects(&[filtered("right", "right")], &TOKEN);
    planner.plan(&some, &fake, &fake).await;
    some.secrets.clear();
    planner.plan(&some, &fake, &fake).await;
    assert_eq!(fake.compiled(), 2, "another Secret");
    let changed = objects(&[filtered("right", "another")], &TOKEN);
    planner.plan(&changed, &fake, &fake).await;
    assert_eq!(fake.compiled(), 4, "another spec");
}

#[tokio::test]
async fn a_field_that_an_annotation_stands_in_for_is_not_missed() {
    let used = Extensions {
        match_event: true,
        ..Extensions::default()
    };
    let metadata = Metadata {
        name: "a".into(),
        annotations: [(bellpull_api::MATCH_EVENT_ANNOTATION.into(), "true".into())].into(),
        ..Metadata::default()
    };
    let object = ReceiverObject {
        generation: Some(1),
        remembered: used,
        ..ReceiverObject::new(&metadata, filtered("", "").spec)
    };
    let fake = Fake::new();
    let plan = Planner::new()
        .plan(&objects(&[object], &TOKEN), &fake, &fake)
        .await;
    assert_eq!(answers(&plan, &path("a", "first")), "serving");
}

#[tokio::test]
async fn expressions_that_find_no_room_are_compiled_when_there_is_some() {
    let (fake, mut planner) = (Fake::new(), Planner::new());
    let some = objects(&[filtered("large", "right")], &TOKEN);
    let mut seen = Vec::new();
    for room in [0, 0, LARGE] {
        fake.room.store(room, std::sync::atomic::Ordering::Relaxed);
        let plan = planner.plan(&some, &fake, &fake).await;
        seen.push((plan.receivers[0].reason.as_str(), fake.compiled()));
    }
    let closed = ("NoRoomForExpressions", 1);
    assert_eq!(seen, [closed, closed, ("Succeeded", 3)]);
}

#[tokio::test]
async fn the_expressions_of_a_receiver_are_bounded_as_text_that_is_written_once() {
    let long = |letter: &str| letter.repeat(limits::EXPRESSIONS / 2 + 1);
    let cases = [
        (long("a"), long("a"), None),
        (long("a"), long("b"), Some("InvalidCELExpression")),
    ];
    for (every, own, expected) in cases {
        let fake = Fake::new();
        let objects = objects(&[filtered(&every, &own)], &TOKEN);
        let plan = Planner::new().plan(&objects, &fake, &fake).await;
        let state = &plan.receivers[0];
        let said = (!state.ready).then_some(state.reason.as_str());
        assert_eq!(said, expected, "{}", state.message);
    }
}
