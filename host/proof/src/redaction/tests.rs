use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::*;
use bellpull_core::SecretBytes;

const TOKEN: &str = "t0k/en+of \"the\" sender?";
const PATH: &str = "/hook/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn redaction(data: &[(&str, &str)], settings: &[&str], path: &str) -> Redaction {
    let data = data.iter();
    let secret = SecretObject {
        namespace: "n".into(),
        name: "s".into(),
        data: data
            .map(|(key, value)| ((*key).into(), SecretBytes::new(value.as_bytes().to_vec())))
            .collect(),
    };
    let view = ReceiverView {
        provider: "p".into(),
        events: Vec::new(),
        keys: Vec::new(),
        settings: settings
            .iter()
            .map(|key| ((*key).into(), String::new()))
            .collect(),
        config: "{}".into(),
    };
    Redaction::new(&Arc::new(secret), &view, &[path.into()])
}

fn hides(redaction: &Redaction, text: &str) -> bool {
    redaction.hides(text.as_bytes(), &mut (1 << 20)).unwrap()
}

/// A value in every writing that a sender may choose.
fn written(value: &str) -> Vec<String> {
    let every: String = value.bytes().map(|b| format!("%{b:02x}")).collect();
    let units: String = value
        .encode_utf16()
        .map(|unit| format!("\\u{unit:04X}"))
        .collect();
    let form: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let json = serde_json::to_string(value).unwrap();
    let slashes = json.replace('/', "\\/");
    let twice = serde_json::to_string(&json).unwrap();
    let mut written = vec![
        value.to_owned(),
        every.to_uppercase(),
        every,
        utf8_percent_encode(value, NON_ALPHANUMERIC).to_string(),
        form_urlencoded::byte_serialize(json.as_bytes()).collect(),
        form_urlencoded::byte_serialize(twice.as_bytes()).collect(),
        form_urlencoded::byte_serialize(form.as_bytes()).collect(),
        form,
        units,
        slashes,
        twice,
        json,
    ];
    for before in ["", "u:", "me:", "user:"] {
        let whole = format!("{before}{value}");
        let standard = BASE64_STANDARD.encode(&whole);
        written.push(utf8_percent_encode(&standard, NON_ALPHANUMERIC).to_string());
        written.push(format!("Basic {standard}"));
        written.push(BASE64_URL_SAFE_NO_PAD.encode(format!("{whole}, and more")));
    }
    written
}

#[test]
fn hides_a_value_in_every_encoding() {
    let other = "x".repeat(300) + "~the middle of a long value, whole~" + &"y".repeat(300);
    let secrets = redaction(
        &[
            ("token", TOKEN),
            ("other", &other),
            ("previousOther", "vorher-üüü"),
        ],
        &[],
        PATH,
    );
    for value in [TOKEN, &other, "vorher-üüü", PATH] {
        for text in written(value) {
            for text in [
                text.clone(),
                format!("before {text} after"),
                format!("{{\"{text}\":[1,{{\"a\":\"{text}\"}}]}}"),
            ] {
                assert!(hides(&secrets, &text), "{value:?} is read in {text}");
            }
        }
    }
    for text in [
        "",
        "another token",
        "/hook/",
        "t0k/en+of",
        "Basic dXNlcjpwYXNz",
    ] {
        assert!(!hides(&secrets, text), "{text}");
    }
}

#[test]
fn shows_names_settings_and_short_values() {
    let data = [
        ("username", "flux-flux"),
        ("previousUsername", "flux-before"),
        ("headerName", "X-Custom-Header"),
        ("channel", "deployments"),
        ("pin", "1234567"),
        ("empty", ""),
        ("blank", "   \n"),
        ("token", "12345678\n"),
    ];
    let secrets = redaction(&data, &["channel"], PATH);
    for (key, value) in data {
        assert_eq!(hides(&secrets, value), key == "token", "{key}");
    }
    assert!(hides(&secrets, "a 12345678 b"), "a sender cuts white space");
    assert_eq!(secrets.short_keys().collect::<Vec<_>>(), ["pin"]);
    assert_eq!(secrets.values().collect::<Vec<_>>(), [b"12345678"]);
    assert_eq!(format!("{secrets:?}"), r#"{"pin", "token"}"#);
    // Where nothing is secret, the path is not either.
    assert!(!hides(&redaction(&[], &[], PATH), PATH));
}

#[test]
fn searching_stops_at_the_budget() {
    let secrets = redaction(&[("token", TOKEN)], &[], PATH);
    for (text, cost) in [
        ("plain text", 10),
        ("%41%42", 6 + 2),
        // As it stands, percent-decoded, as a form, as JSON, and what is left to read of each.
        (
            "%41+\\n",
            6 + (4 + 4 + 3 + 3 + 3) + (4 + 3) + (5 + 3 + 3 + 3),
        ),
    ] {
        let mut left = cost;
        assert_eq!(
            secrets.hides(text.as_bytes(), &mut left),
            Ok(false),
            "{text}"
        );
        assert_eq!(left, 0, "{text}");
        let mut left = cost - 1;
        assert_eq!(
            secrets.hides(text.as_bytes(), &mut left),
            Err(SearchBudgetExceeded),
            "{text}"
        );
    }
}

#[test]
fn records_the_first_hidden_place() {
    let secrets = redaction(&[("token", TOKEN)], &[], PATH);
    assert_eq!(secrets.first_hidden(), None);
    assert!(secrets.record_hidden("a header"));
    assert!(!secrets.record_hidden("the body"));
    assert_eq!(secrets.first_hidden(), Some("a header"));
}
