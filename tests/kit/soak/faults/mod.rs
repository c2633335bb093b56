//! What is done to the replicas and to what they need. Each fault is awaited until it shows, ended, and
//! awaited until all is as before.

mod api_server;
mod files;
mod plugin;
mod replica;
mod secret;

use anyhow::Result;
use tokio::runtime::Runtime;

use super::Soak;
use super::oracle::Phase;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    KillTheApiServer,
    FreezeTheApiServer,
    ExchangeThePlugin,
    RotateTheSecret,
    RenewTheCertificate,
    FillTheRecords,
    StopTheRegistry,
    TerminateAReplica,
}

/// How a fault went.
pub(super) enum Struck {
    /// It showed, and has passed.
    Passed,
    /// This machine does not let it be.
    NotPossible(&'static str),
}

impl Fault {
    pub(super) const ALL: [Self; 8] = [
        Self::KillTheApiServer,
        Self::FreezeTheApiServer,
        Self::ExchangeThePlugin,
        Self::RotateTheSecret,
        Self::RenewTheCertificate,
        Self::FillTheRecords,
        Self::StopTheRegistry,
        Self::TerminateAReplica,
    ];

    pub(super) fn phase(self) -> Phase {
        match self {
            Self::KillTheApiServer => Phase::ApiServerKilled,
            Self::FreezeTheApiServer => Phase::ApiServerFrozen,
            Self::ExchangeThePlugin => Phase::PluginExchanged,
            Self::RotateTheSecret => Phase::SecretRotated,
            Self::RenewTheCertificate => Phase::CertificateRenewed,
            Self::FillTheRecords => Phase::RecordsFull,
            Self::StopTheRegistry => Phase::RegistryDown,
            Self::TerminateAReplica => Phase::ReplicaTerminated,
        }
    }

    /// # Errors
    /// When it does not show, or does not pass.
    pub(super) fn strike(self, soak: &Soak, runtime: &Runtime) -> Result<Struck> {
        match self {
            Self::KillTheApiServer => api_server::kill(soak)?,
            Self::FreezeTheApiServer => api_server::freeze(soak)?,
            Self::ExchangeThePlugin => plugin::exchange(soak)?,
            Self::RotateTheSecret => secret::rotate(soak, runtime)?,
            Self::RenewTheCertificate => files::renew_certificate(soak, runtime)?,
            Self::FillTheRecords => return files::fill_records(soak),
            Self::StopTheRegistry => plugin::stop_registry(soak)?,
            Self::TerminateAReplica => replica::terminate(soak)?,
        }
        Ok(Struck::Passed)
    }
}
