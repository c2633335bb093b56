use super::*;

#[tokio::test]
async fn a_component_is_asked_again_only_when_it_or_the_receiver_has_changed() {
    let (mut fake, mut planner) = (Fake::new(), Planner::new());
    let one = objects(&[receiver("a", serde_json::json!({}))], &TOKEN);
    planner.plan(&one, &fake, &Fake::new()).await;
    planner.plan(&one, &fake, &Fake::new()).await;
    assert_eq!(fake.asked(), 1);

    let listed = objects(
        &[receiver("a", serde_json::json!({"events": ["x"]}))],
        &TOKEN,
    );
    planner.plan(&listed, &fake, &Fake::new()).await;
    assert_eq!(fake.asked(), 2, "the Receiver has changed");

    fake.component = Arc::new(2);
    fake.refuse(ConfigureError::Problems(vec![Problem {
        at: "/events".into(),
        message: "first is not taken".into(),
    }]));
    for _ in 0..2 {
        let plan = planner.plan(&listed, &fake, &Fake::new()).await;
        assert_eq!(answers(&plan, &path("a", "first")), "ValidationFailed");
        assert_eq!(
            plan.receivers[0].message, "spec.events: [redacted] is not taken",
            "the message repeats no credential"
        );
    }
    assert_eq!(fake.asked(), 3, "the component has changed");
}

#[tokio::test]
async fn a_component_that_failed_is_asked_again() {
    let (fake, mut planner) = (Fake::new(), Planner::new());
    let one = objects(&[receiver("a", serde_json::json!({}))], &TOKEN);
    fake.refuse(ConfigureError::Faulted(Fault::Trap, "unreachable".into()));
    let plan = planner.plan(&one, &fake, &Fake::new()).await;
    assert_eq!(answers(&plan, &path("a", "first")), "ProviderFaulted");
    fake.relent();
    let plan = planner.plan(&one, &fake, &Fake::new()).await;
    assert_eq!(answers(&plan, &path("a", "first")), "serving");
}

#[tokio::test]
async fn what_has_not_changed_is_the_same_state_again() {
    let (fake, mut planner) = (Fake::new(), Planner::new());
    let mut some = objects(&[receiver("a", serde_json::json!({}))], &TOKEN);
    let first = planner.plan(&some, &fake, &Fake::new()).await;
    some.receivers
        .push(Arc::new(receiver("b", serde_json::json!({}))));
    let second = planner.plan(&some, &fake, &Fake::new()).await;
    assert!(Arc::ptr_eq(&first.receivers[0], &second.receivers[0]));
    assert_eq!(reasons(&second), [("a", "Succeeded"), ("b", "Succeeded")]);
}
