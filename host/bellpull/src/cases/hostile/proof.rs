use bellpull_core::{Authentication, Delivery};
use serde_json::Value;

use super::AcceptedCase;
use super::body::pointer;
use super::place::Place;
use super::text::ProvingText;

/// A proof that a delivery is judged by.
pub(super) struct Proof {
    pub(super) place: Place,
    pub(super) text: ProvingText,
    /// The delivery without the other proofs that would do instead.
    pub(super) delivery: Delivery,
}

/// Where the proofs of an accepted delivery stand.
pub struct Proofs {
    pub(super) judged_by: Vec<Proof>,
    /// The delivery without any proof. `None` where no proof was found.
    pub(super) no_proof: Option<Delivery>,
}

impl Proofs {
    /// Finds them by replays: `accepts` says whether a delivery is accepted.
    pub async fn find(
        accepted: &AcceptedCase<'_>,
        accepts: impl AsyncFn(Delivery) -> bool,
    ) -> Self {
        let delivery = accepted.delivery;
        let suspects = suspects(accepted);
        let (mut needed, mut others) = (Vec::new(), Vec::new());
        for place in &suspects {
            let Some(without) = place.without(delivery) else {
                continue;
            };
            match accepts(without).await {
                true => others.push(place),
                false => needed.push(place),
            }
        }
        let mut judged_by: Vec<_> = needed
            .iter()
            .map(|place| (*place, delivery.clone()))
            .collect();
        if !accepts(without_all(&others, delivery)).await {
            // Each of the others does by itself.
            for place in &others {
                let rest: Vec<_> = others.iter().copied().filter(|one| one != place).collect();
                let alone = without_all(&rest, delivery);
                if accepts(alone.clone()).await {
                    judged_by.push((place, alone));
                }
            }
        } else if needed.is_empty() {
            // Nothing is needed. What the recipe signs should be.
            let signed = others.iter().filter(|place| accepted.is_signed_at(place));
            judged_by.extend(signed.map(|place| (*place, delivery.clone())));
        }
        let no_proof = (!judged_by.is_empty()).then(|| {
            let places: Vec<&Place> = judged_by.iter().map(|(place, _)| *place).collect();
            without_all(&places, delivery)
        });
        let judged_by = judged_by.into_iter().filter_map(|(place, delivery)| {
            let text = accepted.proving_text(place)?;
            Some(Proof {
                place: place.clone(),
                text,
                delivery,
            })
        });
        Self {
            judged_by: judged_by.collect(),
            no_proof,
        }
    }
}

/// The places whose text looks like a proof.
fn suspects(accepted: &AcceptedCase<'_>) -> Vec<Place> {
    let AcceptedCase {
        delivery, binding, ..
    } = accepted;
    let mut places: Vec<Place> = delivery
        .headers
        .keys()
        .cloned()
        .map(Place::Header)
        .collect();
    let presented = binding.credentials.iter().flat_map(|one| &one.presented);
    places.extend(
        presented
            .chain(&binding.tokens)
            .filter_map(Place::outside_headers),
    );
    // A signature in the body has to be read before it is verified.
    if binding.authentication == Authentication::Signature
        && binding.parses_before_verify
        && let Ok(Value::Object(members)) = serde_json::from_slice(&delivery.body)
    {
        let members = members.keys().map(|name| Place::Member(pointer(name)));
        places.extend(members.filter(|member| {
            let text = accepted.proving_text(member);
            text.is_some_and(|text| text.is_bare())
        }));
    }
    places.retain(|place| accepted.proving_text(place).is_some());
    places
}

fn without_all(places: &[&Place], delivery: &Delivery) -> Delivery {
    places.iter().fold(delivery.clone(), |delivery, place| {
        place.without(&delivery).unwrap_or(delivery)
    })
}
