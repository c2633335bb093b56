use http::Method;

use super::*;
use bellpull_core::CredentialUse;
use bellpull_core::{Authentication, Methods};

fn secret(values: &[(&str, &str)]) -> SecretData {
    values
        .iter()
        .map(|(key, value)| ((*key).to_owned(), SecretBytes::new((*value).into())))
        .collect()
}

fn credential(
    key: &str,
    encoding: Encoding,
    proves: bool,
    presented: Vec<Source>,
) -> CredentialUse {
    CredentialUse {
        key: key.to_owned(),
        encoding,
        proves,
        presented,
    }
}

fn binding(authentication: Authentication, credentials: Vec<CredentialUse>) -> Binding {
    Binding {
        authentication,
        credentials,
        methods: Methods::Only(vec![Method::POST]),
        tokens: Vec::new(),
        issuers: Vec::new(),
        client_names: None,
        parses_before_verify: false,
        answers_handshakes: false,
        reply_macs: false,
        warnings: Vec::new(),
    }
}

/// A MAC under `token`.
fn signature(encoding: Encoding) -> Binding {
    let token = credential("token", encoding, true, Vec::new());
    binding(Authentication::Signature, vec![token])
}

/// The `token` at one of these places.
fn at(places: Vec<Source>) -> Binding {
    let token = credential("token", Encoding::Text, true, places);
    binding(Authentication::Secret, vec![token])
}

/// The `token` in a header.
fn presented() -> Binding {
    at(vec![Source::Header("x-token".into())])
}

/// What is wrong, or what is odd.
fn said(binding: &Binding, values: &[(&str, &str)]) -> Result<Vec<String>, Vec<String>> {
    match Credentials::prepare(&secret(values), binding) {
        Ok(credentials) => Ok(credentials.warnings().to_vec()),
        Err(errors) => Err(errors.iter().map(ToString::to_string).collect()),
    }
}

const LONG: &str = "3f9a1c7e5b2d4f60";
const SOPS: &str = "ENC[AES256_GCM,data:Tr7o=,iv:1=,tag:2=,type:str]";

#[test]
fn refuses_unusable_values_in_every_binding() {
    let basic = at(vec![Source::BasicPassword]);
    let needed = credential("token", Encoding::Text, false, Vec::new());
    let path = binding(Authentication::PathOnly, vec![needed]);
    let uses = [
        signature(Encoding::Text),
        signature(Encoding::Base64),
        signature(Encoding::Hex),
        signature(Encoding::Whsec),
        presented(),
        basic,
        path,
    ];
    let cases = [
        ("", "field 'token' is empty"),
        (
            "\n",
            "field 'token' holds nothing but white space: give it a value",
        ),
        (
            "\u{feff} \r\n",
            "field 'token' holds nothing but white space: give it a value",
        ),
        (
            SOPS,
            "field 'token' is still encrypted, as SOPS leaves it: decrypt it before it is applied",
        ),
    ];
    for used in &uses {
        for (value, error) in cases {
            let got = said(used, &[("token", value)]);
            assert_eq!(got, Err(vec![error.to_owned()]), "{value:?} in {used:?}");
        }
        let missing = said(used, &[]);
        assert_eq!(missing, Err(vec!["required fields 'token'".to_owned()]));
    }
}

#[test]
fn refuses_a_key_that_decodes_to_nothing() {
    let blank = "decodes to nothing but white space: give it a value";
    for (encoding, value, error) in [
        (Encoding::Base64, "Cg==", blank),
        (Encoding::Base64, "AAAAAAAAAAAAAAAAAAAAAA==", blank),
        (Encoding::Hex, "0d0a", blank),
        (Encoding::Whsec, "whsec_", "is empty"),
        (Encoding::Whsec, "whsec_ICAK", blank),
    ] {
        let got = said(&signature(encoding), &[("token", value)]);
        assert_eq!(got, Err(vec![format!("field 'token' {error}")]), "{value}");
    }
}

#[test]
fn an_encoding_error_names_the_ends_of_the_value() {
    let cases = [
        (
            Encoding::Hex,
            "3f9a\n",
            "field 'token' is not hexadecimal: it ends in a line end (LF)",
        ),
        (
            Encoding::Base64,
            " Zm9v",
            "field 'token' is not base64: it begins with a blank",
        ),
        (
            Encoding::Whsec,
            "Zm9v",
            "field 'token' is not 'whsec_' followed by base64",
        ),
    ];
    for (encoding, value, error) in cases {
        let got = said(&signature(encoding), &[("token", value)]);
        assert_eq!(got, Err(vec![error.to_owned()]), "{value:?}");
    }
}

