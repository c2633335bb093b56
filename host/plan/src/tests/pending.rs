use super::*;

/// A planner that has planned one Receiver, and everything it was planned from.
async fn planned(spec: serde_json::Value) -> (Planner<u32, Fake>, Fake, ReceiverObject) {
    let (fake, mut planner) = (Fake::new(), Planner::new());
    let one = receiver("a", spec);
    let whole = objects(std::slice::from_ref(&one), &TOKEN);
    planner.plan(&whole, &fake, &Fake::new()).await;
    (planner, fake, one)
}

/// What answers the paths of the old and of the new token.
fn both(planner: &Planner<u32, Fake>) -> [&'static str; 2] {
    let plan = planner.publish();
    ["first", "second"].map(|token| answers(&plan, &path("a", token)))
}

const SECOND: [(&str, &str); 1] = [("token", "second")];
/// Its component is told of another key, and asked again.
const SECOND_AND_MORE: [(&str, &str); 2] = [("token", "second"), ("more", "x")];

#[tokio::test]
async fn what_takes_no_asking_is_published_without() {
    let at = |spec: serde_json::Value| vec![receiver("a", spec)];
    let plain = || at(serde_json::json!({}));
    let suspended = || at(serde_json::json!({"suspend": true}));
    let resources = serde_json::json!([{"kind": "GitRepository", "name": "g", "filter": "f"}]);
    let cases = [
        ("rotated", plain(), &SECOND[..], 0, ["unknown", "serving"]),
        (
            "suspended",
            suspended(),
            &TOKEN,
            0,
            ["Suspended", "unknown"],
        ),
        ("deleted", vec![], &TOKEN, 0, ["unknown", "unknown"]),
        (
            "without a Secret's token",
            plain(),
            &[("x", "y")],
            0,
            ["TokenNotFound", "unknown"],
        ),
        (
            "rotated, and to be asked about",
            plain(),
            &SECOND_AND_MORE,
            1,
            ["unknown", "serving"],
        ),
        (
            "with another filter",
            at(serde_json::json!({"resources": resources})),
            &TOKEN,
            1,
            ["serving", "unknown"],
        ),
    ];
    for (what, receivers, secret, asked, expected) in cases {
        let (mut planner, fake, _) = planned(serde_json::json!({})).await;
        let questions = planner.take(&objects(&receivers, secret), &fake);
        assert_eq!(
            (questions.len(), both(&planner)),
            (asked, expected),
            "{what}"
        );
    }
}

#[tokio::test]
async fn what_is_found_out_too_late_closes_its_receiver_until_it_is() {
    let (mut planner, fake, _) = planned(serde_json::json!({})).await;
    let changed = receiver("a", serde_json::json!({"events": ["x"]}));
    let whole = objects(&[changed], &TOKEN);
    let mut questions = planner.take(&whole, &fake);
    assert_eq!(both(&planner), ["serving", "unknown"], "what was before");
    assert!(
        planner
            .publish()
            .receivers
            .iter()
            .all(|state| !state.settled)
    );
    assert!(planner.take(&whole, &fake).is_empty(), "asked already");

    let id = ReceiverId::new("default", "a");
    assert!(planner.give_up(&id));
    assert!(!planner.give_up(&id), "once");
    assert_eq!(both(&planner), ["NotPlanned", "unknown"]);
    assert!(planner.publish().receivers[0].settled, "and it is said");

    let rotated = objects(
        &[receiver("a", serde_json::json!({"events": ["x"]}))],
        &SECOND,
    );
    let later = planner.take(&rotated, &fake);
    assert_eq!(later.len(), 1);
    assert_eq!(
        both(&planner),
        ["unknown", "NotPlanned"],
        "no change opens it"
    );

    let old = questions.remove(0).ask(&fake, &Fake::new()).await;
    assert!(!planner.settle(old), "of an earlier Secret");
    for question in later {
        assert!(planner.settle(question.ask(&fake, &Fake::new()).await));
    }
    assert_eq!(both(&planner), ["unknown", "serving"]);
    assert!(!planner.waits(&id));
}

#[tokio::test]
async fn a_new_receiver_is_known_and_closed_until_its_component_is_asked() {
    let (mut planner, fake) = (Planner::new(), Fake::new());
    let whole = objects(&[receiver("a", serde_json::json!({}))], &TOKEN);
    let questions = planner.take(&whole, &fake);
    assert_eq!(both(&planner), ["NotPlanned", "unknown"]);
    let mut kinds = whole.clone();
    kinds.kinds = Arc::new(Kinds {
        problems: BTreeMap::new(),
        pending: BTreeSet::from([KindKey {
            api_version: "v1".into(),
            kind: "Any".into(),
            namespace: None,
        }]),
    });
    assert!(planner.take(&kinds, &fake).is_empty(), "kinds ask nobody");
    for question in questions {
        assert!(planner.settle(question.ask(&fake, &Fake::new()).await));
    }
    assert_eq!(both(&planner), ["serving", "unknown"]);
    assert_eq!(fake.asked(), 1);
}

#[tokio::test]
async fn a_receiver_that_is_suspended_for_a_while_is_not_asked_about_again() {
    let (mut planner, fake, one) = planned(serde_json::json!({})).await;
    let suspended = receiver("a", serde_json::json!({"suspend": true}));
    for (object, expected) in [(suspended, "Suspended"), (one, "serving")] {
        assert!(planner.take(&objects(&[object], &TOKEN), &fake).is_empty());
        assert_eq!(both(&planner)[0], expected);
    }
    assert_eq!(fake.asked(), 1);
}
