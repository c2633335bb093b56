use bellpull_core::Delivery;

use super::forgery::Expected;
use super::place::Place;
use super::proof::Proof;
use super::text::ProofChange;
use crate::cases::sign::SignedMac;

impl Proof {
    /// The deliveries in which this proof is changed, each with its name. `is_alone`: there is no other
    /// proof beside it. `mac`: the recipe of this proof.
    pub(super) fn forged(
        &self,
        is_alone: bool,
        mac: Option<&SignedMac>,
    ) -> Vec<(String, Delivery, Expected)> {
        let (place, delivery) = (&self.place, &self.delivery);
        // A changed body may be malformed in many ways.
        let unauthenticated = match place {
            Place::Header(_) => Expected::Unauthenticated,
            _ => Expected::Refused,
        };
        let with = |change| place.with(&self.text.changed(change)?, delivery);
        let without = place.without(delivery).filter(|_| !is_alone);
        let bare = self.text.changed(ProofChange::Remove);
        let bare = bare.filter(|prefix| !prefix.is_empty());
        let bare = bare.and_then(|prefix| place.with(&prefix, delivery));
        let forged = [
            ("missing", without, Expected::Refused),
            ("empty", place.with("", delivery), Expected::Refused),
            ("bare prefix in", bare, Expected::Refused),
            ("doubled", place.doubled(delivery), Expected::Refused),
            ("flipped", with(ProofChange::Flip), unauthenticated),
            ("truncated", with(ProofChange::Truncate), Expected::Refused),
            ("lengthened", with(ProofChange::Lengthen), Expected::Refused),
        ];
        let forged = forged.into_iter().filter_map(|(name, delivery, expected)| {
            Some((format!("{name} {place}"), delivery?, expected))
        });
        let others = mac.map_or(&[] as &[_], |mac| &mac.under_other_algorithms);
        let others = others.iter().filter_map(|(algorithm, text)| {
            let delivery = place.with(text, delivery)?;
            Some((
                format!("{algorithm} in {place}"),
                delivery,
                Expected::Refused,
            ))
        });
        forged.chain(others).collect()
    }
}
