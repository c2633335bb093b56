//! What the recipe of a case proves by, for forgeries.

use anyhow::Result;
use bellpull_core::Delivery;
use bellpull_core::http::HeaderName;
use bellpull_proof::{HmacAlgorithm, Part};

use super::recipe::{HeaderStep, HeaderValueFrom, HmacRecipe, SignedPart};
use super::{SignStep, Signer, scheme};

/// A header by which a recipe proves who sends the delivery.
pub(in crate::cases) struct SignedHeader {
    pub(in crate::cases) name: HeaderName,
    /// The MAC that it holds, if it is one.
    pub(in crate::cases) mac: Option<SignedMac>,
}

pub(in crate::cases) struct SignedMac {
    /// Whether the whole body is in its message.
    pub(in crate::cases) covers_body: bool,
    /// Whether the time of the delivery is in its message.
    pub(in crate::cases) covers_time: bool,
    /// The names of other algorithms, each with the header's text under it.
    pub(in crate::cases) under_other_algorithms: Vec<(&'static str, String)>,
}

/// The headers by which the steps prove who sends a delivery. They have signed the delivery.
///
/// # Errors
/// When a step cannot be followed; names what is missing.
pub(in crate::cases) fn signed_headers(
    steps: &[SignStep],
    signer: Signer<'_>,
    delivery: &Delivery,
) -> Result<Vec<SignedHeader>> {
    let mut signed = Vec::new();
    let mut times = Vec::new();
    for step in steps {
        match step {
            SignStep::Header(step) => step.describe(signer, delivery, &mut times, &mut signed)?,
            SignStep::Scheme => {
                for step in scheme::steps(signer.config, &delivery.headers)? {
                    step.describe(signer, delivery, &mut times, &mut signed)?;
                }
            }
        }
    }
    Ok(signed)
}

impl HeaderStep {
    fn describe(
        &self,
        signer: Signer<'_>,
        delivery: &Delivery,
        times: &mut Vec<HeaderName>,
        signed: &mut Vec<SignedHeader>,
    ) -> Result<()> {
        let name = self.name.resolve(signer.secret)?;
        let mac = match &self.value {
            HeaderValueFrom::UnixSeconds => {
                times.push(name);
                return Ok(());
            }
            HeaderValueFrom::DeliveryId => return Ok(()),
            HeaderValueFrom::IssuedToken
            | HeaderValueFrom::Credential(_)
            | HeaderValueFrom::Basic(_) => None,
            HeaderValueFrom::Hmac(hmac) => Some(SignedMac {
                covers_body: hmac.message.contains(&SignedPart::Of(Part::Body)),
                covers_time: hmac.covers_time(times),
                under_other_algorithms: hmac.under_others(
                    &self.prefix_at(delivery),
                    signer,
                    delivery,
                )?,
            }),
        };
        signed.push(SignedHeader { name, mac });
        Ok(())
    }
}

impl HmacRecipe {
    fn covers_time(&self, headers: &[HeaderName]) -> bool {
        let is_time = |name: &str| {
            let mut headers = headers.iter();
            headers.any(|header| name.eq_ignore_ascii_case(header.as_str()))
        };
        self.message.iter().any(|part| match part {
            SignedPart::UnixSeconds => true,
            SignedPart::Of(Part::Header(name)) => is_time(name),
            SignedPart::Of(_) => false,
        })
    }

    fn under_others(
        &self,
        prefix: &str,
        signer: Signer<'_>,
        delivery: &Delivery,
    ) -> Result<Vec<(&'static str, String)>> {
        let others = ["sha1", "sha256", "sha384", "sha512"]
            .into_iter()
            .filter_map(|name| Some((name, HmacAlgorithm::parse(name)?)))
            .filter(|(_, algorithm)| *algorithm != self.algorithm);
        others
            .map(|(name, algorithm)| {
                let mac = self.under(algorithm, signer.secret, delivery)?;
                Ok((name, format!("{prefix}{mac}")))
            })
            .collect()
    }
}
