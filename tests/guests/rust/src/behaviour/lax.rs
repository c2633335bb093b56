//! Checks that leave a forger something. Each refuses a delivery without any proof.

use bellpull_sdk::{Event, Part, Receiver, Refusal, Selection, Verdict, host};

use super::{Behaviour, Outcome, accept};
use crate::{TOKEN, check, mac};

pub(super) const TABLE: &[(&str, Behaviour)] = &[
    ("first-of-several", first_of_several),
    ("start-of-mac", start_of_mac),
    ("algorithm-by-length", algorithm_by_length),
    ("any-time", any_time),
    ("header-alone", header_alone),
];

fn proven(is_right: bool) -> Result<(), Refusal> {
    match is_right {
        true => Ok(()),
        false => Err(Refusal::Unauthenticated("the MAC does not match".into())),
    }
}

fn first_of_several(_: &Receiver) -> Outcome {
    proven(check(&[Part::body()], &mac()))?;
    accept()
}

fn start_of_mac(_: &Receiver) -> Outcome {
    let mac = mac();
    let start = mac.get(..32).unwrap_or(&mac);
    proven(one_header() && check(&[Part::body()], start))?;
    accept()
}

fn algorithm_by_length(_: &Receiver) -> Outcome {
    let mac = mac();
    let algorithm = match mac.len() {
        20 => "sha1",
        48 => "sha384",
        64 => "sha512",
        _ => "sha256",
    };
    let message = [Part::body()];
    let is_right = host::credentials::verify_hmac(TOKEN, algorithm, &message, &mac);
    proven(one_header() && is_right)?;
    accept()
}

fn any_time(_: &Receiver) -> Outcome {
    let message = [Part::header("x-time"), Part::body()];
    proven(one_header() && check(&message, &mac()))?;
    accept()
}

fn header_alone(_: &Receiver) -> Outcome {
    proven(one_header() && check(&[Part::header("x-id")], &mac()))?;
    let Ok(document) = host::document::from_body() else {
        return Err(Refusal::Malformed("not JSON".into()));
    };
    let body = Selection::of(&document, &["/kind"])?;
    let kind = body.text("/kind").unwrap_or_default();
    Ok(Verdict::accept(Event::new(kind)))
}

fn one_header() -> bool {
    host::delivery::header("x-mac").len() == 1
}