#[test]
fn an_end_that_no_header_carries_is_an_error_only_in_a_header() {
    let value = format!("{LONG}\r\n");
    let values = [("token", value.as_str())];
    let closed = "field 'token' ends in a line end (CR LF), which no header carries: remove it";
    assert_eq!(said(&presented(), &values), Err(vec![closed.to_owned()]));
    let warned = "field 'token' ends in a line end (CR LF), which is taken as a part of it";
    let got = said(&signature(Encoding::Text), &values);
    assert_eq!(got, Ok(vec![warned.to_owned()]));
}

#[test]
fn warnings_name_the_key() {
    let short = "has fewer than 16 characters and can be guessed";
    let placeholder = "looks like a placeholder that was never filled in";
    let cases = [
        ("token", LONG, None),
        ("token", "hunter22", Some(short)),
        ("token", "changeme", Some(placeholder)),
        ("token", "${WEBHOOK_TOKEN}", Some(placeholder)),
        ("previousToken", "hunter22", Some(short)),
        ("previousToken", "", None),
        (
            "previousToken",
            "\n",
            Some("holds nothing but white space and counts as empty"),
        ),
    ];
    for (key, value, warning) in cases {
        let got = said(&presented(), &[("token", LONG), (key, value)]);
        let expected: Vec<String> = warning
            .map(|warning| format!("field '{key}' {warning}"))
            .into_iter()
            .collect();
        assert_eq!(got, Ok(expected), "{key}: {value:?}");
    }
}

#[test]
fn a_name_is_not_secret_and_may_be_short() {
    let proving = |key, place| credential(key, Encoding::Text, true, vec![place]);
    let basic = binding(
        Authentication::Secret,
        vec![
            proving("username", Source::BasicUsername),
            proving("password", Source::BasicPassword),
        ],
    );
    let got = said(&basic, &[("username", "flux"), ("password", LONG)]);
    assert_eq!(got, Ok(Vec::new()));
    let got = said(&basic, &[("username", "a:b"), ("password", LONG)]);
    let error =
        "field 'username' holds a colon, which no user name of Basic credentials has: remove it";
    assert_eq!(got, Err(vec![error.to_owned()]));
}

#[test]
fn refuses_an_encrypted_previous_value() {
    let got = said(&presented(), &[("token", LONG), ("previousToken", SOPS)]);
    assert!(got.unwrap_err()[0].starts_with("field 'previousToken' is still encrypted"));
}

#[test]
fn a_value_must_fit_one_of_its_places() {
    let value = format!("{LONG} {LONG}\n");
    let values = [("token", value.as_str())];
    let (header, query) = (Source::Header("x-token".into()), Source::Query("t".into()));
    assert!(said(&at(vec![header.clone(), query]), &values).is_ok());
    let cookie = Source::Cookie("t".into());
    assert!(said(&at(vec![header.clone(), cookie]), &values).is_err());
    let needed = credential("token", Encoding::Text, false, vec![header]);
    let path = binding(Authentication::PathOnly, vec![needed]);
    assert!(said(&path, &values).is_ok(), "it proves nothing");
}

#[test]
fn matches_a_value_at_exactly_one_place() {
    let places = ["x-a", "x-b"].map(|name| Source::Header(name.into()));
    let binding = at(places.to_vec());
    let values = secret(&[("token", LONG), ("previousToken", "left-behind-of-16")]);
    let credentials = Credentials::prepare(&values, &binding).unwrap();
    let matches = |headers: &[(&'static str, &str)]| {
        let mut map = http::HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let delivery = Delivery {
            id: bellpull_core::DeliveryId::generate(),
            received: jiff::Timestamp::UNIX_EPOCH,
            method: Method::POST,
            target: "/".to_owned(),
            headers: map,
            body: bytes::Bytes::new(),
            client: Default::default(),
        };
        credentials.matches("token", binding.places_of("token"), &delivery)
    };
    for (headers, expected) in [
        (&[("x-a", LONG)] as &[_], true),
        (&[("x-b", LONG)], true),
        (&[("x-b", "left-behind-of-16")], true),
        (&[("x-a", LONG), ("x-b", LONG)], false),
        (&[("x-a", "wrong"), ("x-b", LONG)], false),
        (&[("x-a", LONG), ("x-a", LONG)], false),
        (&[("x-c", LONG)], false),
        (&[], false),
    ] {
        assert_eq!(matches(headers), expected, "{headers:?}");
    }
}
