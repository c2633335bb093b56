use super::*;

const FIRST: &str = "first";

/// A decision as text for the tables.
fn word(decision: KeyDecision<&'static str>) -> String {
    match decision {
        KeyDecision::Use(keys) => format!("use {keys}"),
        KeyDecision::Ask(Some(keys)) => format!("ask, else {keys}"),
        KeyDecision::Ask(None) => "ask".to_owned(),
        KeyDecision::NoOthers => "no others".to_owned(),
        KeyDecision::Unavailable(why) => format!("unavailable: {why}"),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).expect("a time")
}

fn answer(keys: &'static str, fresh_for: Option<u64>) -> Result<FreshKeys<&'static str>, String> {
    Ok(FreshKeys {
        keys: Arc::new(keys),
        fresh_for: fresh_for.map(Duration::from_secs),
    })
}

fn failure() -> Result<FreshKeys<&'static str>, String> {
    Err("down".to_owned())
}

fn check(keyring: &Keyring<&'static str>, cases: &[(i64, KeyNeed, &str)]) {
    for (seconds, need, expected) in cases {
        let found = word(keyring.decide(*need, at(*seconds)));
        assert_eq!(found, *expected, "{need:?} after {seconds} s");
    }
}

#[test]
fn an_unknown_issuer_is_asked() {
    let keyring = Keyring::<&str>::default();
    check(
        &keyring,
        &[(0, KeyNeed::Any, "ask"), (0, KeyNeed::Newer, "ask")],
    );
}

#[test]
fn keys_are_kept_as_long_as_the_issuer_says() {
    const DAY: i64 = 24 * 3600;
    for (says, fresh) in [
        (None, 3600),
        (Some(0), 300),
        (Some(600), 600),
        (Some(u64::MAX), DAY),
    ] {
        let mut keyring = Keyring::default();
        keyring.record(&answer(FIRST, says), at(0));
        check(
            &keyring,
            &[
                (0, KeyNeed::Any, "use first"),
                (fresh - 1, KeyNeed::Any, "use first"),
                (fresh, KeyNeed::Any, "ask, else first"),
                (fresh + DAY - 1, KeyNeed::Any, "ask, else first"),
                (fresh + DAY, KeyNeed::Any, "ask"),
            ],
        );
    }
}

#[test]
fn other_keys_are_asked_for_once_a_minute() {
    let mut keyring = Keyring::default();
    keyring.record(&answer(FIRST, None), at(0));
    check(
        &keyring,
        &[
            (0, KeyNeed::Newer, "no others"),
            (59, KeyNeed::Newer, "no others"),
            (60, KeyNeed::Newer, "ask"),
        ],
    );
    keyring.record(&failure(), at(60));
    check(
        &keyring,
        &[
            (60, KeyNeed::Any, "use first"),
            (60, KeyNeed::Newer, "unavailable: down"),
            (119, KeyNeed::Newer, "unavailable: down"),
            (120, KeyNeed::Newer, "ask"),
        ],
    );
    keyring.record(&answer("second", None), at(120));
    check(
        &keyring,
        &[
            (120, KeyNeed::Any, "use second"),
            (120, KeyNeed::Newer, "no others"),
        ],
    );
}

#[test]
fn an_issuer_that_is_down_is_asked_once_a_minute_while_its_keys_last() {
    let mut keyring = Keyring::default();
    keyring.record(&answer(FIRST, Some(300)), at(0));
    keyring.record(&failure(), at(300));
    check(
        &keyring,
        &[
            (300, KeyNeed::Any, "use first"),
            (359, KeyNeed::Any, "use first"),
            (360, KeyNeed::Any, "ask, else first"),
            (300 + 24 * 3600, KeyNeed::Any, "ask"),
        ],
    );
}

#[test]
fn an_issuer_without_keys_is_asked_every_ten_seconds() {
    let mut keyring = Keyring::default();
    keyring.record(&failure(), at(0));
    check(
        &keyring,
        &[
            (0, KeyNeed::Any, "unavailable: down"),
            (9, KeyNeed::Any, "unavailable: down"),
            (10, KeyNeed::Any, "ask"),
        ],
    );
}

#[test]
fn a_clock_that_is_set_back_makes_nothing_last_for_ever() {
    let mut keyring = Keyring::default();
    keyring.record(&answer(FIRST, None), at(0));
    check(
        &keyring,
        &[
            // Deliveries may be out of order.
            (-60, KeyNeed::Any, "use first"),
            (-61, KeyNeed::Any, "ask, else first"),
            (-61, KeyNeed::Newer, "ask"),
        ],
    );
}
