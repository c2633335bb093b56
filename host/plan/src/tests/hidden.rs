use super::*;

#[tokio::test]
async fn the_condition_says_once_that_something_was_hidden() {
    let (fake, mut planner) = (Fake::new(), Planner::new());
    let [objects, again] =
        [(); 2].map(|()| objects(&[receiver("a", serde_json::json!({}))], &TOKEN));
    let plan = planner.plan(&objects, &fake, &Fake::new()).await;
    assert!(!planner.notice(), "nothing was hidden");
    let Some(Entry::Serving(route)) = plan.routes.get(&path("a", "first")) else {
        panic!("{:?}", plan.receivers);
    };
    assert!(route.bound.redaction.record_hidden("a header"));
    assert!(planner.notice());
    assert!(!planner.notice(), "it is said already");
    // Its own status comes back as a change, and the Secret is read again.
    planner.plan(&again, &fake, &Fake::new()).await;
    let said = &planner.publish().receivers[0];
    let warning = "a header of a delivery held a value of the Secret";
    assert!(
        said.ready && said.message.contains(warning),
        "{}",
        said.message
    );
    assert!(
        said.warnings.iter().any(|said| said.starts_with(warning)),
        "{:?}",
        said.warnings
    );
}

#[tokio::test]
async fn a_short_value_is_warned_of_or_closes_a_receiver() {
    type Case<'a> = (&'a [(&'a str, &'a str)], Option<&'a str>);
    let cases: [Case<'_>; 5] = [
        (&[("token", "long enough")], None),
        (&[("token", "long enough"), ("pin", "1234567")], Some("pin")),
        (
            &[("token", "long enough"), ("previousPin", "1")],
            Some("previousPin"),
        ),
        (
            &[("token", "long enough"), ("username", "me"), ("pin", " ")],
            None,
        ),
        (&[("token", "1234567\n")], Some("token")),
    ];
    for (secret, short) in cases {
        for required in [false, true] {
            let objects = objects(&[receiver("a", serde_json::json!({}))], secret);
            let mut planner = Planner::new().require_long_credentials(required);
            let plan = planner.plan(&objects, &Fake::new(), &Fake::new()).await;
            let said = &plan.receivers[0];
            let closed = required && short.is_some();
            let reason = if closed {
                "ShortCredential"
            } else {
                "Succeeded"
            };
            assert_eq!(said.reason.as_str(), reason, "{secret:?}: {}", said.message);
            let told = match short {
                Some(key) if closed => format!("what is in '{key}' has fewer than 8 bytes"),
                Some(key) => format!("field '{key}' has fewer than 8 bytes"),
                None => String::new(),
            };
            assert!(said.message.contains(&told), "{secret:?}: {}", said.message);
            let tells = said.message.contains("fewer than 8 bytes");
            assert_eq!(tells, short.is_some(), "{secret:?}: {}", said.message);
        }
    }
}

#[tokio::test]
async fn more_values_than_are_searched_for_close_a_receiver() {
    for (values, expected) in [(512, "Succeeded"), (513, "ValidationFailed")] {
        let keys: Vec<String> = (1..values).map(|n| format!("previousKey{n}")).collect();
        let keys = keys.iter().map(|key| (key.as_str(), "a value of a key"));
        let secret: Vec<_> = keys.chain([("token", "long enough")]).collect();
        let objects = objects(&[receiver("a", serde_json::json!({}))], &secret);
        let plan = Planner::new()
            .plan(&objects, &Fake::new(), &Fake::new())
            .await;
        let said = &plan.receivers[0];
        assert_eq!(said.reason.as_str(), expected, "{values}: {}", said.message);
    }
}
