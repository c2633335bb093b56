use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::certificate::CertificateFacts;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CertificateLabel {
    name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReloadLabel {
    result: &'static str,
}

/// The metrics of TLS. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct TlsMetrics {
    expiry: Family<CertificateLabel, Gauge>,
    reloads: Family<ReloadLabel, Counter>,
}

impl TlsMetrics {
    /// Adds the metrics to `registry`. Each name has the prefix `bellpull_`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register_with_unit(
            "bellpull_tls_certificate_expiry_timestamp",
            "When the certificate for a server name expires, since 1970",
            Unit::Seconds,
            self.expiry.clone(),
        );
        registry.register(
            "bellpull_tls_reloads",
            "Changes of certificate files by result; kept counts those that could not be used",
            self.reloads.clone(),
        );
    }

    /// These certificates are served from now on.
    pub(crate) fn serve<'a>(&self, certificates: impl Iterator<Item = &'a CertificateFacts>) {
        self.expiry.clear();
        for facts in certificates {
            let name = facts.dns_names.first().unwrap_or(&facts.subject).clone();
            let expiry = i64::try_from(facts.not_after).unwrap_or(i64::MAX);
            self.expiry
                .get_or_create(&CertificateLabel { name })
                .set(expiry);
        }
    }

    pub(crate) fn reloaded(&self) {
        self.count("reloaded");
    }

    pub(crate) fn kept(&self) {
        self.count("kept");
    }

    fn count(&self, result: &'static str) {
        self.reloads.get_or_create(&ReloadLabel { result }).inc();
    }
}
