//! Genuine deliveries with something broken in them. What a signature covers is refused once it has
//! changed, and nothing that a stranger can send breaks a component.

use std::sync::Arc;

use bellpull::cases::PreparedCase;
use bellpull::plan_types::SandboxRoute;
use bellpull_core::http::{HeaderMap, HeaderValue};
use bellpull_core::{Authentication, Bytes, Delivery, Verdict, VerifyError, limits};
use bellpull_sandbox::Catalog;
use bellpull_tests::cases::{Replays, genuine};
use bellpull_tests::verify;

/// Bytes of a body that are flipped, one at a time: the first, the last, and some between.
const FLIPS: usize = 24;

/// What was done to a delivery, and the result.
struct Corrupted {
    how: String,
    delivery: Delivery,
    /// Whether what the signature covers has changed.
    covered: bool,
}

fn flipped(delivery: &Delivery, at: usize) -> Delivery {
    let mut body = delivery.body.to_vec();
    body[at] ^= 1;
    Delivery {
        body: Bytes::from(body),
        ..delivery.clone()
    }
}

fn with_headers(delivery: &Delivery, change: impl FnOnce(&mut HeaderMap)) -> Delivery {
    let mut changed = delivery.clone();
    change(&mut changed.headers);
    changed
}

/// Every way to break one delivery.
fn corrupted(delivery: &Delivery) -> Vec<Corrupted> {
    let length = delivery.body.len();
    let steps = FLIPS.min(length);
    let mut all: Vec<Corrupted> = (0..steps)
        .map(|step| step * (length - 1) / steps.max(2).saturating_sub(1))
        .map(|at| (format!("byte {at} flipped"), flipped(delivery, at)))
        .map(|(how, changed)| Corrupted {
            how,
            covered: signed_part(&changed) != signed_part(delivery),
            delivery: changed,
        })
        .collect();
    let cut = Delivery {
        body: delivery.body.slice(..length / 2),
        ..delivery.clone()
    };
    all.push(Corrupted {
        how: "body cut".to_owned(),
        covered: signed_part(&cut) != signed_part(delivery),
        delivery: cut,
    });
    for name in delivery.headers.keys() {
        let values: Vec<HeaderValue> = delivery.headers.get_all(name).iter().cloned().collect();
        let mut push = |how: &str, delivery| {
            all.push(Corrupted {
                how: format!("{name} {how}"),
                delivery,
                covered: false,
            });
        };
        push(
            "dropped",
            with_headers(delivery, |headers| drop(headers.remove(name))),
        );
        push(
            "given twice",
            with_headers(delivery, |headers| {
                headers.append(name.clone(), values[0].clone());
            }),
        );
        let mut bytes = values[0].as_bytes().to_vec();
        for at in [0, bytes.len() / 2, bytes.len().saturating_sub(1)] {
            let Some(byte) = bytes.get_mut(at) else {
                continue;
            };
            *byte ^= 1;
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let changed = with_headers(delivery, |headers| {
                    headers.insert(name.clone(), value);
                });
                push(&format!("flipped at {at}"), changed);
            }
        }
    }
    all
}

/// What of a body a signature covers: all of it, and of a form at least the decoded payload.
fn signed_part(delivery: &Delivery) -> Vec<Vec<u8>> {
    const FORM: &[u8] = b"application/x-www-form-urlencoded";
    let content_type = delivery.headers.get("content-type");
    if !content_type.is_some_and(|value| value.as_bytes().starts_with(FORM)) {
        return vec![delivery.body.to_vec()];
    }
    form_urlencoded::parse(&delivery.body)
        .filter(|(name, _)| name == "payload")
        .map(|(_, value)| value.into_owned().into_bytes())
        .collect()
}

/// Whether a changed body must be refused: it is signed as it is, not by what is read of it.
fn signs_body(route: &SandboxRoute) -> bool {
    let binding = &route.bound.binding;
    binding.authentication == Authentication::Signature && !binding.parses_before_verify
}

async fn wrong(
    catalog: &Catalog,
    route: &Arc<SandboxRoute>,
    corrupted: Corrupted,
    signed: bool,
) -> Option<String> {
    let Corrupted {
        how,
        delivery,
        covered,
    } = corrupted;
    match verify(catalog.sandbox(), route, &Arc::new(delivery)).await {
        Err(VerifyError::Refused(_)) => None,
        Err(error) => Some(format!("{how}: {error:?}")),
        Ok(Verdict::Accept(_)) if covered && signed => Some(format!("{how}: accepted")),
        Ok(_) => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_and_changed_is_refused_and_nothing_breaks_a_component() {
    let Replays { catalog, network } = Replays::new().await;
    let (mut found, mut tried, mut signed_bodies) = (Vec::new(), 0, 0);
    for case in genuine() {
        let prepared = PreparedCase::new(&case, &catalog, &network, limits::MAX_BODY);
        let PreparedCase::AtComponent(passage) = prepared.await.unwrap() else {
            panic!("{} is genuine", case.name);
        };
        let (route, delivery) = (passage.route(), passage.delivery());
        // A body at the limit of its length says no more than a shorter one, and takes longer.
        if delivery.body.len() > 256 << 10 {
            continue;
        }
        let signed = signs_body(route);
        signed_bodies += usize::from(signed);
        for corrupted in corrupted(delivery) {
            tried += 1;
            if let Some(wrong) = wrong(&catalog, route, corrupted, signed).await {
                found.push(format!("{}: {wrong}", case.name));
            }
        }
    }
    assert!(
        signed_bodies > 100 && tried > 10_000,
        "{signed_bodies} {tried}"
    );
    assert!(
        found.is_empty(),
        "{} of {tried}:\n{}",
        found.len(),
        found.join("\n")
    );
}
