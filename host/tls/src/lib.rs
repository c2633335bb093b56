//! TLS of the listener: which certificate a client sees, and which certificates of clients count.
//!
//! A [`TlsServer`] has the configuration of the moment. [`TlsFiles`] are read into it at the start, and
//! [`FollowedFiles`] read them again whenever they change. Where an authority issues the certificates,
//! [`IssuedCertificates`] takes them, and shows the authority that this server has their names. The certificate
//! of a client becomes a [`VerifiedCertificate`](bellpull_core::VerifiedCertificate).

mod certificate;
mod challenges;
mod client_authorities;
mod error;
mod files;
mod follow;
mod followed_pair;
mod issued;
mod metrics;
mod names;
mod pair;
mod server;
mod shown_certificate;
mod source;

pub use challenges::VALIDATION_PROTOCOL;
pub use error::TlsError;
pub use files::TlsFiles;
pub use follow::FollowedFiles;
pub use issued::{IssuedCertificate, IssuedCertificates, ShownChallenge};
pub use metrics::TlsMetrics;
pub use pair::PairFiles;
pub use rustls::ServerConfig;
pub use server::TlsServer;
pub use shown_certificate::{ClientAuthority, ShownCertificate};
