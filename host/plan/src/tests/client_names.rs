use super::fake::OF_CLIENTS;
use super::*;

const NAMES: (&str, &str) = ("clientNames", "sender.example\n");

/// The state of a Receiver whose Secret this is.
async fn state(
    component: u32,
    secret: &[(&str, &str)],
    verifies_clients: bool,
) -> Arc<ReceiverState> {
    let secret = [&[("token", "long enough a token")], secret].concat();
    let objects = objects(&[receiver("a", serde_json::json!({}))], &secret);
    let mut fake = Fake::new();
    fake.component = Arc::new(component);
    let mut planner = Planner::new().verifies_clients(verifies_clients);
    let plan = planner.plan(&objects, &fake, &Fake::new()).await;
    let state = &plan.receivers[0];
    assert!(state.ready, "{}", state.message);
    Arc::clone(state)
}

#[tokio::test]
async fn a_certificate_beside_another_proof_is_shown() {
    for (secret, expected) in [
        (&[NAMES] as &[_], "signature and certificate"),
        (&[], "signature"),
    ] {
        let state = state(OF_CLIENTS, secret, true).await;
        let shown = state.authenticates_by();
        assert_eq!(shown.as_deref(), Some(expected), "{secret:?}");
    }
}

#[tokio::test]
async fn a_demand_that_no_connection_meets_is_warned_of() {
    let none_verified = "it demands client certificates, and the listener verifies none";
    let unused = "secret 'default/s': field 'clientNames' is not for this provider";
    for (component, secret, verifies_clients, expected) in [
        (OF_CLIENTS, &[NAMES] as &[_], true, None),
        (OF_CLIENTS, &[NAMES], false, Some(none_verified)),
        (OF_CLIENTS, &[], false, None),
        // This one cannot read the key, and demands nothing.
        (1, &[NAMES], true, Some(unused)),
        (1, &[], false, None),
    ] {
        let found = &state(component, secret, verifies_clients).await.warnings;
        let fits = match (found.as_slice(), expected) {
            ([], None) => true,
            ([found], Some(expected)) => found.starts_with(expected),
            _ => false,
        };
        assert!(
            fits,
            "{component} {secret:?} {verifies_clients}: {found:?}, expected {expected:?}"
        );
    }
}
