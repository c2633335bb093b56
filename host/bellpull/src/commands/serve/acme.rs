//! The certificate of the port of webhooks from an authority.

use anyhow::Result;
use bellpull_acme::{
    AcmeMetrics, AcmeSettings, CertificateKeeper, CertificateKeeperParts, StateStore,
};
use bellpull_egress::AuthorityHttp;
use bellpull_gateway::Readiness;
use bellpull_tls::IssuedCertificates;
use tokio::task::JoinHandle;

use crate::cache::{Cache, CacheBound, CacheFolder};
use crate::egress::network_settings;
use crate::exit::UsageError;
use crate::settings::ServeArgs;

/// Holds one account for each authority, and one certificate for each set of names.
const ACME: CacheFolder = CacheFolder {
    name: "acme",
    bound: CacheBound {
        bytes: 16 << 20,
        files: 256,
        endings: &[".json"],
    },
};

struct AcmeFiles(Cache);

impl StateStore for AcmeFiles {
    fn read(&self, file: &str) -> Option<Vec<u8>> {
        self.0.get(file)
    }

    fn write(&self, file: &str, content: &[u8]) -> Result<(), String> {
        let kept = self.0.keep(file, content);
        kept.map_err(|error| format!("{error:#}"))
    }
}

/// An authority that has not been asked yet.
pub(super) struct Acme(CertificateKeeperParts<AcmeFiles>);

impl Acme {
    /// # Errors
    /// When the directory of the authority cannot be asked.
    pub(super) fn new(
        settings: AcmeSettings,
        arguments: &ServeArgs,
        certificates: IssuedCertificates,
        metrics: AcmeMetrics,
    ) -> Result<Self> {
        let network = network_settings(&arguments.egress.network)?;
        let http = AuthorityHttp::new(&network, &settings.directory);
        let http = http.map_err(|error| UsageError(format!("--acme-directory: {error}")))?;
        Ok(Self(CertificateKeeperParts {
            settings,
            http,
            store: AcmeFiles(Cache::open(&arguments.cache, &ACME)),
            certificates,
            metrics,
        }))
    }

    /// Serves the certificate that is kept, and orders and renews until it is aborted. The process is not ready
    /// before there is a certificate.
    pub(super) fn begin(self, readiness: &mut Readiness) -> JoinHandle<()> {
        let certificate = readiness.latch("certificate");
        let keeper = CertificateKeeper::begin(self.0, move || certificate.open());
        tokio::spawn(keeper.keep())
    }
}
