use std::time::{Duration, SystemTime};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use bellpull_egress::AuthorityHttp;
use bellpull_tls::{IssuedCertificate, IssuedCertificates};
use tokio::time::{Instant, sleep, sleep_until};

use crate::authority::{AcmeAuthority, Authority};
use crate::error::OrderError;
use crate::metrics::AcmeMetrics;
use crate::renewal::Lifetime;
use crate::settings::AcmeSettings;
use crate::store::{AcmeStore, StateStore};

const LONGEST_DELAY: Duration = Duration::from_secs(6 * 60 * 60);
/// Delays between attempts that fail. Fewer than five of them fall into one hour, which is what Let's
/// Encrypt takes of one account and name ("Rate Limits", authorization failures).
const RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_secs(60))
    .with_factor(4.0)
    .with_max_delay(LONGEST_DELAY)
    .without_max_times()
    .with_jitter();

/// What certificates are kept with.
pub struct CertificateKeeperParts<S> {
    pub settings: AcmeSettings,
    pub http: AuthorityHttp,
    pub store: S,
    pub certificates: IssuedCertificates,
    pub metrics: AcmeMetrics,
}

/// Keeps a certificate served: the kept one, or one that it orders, and renews in time.
pub struct CertificateKeeper {
    upkeep: CertificateUpkeep<AcmeAuthority>,
}

impl CertificateKeeper {
    /// Serves the certificate that is kept, if there is one. `served` is called whenever one is served.
    pub fn begin(
        parts: CertificateKeeperParts<impl StateStore>,
        served: impl Fn() + Send + 'static,
    ) -> Self {
        let CertificateKeeperParts {
            settings,
            http,
            store,
            certificates,
            metrics,
        } = parts;
        let store = AcmeStore::new(store, &settings);
        let kept = store.certificate().filter(|kept| !expired(kept));
        let serving = certificates.clone();
        let mut upkeep = CertificateUpkeep {
            authority: AcmeAuthority::new(settings, http, store, certificates),
            serve: Box::new(move |certificate| {
                serving.serve(certificate);
                served();
            }),
            metrics,
            certificate: None,
        };
        if let Some(certificate) = kept {
            upkeep.serve(certificate);
        }
        Self { upkeep }
    }

    /// Orders and renews until the future is dropped.
    pub async fn keep(self) {
        self.upkeep.keep().await;
    }
}

fn expired(kept: &IssuedCertificate) -> bool {
    let expired = Lifetime::of(kept, SystemTime::now()).is_over();
    if expired {
        tracing::warn!(
            expired = kept.expires(),
            "the certificate that is kept has expired"
        );
    }
    expired
}

type Serve = Box<dyn Fn(&IssuedCertificate) + Send>;

struct CertificateUpkeep<A> {
    authority: A,
    serve: Serve,
    metrics: AcmeMetrics,
    certificate: Option<IssuedCertificate>,
}

impl<A: Authority> CertificateUpkeep<A> {
    fn serve(&mut self, certificate: IssuedCertificate) {
        (self.serve)(&certificate);
        tracing::info!(
            names = certificate.dns_names().join(","),
            expires = certificate.expires(),
            "certificate served"
        );
        self.certificate = Some(certificate);
    }

    async fn keep(mut self) {
        let mut earliest = Instant::now();
        loop {
            if let Some(certificate) = &self.certificate {
                until_due(&mut self.authority, certificate, earliest).await;
            }
            let certificate = self.order_until_issued().await;
            let lifetime = Lifetime::of(&certificate, SystemTime::now());
            earliest = Instant::now() + lifetime.least_age();
            self.serve(certificate);
        }
    }

    async fn order_until_issued(&mut self) -> IssuedCertificate {
        let mut delays = RETRY.build();
        loop {
            match self.authority.order().await {
                Ok(certificate) => {
                    self.metrics.issued();
                    return certificate;
                }
                Err(error) => {
                    let delay = delays.next().unwrap_or(LONGEST_DELAY);
                    self.wait_after(&error, delay).await;
                }
            }
        }
    }

    async fn wait_after(&mut self, error: &OrderError, delay: Duration) {
        self.metrics.failed();
        let delay = delay.max(self.authority.take_asked_pause());
        tracing::error!(%error, again_in = ?delay, "no certificate from the authority");
        sleep(delay).await;
    }
}

/// Waits until a certificate is to be renewed, and `earliest` has come.
async fn until_due(
    authority: &mut impl Authority,
    certificate: &IssuedCertificate,
    earliest: Instant,
) {
    loop {
        let renewal = authority.renewal(certificate).await;
        let now = Instant::now();
        let due = earliest.max(now + renewal.due_in);
        let ask_again = now + renewal.ask_again_in;
        if due <= ask_again {
            return sleep_until(due).await;
        }
        sleep_until(ask_again).await;
    }
}

#[cfg(test)]
mod tests;
