//! Verdicts with, without and with the wrong checks of credentials.

use std::sync::atomic::{AtomicU32, Ordering};

use bellpull_sdk::{Digest, Event, Part, Receiver, ReplyPart, Response, Verdict, factors, host};

use super::{Behaviour, Outcome, accept};
use crate::{SECOND, check, mac, prove, reply, signed};

pub(super) const TABLE: &[(&str, Behaviour)] = &[
    ("accept", accept_with_count),
    ("accept-unproven", |_| accept()),
    ("ignore-unproven", |_| Ok(Verdict::ignore("unproven"))),
    ("reply-unproven", |_| reply(200, b"unproven".to_vec())),
    ("own-bytes", check_own_bytes),
    ("undeclared", match_undeclared_key),
    ("algorithm", check_by_unknown_algorithm),
    ("short-mac", check_short_mac),
    ("no-mac", check_without_mac),
    ("sign-in-reply", sign_in_reply),
    ("present", match_token),
    ("present-both", match_both),
    ("sign-and-present", sign_and_match),
    ("signature-alone", sign_alone),
    ("basic-alone", check_factors_alone),
    ("signature-and-basic", sign_and_check_factors),
];

/// How many deliveries this instance has met.
static DELIVERIES: AtomicU32 = AtomicU32::new(0);

fn accept_with_count(_: &Receiver) -> Outcome {
    prove();
    let delivered = DELIVERIES.fetch_add(1, Ordering::Relaxed) + 1;
    let kind = format!("delivery {delivered}");
    Ok(Verdict::accept(Event::new(&kind)))
}

fn check_own_bytes(_: &Receiver) -> Outcome {
    check(&[Part::bytes("mine")], &mac());
    accept()
}

fn match_undeclared_key(_: &Receiver) -> Outcome {
    host::credentials::matches("password");
    accept()
}

fn check_by_unknown_algorithm(_: &Receiver) -> Outcome {
    host::credentials::verify_hmac("token", "md5", &[Part::body()], &mac());
    accept()
}

fn check_short_mac(_: &Receiver) -> Outcome {
    check(&[Part::body()], mac().get(..16).unwrap_or_default());
    accept()
}

fn check_without_mac(_: &Receiver) -> Outcome {
    check(&[Part::body()], &[]);
    accept()
}

fn sign_in_reply(_: &Receiver) -> Outcome {
    prove();
    let mac = ReplyPart::hex("token", Digest::Sha256, vec![Part::body()]);
    Ok(Verdict::Reply(Response::of("text/plain", vec![mac])))
}

fn match_token(_: &Receiver) -> Outcome {
    host::credentials::matches("token");
    accept()
}

fn match_both(_: &Receiver) -> Outcome {
    for key in ["token", SECOND] {
        host::credentials::matches(key);
    }
    accept()
}

fn sign_and_match(_: &Receiver) -> Outcome {
    prove();
    host::credentials::matches(SECOND);
    accept()
}

fn sign_alone(_: &Receiver) -> Outcome {
    signed(&mac());
    accept()
}

fn check_factors_alone(receiver: &Receiver) -> Outcome {
    drop(factors::check(receiver));
    accept()
}

fn sign_and_check_factors(receiver: &Receiver) -> Outcome {
    signed(&mac());
    drop(factors::check(receiver));
    accept()
}
