use anyhow::Result;
use bellpull_core::{Binding, Delivery, SecretData};

use super::place::Place;
use super::text::ProvingText;
use crate::cases::sign::{self, SignedHeader, SignedMac};
use crate::cases::{Case, CaseResult, Signer};

/// A case whose delivery is accepted.
pub struct AcceptedCase<'c> {
    pub(super) case: &'c Case,
    pub(super) delivery: &'c Delivery,
    pub(super) secret: SecretData,
    pub(super) binding: &'c Binding,
    pub(super) result: &'c CaseResult,
    /// The headers that the recipe of the case proves by.
    pub(super) signed: Vec<SignedHeader>,
}

impl<'c> AcceptedCase<'c> {
    /// `None` when the delivery was not accepted with these results.
    ///
    /// # Errors
    /// When the delivery cannot be signed.
    pub fn new(
        case: &'c Case,
        delivery: &'c Delivery,
        binding: &'c Binding,
        result: &'c CaseResult,
    ) -> Result<Option<Self>> {
        let secret = case.secret().data;
        let signer = Signer {
            secret: &secret,
            config: case.config.as_ref(),
            token: None,
        };
        let signed = sign::signed_headers(&case.sign, signer, delivery)?;
        Ok(result.is_authentic().then_some(Self {
            case,
            delivery,
            secret,
            binding,
            result,
            signed,
        }))
    }

    /// The text of a place, if it holds a proof.
    pub(super) fn proving_text(&self, place: &Place) -> Option<ProvingText> {
        let values = self.secret.values();
        let values = values.filter_map(|value| std::str::from_utf8(value.expose()).ok());
        ProvingText::find(place.text(self.delivery)?, values)
    }

    /// Whether the recipe sets a place.
    pub(super) fn is_signed_at(&self, place: &Place) -> bool {
        self.signed_at(place).is_some()
    }

    /// The MAC that the recipe sets in a place.
    pub(super) fn mac_at(&self, place: &Place) -> Option<&SignedMac> {
        self.signed_at(place)?.mac.as_ref()
    }

    /// Every MAC of the recipe.
    pub(super) fn macs(&self) -> impl Iterator<Item = &SignedMac> {
        self.signed.iter().filter_map(|header| header.mac.as_ref())
    }

    fn signed_at(&self, place: &Place) -> Option<&SignedHeader> {
        let mut signed = self.signed.iter();
        signed.find(|header| matches!(place, Place::Header(name) if *name == header.name))
    }
}
