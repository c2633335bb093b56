use std::time::{Duration, SystemTime};

use bellpull_egress::AuthorityHttp;
use bellpull_tls::{IssuedCertificate, IssuedCertificates};
use instant_acme::{Account, CertificateIdentifier};

use crate::account::{account, register};
use crate::client::AcmeClient;
use crate::error::OrderError;
use crate::order::order;
use crate::renewal::{Lifetime, Renewal};
use crate::settings::AcmeSettings;
use crate::store::AcmeStore;

/// Issues certificates.
pub(crate) trait Authority: Send {
    /// Orders a certificate, and keeps it.
    fn order(&mut self) -> impl Future<Output = Result<IssuedCertificate, OrderError>> + Send;

    /// When to renew a certificate.
    fn renewal(&mut self, certificate: &IssuedCertificate) -> impl Future<Output = Renewal> + Send;

    /// The pause before the next order that the authority has asked for.
    fn take_asked_pause(&mut self) -> Duration;
}

/// An authority that speaks ACME.
pub(crate) struct AcmeAuthority {
    settings: AcmeSettings,
    client: AcmeClient,
    store: AcmeStore,
    certificates: IssuedCertificates,
    /// Looked up at the first order: a kept certificate is served without the authority.
    account: Option<Account>,
}

impl AcmeAuthority {
    pub(crate) fn new(
        settings: AcmeSettings,
        http: AuthorityHttp,
        store: AcmeStore,
        certificates: IssuedCertificates,
    ) -> Self {
        Self {
            settings,
            client: AcmeClient::new(http),
            store,
            certificates,
            account: None,
        }
    }

    async fn account(&mut self) -> Result<Account, OrderError> {
        if let Some(account) = &self.account {
            return Ok(account.clone());
        }
        let account = account(&self.settings, &self.client, &self.store).await?;
        Ok(self.account.insert(account).clone())
    }

    async fn advised_renewal(
        &mut self,
        certificate: &IssuedCertificate,
    ) -> Result<Renewal, OrderError> {
        let Some((key, serial)) = certificate.issuer_key_and_serial() else {
            return Err(instant_acme::Error::Unsupported("renewal information").into());
        };
        let account = self.account().await?;
        let identifier = CertificateIdentifier::new(key.into(), serial.into());
        let (info, ask_again_in) = account.renewal_info(&identifier).await?;
        let lifetime = Lifetime::of(certificate, SystemTime::now());
        Ok(lifetime.advised_renewal(&info, ask_again_in, chance()))
    }
}

impl Authority for AcmeAuthority {
    async fn order(&mut self) -> Result<IssuedCertificate, OrderError> {
        let account = self.account().await?;
        let domains = self.store.domains();
        let mut ordered = order(&account, domains, &self.certificates).await;
        if ordered.as_ref().is_err_and(OrderError::is_unknown_account) {
            tracing::warn!(
                "the authority does not know the account any longer; another one is made"
            );
            let account = register(&self.settings, &self.client, &self.store).await?;
            ordered = order(&account, domains, &self.certificates).await;
            self.account = Some(account);
        }
        let (issued, kept) = ordered?;
        if let Err(why) = self.store.keep_certificate(&kept) {
            tracing::error!(
                why,
                "the new certificate is not kept: the next start orders another one"
            );
        }
        Ok(issued)
    }

    async fn renewal(&mut self, certificate: &IssuedCertificate) -> Renewal {
        match self.advised_renewal(certificate).await {
            Ok(renewal) => renewal,
            Err(error) => {
                tracing::debug!(%error, "no renewal information of the authority");
                Lifetime::of(certificate, SystemTime::now()).renewal()
            }
        }
    }

    fn take_asked_pause(&mut self) -> Duration {
        self.client.take_asked_pause()
    }
}

/// From 0 to 1. Without randomness of the system, the middle.
fn chance() -> f64 {
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    f64::from(random) / f64::from(u32::MAX)
}
