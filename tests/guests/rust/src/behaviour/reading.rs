//! Reading what is redacted, and the body before and around its proof.

use bellpull_sdk::{Receiver, Refusal, host, names};

use super::{Behaviour, Outcome};
use crate::{IN_HEADER, OPEN, prove, spy, text};

pub(super) const TABLE: &[(&str, Behaviour)] = &[
    ("early-body", read_body_unproven),
    ("redacted", read_carriers),
    ("read", read_what_is_asked),
    ("read-around", read_body_and_members),
    ("read-as-another", read_as_json_and_as_form),
];

fn read_body_unproven(_: &Receiver) -> Outcome {
    Err(Refusal::Malformed(match host::delivery::body(0, 8) {
        Ok(_) => "read".into(),
        Err(why) => format!("refused: {why}"),
    }))
}

fn read_carriers(_: &Receiver) -> Outcome {
    Err(Refusal::Malformed(format!(
        "{} {} {} {}",
        text("authorization"),
        text("COOKIE"),
        text("x-carrier"),
        text("x-open")
    )))
}

fn read_what_is_asked(receiver: &Receiver) -> Outcome {
    match receiver.provider.as_str() {
        OPEN => {}
        IN_HEADER => drop(host::credentials::matches("token")),
        _ => drop(prove()),
    }
    Err(spy::read())
}

fn read_body_and_members(_: &Receiver) -> Outcome {
    let raw = host::delivery::body(0, 8);
    let document = host::document::from_body().map_err(Refusal::Malformed)?;
    let asked = ["", "/auth", "/auth/token", "/auth/token/0", "/open"].map(String::from);
    let read = document.select(&asked).map_err(Refusal::Malformed)?;
    Err(Refusal::Malformed(format!("{raw:?} {read:?}")))
}

fn read_as_json_and_as_form(_: &Receiver) -> Outcome {
    let pointers = names(&["", "/a", "/auth/token"]);
    let raw = host::delivery::body(0, 1 << 10).ok();
    let json = host::document::from_body().map(|body| body.select(&pointers));
    let fields = ["a", "b", "yy"]
        .map(|field| host::document::from_form(field).map(|field| field.select(&pointers)));
    let text = raw.map(|raw| String::from_utf8_lossy(&raw).into_owned());
    let read = format!("{text:?} {json:?} {fields:?}");
    // The host scrubs secrets that it recognises.
    Err(Refusal::Malformed(read.chars().rev().collect()))
}
