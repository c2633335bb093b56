use super::*;

const URL: &str = "https://git.example.com/octo/app.git";
const COMMIT: &str = "178864a7d521b6f5e720b386b2c2b0ef8563e0dc";

fn phase(name: &str) -> Selection {
    Selection::from([
        ("/build/phase", name),
        ("/build/status", "SUCCESS"),
        (NOTIFICATION[0], URL),
        (NOTIFICATION[1], "origin/main"),
        (NOTIFICATION[2], COMMIT),
    ])
}

fn cloud_event(id: Option<&str>) -> Headers {
    Headers {
        cloud_event_type: Some("org.jenkinsci.job.completed".into()),
        cloud_event_id: id.map(String::from),
        ..Headers::default()
    }
}

fn git(event: &Event) -> &GitChange {
    match event.changes.as_slice() {
        [Change::Git(change)] => change,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_build_says_what_was_built() {
    let event = of(&Headers::default(), &phase("FINALIZED")).unwrap();
    assert_eq!(event.kind, "FINALIZED");
    assert_eq!(event.action.as_deref(), Some("SUCCESS"));
    assert_eq!(git(&event).repositories, [URL]);
    assert_eq!(git(&event).ref_.as_deref(), Some("refs/heads/main"));
    assert_eq!(git(&event).after.as_deref(), Some(COMMIT));
}

#[test]
fn what_is_known_without_the_repository_is_told() {
    let payload = Selection::from([("/build/phase", "STARTED"), (NOTIFICATION[2], COMMIT)]);
    let event = of(&Headers::default(), &payload).unwrap();
    assert!(git(&event).repositories.is_empty());
    assert_eq!(git(&event).after.as_deref(), Some(COMMIT));
}

#[test]
fn a_build_of_nothing_has_no_change() {
    let payload = Selection::from([("/build/phase", "STARTED"), (NOTIFICATION[1], "HEAD")]);
    assert!(
        of(&Headers::default(), &payload)
            .unwrap()
            .changes
            .is_empty()
    );
}

#[test]
fn a_cloud_event_has_its_name_in_a_header() {
    let payload = Selection::from([(CLOUD_EVENT[0], URL), (CLOUD_EVENT[1], "origin/dev")]);
    let sent = cloud_event(Some("42"));
    let event = of(&sent, &payload).unwrap();
    assert_eq!(event.kind, "org.jenkinsci.job.completed");
    assert_eq!(id(&sent, &payload).as_deref(), Some("42"));
    assert_eq!(git(&event).ref_.as_deref(), Some("refs/heads/dev"));
    assert!(of(&cloud_event(None), &payload).is_err());
    assert!(of(&cloud_event(Some("")), &payload).is_err());
}

#[test]
fn the_other_plugins_name_their_event_alone() {
    let generic = Headers {
        generic_event_type: Some("deployed".into()),
        ..Headers::default()
    };
    let payload = Selection::from([("/type", "deployed"), ("/id", "7")]);
    let event = of(&generic, &payload).unwrap();
    assert_eq!(event.kind, "deployed");
    assert_eq!(id(&generic, &payload).as_deref(), Some("7"));

    let payload = Selection::from([("/projectName", "app"), ("/event", "success")]);
    let event = of(&Headers::default(), &payload).unwrap();
    assert_eq!(event.kind, "success");
    assert!(event.changes.is_empty());
}

#[test]
fn another_form_is_none() {
    for payload in [
        Selection::from([("/type", "deployed")]),
        Selection::from([("/event", "success")]),
        Selection::from([("/build/status", "SUCCESS")]),
    ] {
        assert!(of(&Headers::default(), &payload).is_err(), "{payload:?}");
    }
    let nameless = Headers {
        cloud_event_type: Some(String::new()),
        cloud_event_id: Some("1".into()),
        ..Headers::default()
    };
    assert!(of(&nameless, &Selection::from([])).is_err());
}

#[test]
fn branches_lose_their_remote_and_short_names_may_be_tags() {
    for (name, expected) in [
        ("origin/main", vec![Some("refs/heads/main")]),
        ("origin/feature/x", vec![Some("refs/heads/feature/x")]),
        ("refs/remotes/origin/main", vec![Some("refs/heads/main")]),
        ("v1", vec![Some("refs/heads/v1"), Some("refs/tags/v1")]),
        (
            "feature/x",
            vec![Some("refs/heads/feature/x"), Some("refs/tags/feature/x")],
        ),
        ("refs/heads/origin/x", vec![Some("refs/heads/origin/x")]),
        ("refs/tags/v1", vec![Some("refs/tags/v1")]),
        ("detached", vec![None]),
        ("HEAD", vec![None]),
    ] {
        let changes = at(Some(name), GitChange::in_repository(vec![]));
        let refs: Vec<_> = changes
            .iter()
            .map(|change| change.ref_.as_deref())
            .collect();
        assert_eq!(refs, expected, "{name}");
    }
}
