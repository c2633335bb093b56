use super::*;
use crate::need::Need;
use crate::types::{TYPES, Type};

/// An event of the type, with all that any type requires, in the words of 0.4.
fn whole(kind: &str, version: &str, subject: &str) -> Vec<(&'static str, Value)> {
    let text = |text: &str| Value::Text(text.into());
    let mut members = vec![
        ("/context/version", text(version)),
        ("/context/id", text("271069a8")),
        ("/context/source", text("/event/source/123")),
        ("/context/type", text(kind)),
        ("/context/timestamp", text("2023-03-20T14:27:05.315384Z")),
        ("/subject/id", text("42")),
        ("/subject/type", text(subject)),
        ("/subject/content", Value::Json("{}".into())),
        (member::OUTCOME, text("pass")),
        (member::OUTPUT_TYPE, text("report")),
        (member::ARTIFACT, text("pkg:oci/app")),
    ];
    for pointer in [
        member::ENVIRONMENT,
        member::CHANGE,
        member::SIGNATURE,
        member::TICKET,
        member::PIPELINE,
        member::NAME,
        member::FORMAT,
        member::URI,
        member::URL,
        member::SUMMARY,
        member::CREATOR,
        member::RESOLUTION,
    ] {
        members.push((pointer, text("x")));
    }
    members
}

