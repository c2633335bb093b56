use super::fake::{LENIENT, WEAK};
use super::*;

/// A Receiver with these annotations.
fn annotated(annotations: &[(&str, &str)]) -> ReceiverObject {
    let metadata = Metadata {
        name: "a".into(),
        annotations: annotations
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..Metadata::default()
    };
    ReceiverObject::new(&metadata, receiver("a", serde_json::json!({})).spec)
}

const ACCEPT: &str = "bellpull.dev/accept-authentication";
const REQUIRE: &str = "bellpull.dev/require";
const KEY: [(&str, &str); 2] = [("token", "first"), ("key", "k")];

type Texts<'a> = &'a [(&'a str, &'a str)];

/// A component, annotations, what the Secret holds, and what answers then.
type PlanInput<'a> = (u32, Texts<'a>, Texts<'a>, &'a str);

/// Takes the steps one after another.
async fn walk(what: &str, planner: &mut Planner<u32, Fake>, steps: &[PlanInput<'_>]) {
    let mut fake = Fake::new();
    for (at, (component, annotations, secret, expected)) in steps.iter().enumerate() {
        if *fake.component != *component {
            fake.component = Arc::new(*component);
        }
        let objects = objects(&[annotated(annotations)], secret);
        let plan = planner.plan(&objects, &fake, &Fake::new()).await;
        let got = answers(&plan, &path("a", "first"));
        assert_eq!(
            got, *expected,
            "{what}, step {at}: {}",
            plan.receivers[0].message
        );
    }
}

#[tokio::test]
async fn a_weaker_component_is_held_back_until_it_is_accepted() {
    let accepted: &[(&str, &str)] = &[(ACCEPT, "path-only")];
    let closed = "WeakAuthentication";
    let cases: [(&str, &[PlanInput<'_>]); 5] = [
        (
            "accepted, and by then taken",
            &[
                (1, &[], &TOKEN, "serving"),
                (WEAK, &[], &TOKEN, closed),
                (WEAK, &[(ACCEPT, "secret")], &TOKEN, closed),
                (WEAK, accepted, &TOKEN, "serving"),
                (WEAK, &[], &TOKEN, "serving"),
            ],
        ),
        (
            "taken back",
            &[
                (1, &[], &TOKEN, "serving"),
                (WEAK, &[], &TOKEN, closed),
                (1, &[], &TOKEN, "serving"),
            ],
        ),
        (
            "no change of the Receiver opens it",
            &[
                (1, &[], &TOKEN, "serving"),
                (WEAK, &[], &TOKEN, closed),
                (WEAK, &[], &KEY, closed),
                (LENIENT, &[], &TOKEN, closed),
                (LENIENT, &[], &KEY, "serving"),
            ],
        ),
        (
            "its owner may weaken it",
            &[
                (LENIENT, &[], &KEY, "serving"),
                (LENIENT, &[], &TOKEN, "serving"),
                (WEAK, &[], &TOKEN, "serving"),
            ],
        ),
        (
            "compared on the Secret of now",
            &[
                (LENIENT, &[], &KEY, "serving"),
                (WEAK, &[], &TOKEN, "serving"),
            ],
        ),
    ];
    for (what, steps) in cases {
        walk(what, &mut Planner::new(), steps).await;
    }
}

#[tokio::test]
async fn a_receiver_demands_a_least_strength() {
    let demanding: &[(&str, &str)] = &[(REQUIRE, "signature")];
    let both: &[(&str, &str)] = &[(REQUIRE, "secret"), (ACCEPT, "path-only")];
    let closed = "WeakAuthentication";
    let steps: &[PlanInput<'_>] = &[
        (1, demanding, &TOKEN, "serving"),
        (WEAK, both, &TOKEN, closed),
        (WEAK, &[(REQUIRE, "path-only")], &TOKEN, closed),
        (LENIENT, demanding, &KEY, "serving"),
        (LENIENT, demanding, &TOKEN, closed),
        (LENIENT, &[(REQUIRE, "signatur")], &KEY, "ValidationFailed"),
        (LENIENT, &[(ACCEPT, "")], &KEY, "ValidationFailed"),
    ];
    walk("demanding", &mut Planner::new(), steps).await;
}

#[tokio::test]
async fn what_is_remembered_holds_after_a_restart_and_is_forgotten_with_its_receiver() {
    let mut planner = Planner::new();
    walk("before", &mut planner, &[(1, &[], &TOKEN, "serving")]).await;
    let remembered = planner.remember(true).expect("something new");
    assert!(planner.remember(true).is_none(), "nothing new");
    let json = serde_json::to_string(
        &remembered
            .values()
            .map(AsRef::as_ref)
            .collect::<Vec<&Remembered>>(),
    )
    .unwrap();
    let said = "\"component\":\"sha256:1\",\"strength\":{\"authentication\":\"signature\",\"proving\":[\"token\"]";
    assert!(json.contains(said), "{json}");

    for (component, expected) in [(1, "serving"), (WEAK, "WeakAuthentication"), (2, "serving")] {
        let mut planner = Planner::new().remembering(remembered.clone());
        walk("after", &mut planner, &[(component, &[], &TOKEN, expected)]).await;
    }
    let mut planner = Planner::new().remembering(remembered);
    let fake = Fake::new();
    planner.plan(&Objects::default(), &fake, &Fake::new()).await;
    assert!(
        planner.remember(false).is_none(),
        "it may not have been seen yet"
    );
    assert_eq!(planner.remember(true).map(|all| all.len()), Some(0));
}

#[tokio::test]
async fn an_annotation_that_would_be_ours_and_is_none_closes_its_receiver() {
    let cases: [(&str, Option<&str>); 6] = [
        ("example.test/require", None),
        ("bellpull.dev.example/require", None),
        ("bellpull.dev/require", None),
        (
            "bellpull.dev/requires",
            Some("did you mean bellpull.dev/require?"),
        ),
        (
            "bellpull.dev/accept-autentication",
            Some("did you mean bellpull.dev/accept-authentication?"),
        ),
        (
            "bellpull.dev/",
            Some("the known annotations are type, config, match-event, require"),
        ),
    ];
    for (annotation, said) in cases {
        let fake = Fake::new();
        let objects = objects(&[annotated(&[(annotation, "signature")])], &KEY);
        let plan = Planner::new().plan(&objects, &fake, &fake).await;
        let state = &plan.receivers[0];
        assert_eq!(
            state.ready,
            said.is_none(),
            "{annotation}: {}",
            state.message
        );
        let said = said.unwrap_or_default();
        assert!(
            state.message.contains(said),
            "{annotation}: {}",
            state.message
        );
    }
}
