use super::*;

#[test]
fn messages_count_targets_without_a_manifest() {
    let cases = [
        (
            Outcome::Notified {
                targets: 2,
                without_manifest: 0,
            },
            "2 notified",
        ),
        (
            Outcome::Notified {
                targets: 2,
                without_manifest: 1,
            },
            "2 notified (1 without a manifest)",
        ),
        (
            Outcome::Incomplete {
                notified: 2,
                unreachable: 3,
                without_manifest: 1,
            },
            "2 notified (1 without a manifest), 3 cannot be; see the Receiver",
        ),
        (
            Outcome::Accepted {
                running: 1,
                postponed: 0,
                without_manifest: 1,
            },
            "1 notification still runs (1 without a manifest)",
        ),
    ];
    for (outcome, message) in cases {
        assert_eq!(outcome.message(), message);
    }
}

#[test]
fn messages_count_notifications_to_come() {
    let cases = [
        (2, 0, "2 notifications still run"),
        (
            0,
            1,
            "1 notification waits for the least interval of its target",
        ),
        (
            1,
            2,
            "1 notification still runs, \
             2 notifications wait for the least interval of their targets",
        ),
    ];
    for (running, postponed, message) in cases {
        let outcome = Outcome::Accepted {
            running,
            postponed,
            without_manifest: 0,
        };
        assert_eq!(outcome.message(), message);
    }
}

#[test]
fn flux_accepts_a_listed_ping_and_a_delivery_without_change() {
    for (class, listed, expected) in [
        (IgnoreClass::Ping, true, 200),
        (IgnoreClass::Ping, false, 400),
        (IgnoreClass::NoChange, true, 200),
        (IgnoreClass::NoChange, false, 200),
        (IgnoreClass::NotListed, false, 400),
        (IgnoreClass::Other, true, 400),
    ] {
        let outcome = Outcome::Ignored { class, listed };
        let statuses = (outcome.status(), outcome.flux_status());
        assert_eq!(statuses, (200, expected), "{class} {listed}");
    }
}

#[test]
fn says_why_a_filter_cannot_read_the_body() {
    let said = |unreadable| Outcome::Unfilterable(unreadable).message();
    assert!(said(UnreadableBody::NotAnObject).contains("not a JSON object"));
    assert!(said(UnreadableBody::TooDeep).contains("nested more than 126 deep"));
}
