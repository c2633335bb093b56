//! What is done to the replicas and to what they need. Each fault is awaited until it shows, ended, and
//! awaited until all is as before.

mod api_server;
mod files;
mod plugin;
mod replica;
mod secret;

use anyhow::{Result, bail};
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

    /// Those whose names have one of these parts; without any, all.
    ///
    /// # Errors
    /// When a part is of no name.
    pub(super) fn chosen(parts: &[String]) -> Result<Vec<Self>> {
        let has = |fault: &Self, part: &String| {
            let name = format!("{fault:?}").to_lowercase();
            name.contains(&part.to_lowercase())
        };
        if let Some(part) = parts
            .iter()
            .find(|&part| !Self::ALL.iter().any(|fault| has(fault, part)))
        {
            bail!("no fault is called {part:?}; there are: {:?}", Self::ALL);
        }
        let chosen = Self::ALL
            .into_iter()
            .filter(|fault| parts.is_empty() || parts.iter().any(|part| has(fault, part)));
        Ok(chosen.collect())
    }

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

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn faults_are_chosen_by_parts_of_their_names() {
        let chosen = |parts: &[&str]| {
            let parts: Vec<String> = parts.iter().map(|&part| part.to_owned()).collect();
            Fault::chosen(&parts)
        };
        assert_eq!(chosen(&[]).unwrap(), Fault::ALL);
        let some = chosen(&["apiserver", "Secret"]).unwrap();
        let expected = [
            Fault::KillTheApiServer,
            Fault::FreezeTheApiServer,
            Fault::RotateTheSecret,
        ];
        assert_eq!(some, expected);
        let told = chosen(&["plugin", "flood"]).unwrap_err().to_string();
        assert!(
            told.contains("\"flood\"; there are: [KillTheApiServer"),
            "{told}"
        );
    }
}
