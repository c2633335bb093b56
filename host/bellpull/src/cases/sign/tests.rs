use std::path::Path;

use bellpull_core::{DeliveryId, Encoding, SecretBytes};
use bellpull_proof::HmacAlgorithm;
use serde_json::{Value as Json, json};

use super::*;
use crate::cases::{Case, CaseOutcome, find};

fn signed(config: &Json, key: &str, delivery: &mut Delivery) -> Result<()> {
    let key = SecretBytes::new(key.into());
    let secret = SecretData::from([(scheme::KEY.to_owned(), key)]);
    let signer = Signer {
        secret: &secret,
        config: config.as_object(),
        token: None,
    };
    apply(&[SignStep::Scheme], signer, delivery)
}

fn delivery(body: &str, second: i64) -> Delivery {
    Delivery {
        id: DeliveryId::generate(),
        received: Timestamp::from_second(second).unwrap(),
        method: "POST".parse().unwrap(),
        target: "/hook/x?a=b".to_owned(),
        headers: Default::default(),
        body: body.to_owned().into(),
        client: Default::default(),
    }
}

#[test]
fn a_config_signs_as_slack_documents_it() {
    // docs.slack.dev/authentication/verifying-requests-from-slack
    let config = json!({
        "header": "X-Slack-Signature", "algorithm": "sha256", "prefix": "v0=",
        "message": "v0:{timestamp}:{body}", "timestampHeader": "X-Slack-Request-Timestamp",
    });
    let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
                &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
                &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com\
                %2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
                &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    let mut delivery = delivery(body, 1_531_420_618);
    signed(&config, "8f742231b10e8888abcd99yyyzzz85a5", &mut delivery).unwrap();
    assert_eq!(
        delivery.headers["x-slack-signature"],
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    );
    assert_eq!(delivery.headers["x-slack-request-timestamp"], "1531420618");
}

/// As Stripe signs (docs.stripe.com/webhooks, "Verify webhook signatures manually").
#[test]
fn a_header_may_hold_the_time_beside_the_mac() {
    let step: SignStep = serde_json::from_value(json!({
        "header": "stripe-signature", "prefix": "t={unix-seconds},v1=",
        "hmac": {"algorithm": "sha256", "key": "token", "encoding": "text", "digest": "hex",
                 "message": [{"now": "unix-seconds"}, {"text": "."}, "body"]},
    }))
    .unwrap();
    let key = SecretBytes::new(b"a-token-for-tests".to_vec());
    let secret = SecretData::from([("token".to_owned(), key)]);
    let signer = Signer {
        secret: &secret,
        config: None,
        token: None,
    };
    let mut delivery = delivery("{}", 1_531_420_618);
    apply(&[step], signer, &mut delivery).unwrap();
    let message: &[&[u8]] = &[b"1531420618.{}"];
    let mac = bellpull_proof::sign(
        &secret["token"],
        "token",
        Encoding::Text,
        HmacAlgorithm::Sha256,
        message,
    );
    let expected = format!("t=1531420618,v1={}", hex::encode(mac.unwrap()));
    assert_eq!(delivery.headers["stripe-signature"], expected);
}

/// The time that a case of a config presents, if its config has one.
fn presented_time(case: &Case, delivery: &Delivery) -> Option<HeaderValue> {
    let header = case.config.as_ref()?.get("timestampHeader")?.as_str()?;
    delivery.headers.get(header).cloned()
}

#[test]
fn a_config_signs_what_the_cases_have_written_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/generic-hmac");
    let mut compared = 0;
    for mut case in find(&[folder]).unwrap() {
        let accepted = case.config.is_some() && case.expect.outcome == CaseOutcome::Notified;
        if !accepted || case.follows_config() || case.name.ends_with("rotation") {
            continue;
        }
        let written = case.delivery().unwrap();
        case.now = Some(written.received);
        case.sign = vec![SignStep::Scheme];
        let followed = case.delivery().unwrap();
        // Some present another time than that at which they are verified.
        if presented_time(&case, &written) == presented_time(&case, &followed) {
            assert_eq!(followed.headers, written.headers, "{}", case.name);
            compared += 1;
        }
    }
    assert!(compared >= 8, "{compared}");
}

#[test]
fn a_missing_signed_header_gets_the_id_of_the_delivery() {
    let config = json!({
        "header": "X-Mac", "algorithm": "sha1", "message": "{{{header:X-Id}}}{body}",
    });
    let mut without = delivery("b", 0);
    signed(&config, "key", &mut without).unwrap();
    assert_eq!(without.headers["x-id"], without.id.as_str());
    let mut with = delivery("b", 0);
    with.headers.insert("x-id", HeaderValue::from_static("one"));
    signed(&config, "key", &mut with).unwrap();
    assert_eq!(with.headers["x-id"], "one");
    let mac = bellpull_proof::sign(
        &SecretBytes::new("key".into()),
        scheme::KEY,
        Encoding::parse("text").unwrap(),
        HmacAlgorithm::parse("sha1").unwrap(),
        &[b"{one}b"],
    );
    assert_eq!(with.headers["x-mac"], hex::encode(mac.unwrap()));
}

#[test]
fn an_error_names_the_wrong_member() {
    let good = json!({"header": "X-Mac", "algorithm": "sha1", "message": "{body}"});
    for (member, value, named) in [
        ("header", json!("a b"), "\"a b\" is not a header name"),
        ("header", json!(7), "expected a string"),
        ("algorithm", json!("md5"), "md5"),
        ("keyEncoding", json!("rot13"), "rot13"),
        ("message", json!("{timestamp}{body}"), "timestampHeader"),
        (
            "message",
            json!("{bodies}"),
            "{bodies} is not a placeholder",
        ),
    ] {
        let mut config = good.clone();
        config[member] = value;
        let error = signed(&config, "key", &mut delivery("b", 0)).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains(named), "{config}: {error}");
    }
}
