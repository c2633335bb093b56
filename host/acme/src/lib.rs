//! Certificates of the listener from an authority that speaks ACME (RFC 8555).
//!
//! A [`CertificateKeeper`] serves the certificate that is kept, orders one where there is none, and renews it in
//! time. The authority validates each name by a connection to this server (TLS-ALPN-01, RFC 8737). It is asked
//! through the host's outbound HTTP alone.

mod account;
mod authority;
mod challenge;
mod client;
mod error;
mod keeper;
mod metrics;
mod order;
mod renewal;
mod settings;
mod store;

pub use keeper::{CertificateKeeper, CertificateKeeperParts};
pub use metrics::AcmeMetrics;
pub use settings::{AcmeSettings, domain, email};
pub use store::StateStore;
