use std::time::Duration;

use bellpull_tls::{IssuedCertificate, IssuedCertificates};
use instant_acme::{Account, Error, Identifier, NewOrder, OrderStatus, RetryPolicy};

use crate::challenge::{answer, refusals};
use crate::error::OrderError;
use crate::store::KeptCertificate;

/// How long the authority may take to validate the names, and again to issue the certificate.
const POLLS: RetryPolicy = RetryPolicy::new()
    .initial_delay(Duration::from_millis(500))
    .timeout(Duration::from_secs(120));

/// Orders a certificate for these names (RFC 8555, section 7.4), with a key that is made for it.
pub(crate) async fn order(
    account: &Account,
    domains: &[String],
    certificates: &IssuedCertificates,
) -> Result<(IssuedCertificate, KeptCertificate), OrderError> {
    let names: Vec<Identifier> = domains.iter().cloned().map(Identifier::Dns).collect();
    let mut order = account.new_order(&NewOrder::new(&names)).await?;
    let shown = answer(&mut order, certificates).await?;
    match order.poll_ready(&POLLS).await {
        Ok(OrderStatus::Ready) => {}
        Ok(_) | Err(Error::Api(_)) => {
            return Err(OrderError::NotValidated(refusals(&mut order).await?));
        }
        Err(other) => return Err(other.into()),
    }
    drop(shown);
    let key = order.finalize().await?;
    let chain = order.poll_certificate(&POLLS).await?;
    let kept = KeptCertificate { chain, key };
    let issued = kept.read(domains).map_err(OrderError::Unusable)?;
    Ok((issued, kept))
}