fn selection(members: &[(&'static str, Value)]) -> Selection {
    let answers = members.iter().cloned();
    answers
        .map(|(pointer, value)| (pointer, vec![value]))
        .collect()
}

fn without(members: &[(&'static str, Value)], pointer: &str) -> Selection {
    let kept: Vec<_> = members
        .iter()
        .filter(|(asked, _)| *asked != pointer)
        .cloned()
        .collect();
    selection(&kept)
}

fn with(members: &[(&'static str, Value)], pointer: &'static str, value: Value) -> Selection {
    let mut payload = without(members, pointer);
    payload.extend([(pointer, vec![value])]);
    payload
}

fn reason(payload: &Selection) -> Option<String> {
    match check(payload, &[Spec::V0_4]) {
        Ok(_) => None,
        Err(Refusal::Malformed(reason)) => Some(reason),
        Err(other) => panic!("{other:?}"),
    }
}

fn full(kind: &Type, spec: Spec) -> String {
    ["dev.cdevents.", kind.name, ".", kind.version(spec).unwrap()].concat()
}

#[test]
fn takes_every_type_of_the_version() {
    for kind in TYPES {
        let members = whole(&full(kind, Spec::V0_4), "0.4.1", kind.subject);
        let payload = selection(&members);
        let checked = check(&payload, &[Spec::V0_4]).unwrap();
        assert_eq!(checked.name, kind.name);
        assert_eq!(checked.unversioned, ["dev.cdevents.", kind.name].concat());
    }
}

#[test]
fn every_member_that_is_required_is_asked_for() {
    let always = [
        "/context/id",
        "/context/source",
        "/context/timestamp",
        "/context/version",
    ];
    for kind in TYPES {
        let members = whole(&full(kind, Spec::V0_4), "0.4.1", kind.subject);
        let mut required = vec!["/subject/id", "/subject/type"];
        required.extend(always);
        required.extend(kind.needs.iter().map(|need| match need {
            Need::Text(pointer) | Need::Purl(pointer) => pointer,
            Need::Url => member::URL,
            Need::Outcome => member::OUTCOME,
            Need::OutputType => member::OUTPUT_TYPE,
        }));
        for pointer in required {
            let payload = without(&members, pointer);
            assert!(reason(&payload).is_some(), "{}: {pointer}", kind.name);
        }
    }
}

#[test]
fn versions_do_not_mix() {
    let members = |version| whole("dev.cdevents.change.merged.0.2.0", version, "change");
    for version in ["0.4.0", "0.3.0", "0.5.1", "draft"] {
        assert_eq!(reason(&selection(&members(version))), None, "{version}");
    }
    let older = |version| whole("dev.cdevents.change.merged.0.1.2", version, "change");
    assert!(reason(&selection(&older("0.3.0"))).is_some());
    let both = [Spec::V0_4, Spec::V0_3];
    assert!(check(&selection(&older("0.3.0")), &both).is_ok());
    for version in ["0.4.1", "0.3", "0.30.1", "1.0.3.0"] {
        assert!(
            check(&selection(&older(version)), &both).is_err(),
            "{version}"
        );
    }
}

#[test]
fn the_newest_version_words_some_members_otherwise() {
    let mut members = whole("dev.cdevents.testsuiterun.finished.0.3.0", "", "");
    members.push(("/context/specversion", Value::Text("0.5.1".into())));
    let outcome = |word: &str| {
        let payload = with(&members, member::OUTCOME, Value::Text(word.into()));
        check(&payload, &[Spec::V0_5]).is_ok()
    };
    assert!(outcome("success"));
    assert!(!outcome("pass"));
    let mut members = whole("dev.cdevents.repository.created.0.3.0", "", "");
    members.push(("/context/specversion", Value::Text("0.5.1".into())));
    assert!(check(&without(&members, member::URL), &[Spec::V0_5]).is_ok());
    assert!(check(&without(&members, member::URI), &[Spec::V0_5]).is_err());
}

#[test]
fn content_of_which_nothing_is_needed_may_be_left_out() {
    let members = whole("dev.cdevents.change.merged.0.2.0", "0.4.1", "change");
    for value in [Value::Missing, Value::Null, Value::Json("{}".into())] {
        assert_eq!(reason(&with(&members, CONTENT, value)), None);
    }
    for value in [Value::Json("[]".into()), Value::Text("{}".into())] {
        assert!(reason(&with(&members, CONTENT, value)).is_some());
    }
}

#[test]
fn says_which_member_is_at_fault() {
    let members = whole("dev.cdevents.service.deployed.0.2.0", "0.4.1", "service");
    for (pointer, value, expected) in [
        (
            "/context/id",
            Value::Text(String::new()),
            "context.id is missing",
        ),
        (
            "/context/id",
            Value::Number("7".into()),
            "context.id is missing",
        ),
        (
            "/context/timestamp",
            Value::Text("yesterday".into()),
            "context.timestamp is no date",
        ),
        (
            "/subject/type",
            Value::Text("change".into()),
            "subject.type is not",
        ),
        (
            "/subject/content",
            Value::Json("[]".into()),
            "subject.content is not an object",
        ),
        (
            "/subject/content",
            Value::Text("{}".into()),
            "subject.content is not an object",
        ),
        (
            member::ARTIFACT,
            Value::Text("app:v1".into()),
            "subject.content.artifactId is no package",
        ),
        (
            "/context/type",
            Value::Text("dev.cdevents.a.b.0.1.0".into()),
            "context.type is no type",
        ),
    ] {
        let found = reason(&with(&members, pointer, value)).unwrap_or_default();
        assert!(found.starts_with(expected), "{found}");
    }
}

#[test]
fn custom_events_name_their_tool() {
    let of = |kind: &str| {
        let members = whole(kind, "0.4.1", "flux-app");
        reason(&selection(&members)).is_none()
    };
    assert!(of("dev.cdeventsx.flux-app.synced.0.1.0"));
    for kind in [
        "dev.cdeventsx.app.synced.0.1.0",
        "dev.cdeventsx.-app.synced.0.1.0",
        "dev.cdeventsx.flux-.synced.0.1.0",
        "dev.cdeventsx.flux-app.synced",
        "dev.cdeventsx.flux-app.synced.0.1",
        "dev.cdeventsx.flux-app.syn ced.0.1.0",
        "dev.cdeventsx.flux-app.synced.0.1.x",
        "dev.cdeventsx.flux-app.synced.0.10.0",
        "dev.cdeventsx.flux-app.synced.v0.1.0",
        "dev.cdeventsy.flux-app.synced.0.1.0",
        "",
    ] {
        assert!(!of(kind), "{kind}");
    }
    let of_another_version = whole("dev.cdeventsx.flux-app.synced.0.1.0", "0.3.0", "flux-app");
    assert_eq!(reason(&selection(&of_another_version)), None);
    assert!(check(&selection(&of_another_version), &[Spec::V0_3, Spec::V0_5]).is_err());
    let empty = without(&of_another_version, CONTENT);
    assert_eq!(reason(&empty), None, "what is not answered is not judged");
    let null = with(&of_another_version, CONTENT, Value::Null);
    assert!(reason(&null).is_some());
    let misnamed = whole("dev.cdeventsx.flux-app.synced.0.1.0", "0.4.1", "app");
    let found = reason(&selection(&misnamed)).unwrap_or_default();
    assert!(found.starts_with("subject.type"), "{found}");
    let mut newest = whole("dev.cdeventsx.flux-app.synced.0.1.0", "", "");
    newest.push(("/context/specversion", Value::Text("0.5.1".into())));
    assert!(check(&selection(&newest), &Spec::ALL).is_ok());
}

#[test]
fn knows_a_date_and_time() {
    for text in [
        "2023-03-20T14:27:05Z",
        "2023-03-20t14:27:05.315384z",
        "2023-03-20T14:27:05+01:00",
        "2023-03-20T14:27:05.5-00:30",
    ] {
        assert!(is_date_time(text), "{text}");
    }
    for text in [
        "",
        "2023-03-20",
        "2023-03-20T14:27:05",
        "2023-03-20 14:27:05Z",
        "2023-03-20T14:27:05.Z",
        "2023-03-20T14:27:05+0100",
        "2023-03-20T14:27:05Zulu",
        "20230320T142705Z0000000",
        "1679322425",
    ] {
        assert!(!is_date_time(text), "{text}");
    }
}

#[test]
fn every_pointer_fits_one_question() {
    assert!(POINTERS.len() <= 64);
}
