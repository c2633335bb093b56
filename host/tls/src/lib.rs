//! TLS of the listener: which certificate a client sees, and which certificates of clients count.
//!
//! A [`TlsServer`] has the configuration of the moment. [`TlsFiles`] are read into it at the start, and
//! [`FollowedFiles`] read them again whenever they change. The certificate of a client becomes a
//! [`VerifiedCertificate`](bellpull_core::VerifiedCertificate).

mod certificate;
mod error;
mod files;
mod follow;
mod metrics;
mod names;
mod pair;
mod server;

pub use certificate::verified_certificate;
pub use error::TlsError;
pub use files::TlsFiles;
pub use follow::FollowedFiles;
pub use metrics::TlsMetrics;
pub use pair::PairFiles;
pub use rustls::ServerConfig;
pub use server::TlsServer;
