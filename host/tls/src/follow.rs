use std::sync::Arc;
use std::time::Duration;

use crate::client_authorities::ClientAuthorities;
use crate::followed_pair::FollowedPair;
use crate::pair::CertificatePair;
use crate::{IssuedCertificates, TlsError, TlsFiles, TlsMetrics, TlsServer};

/// How often the files are read. That finds a change on every file system, and behind every link.
const READ_AGAIN: Duration = Duration::from_secs(5);

/// Files that are read again and again, for a server that takes what changes. Each pair is taken by itself:
/// one that cannot be used keeps no other from its renewal.
pub struct FollowedFiles {
    server: Arc<TlsServer>,
    metrics: TlsMetrics,
    pairs: Vec<(FollowedPair, UntakenChange)>,
    authorities: Option<(ClientAuthorities, UntakenChange)>,
}

/// Why the last change of a file was not taken, if it was not.
#[derive(Default)]
struct UntakenChange {
    last: Option<TlsError>,
    is_told: bool,
}

impl UntakenChange {
    /// Whether something was taken. What cannot be used is told once, and not before it was met twice:
    /// files are not changed all at once.
    fn note(&mut self, looked: Result<bool, TlsError>, metrics: &TlsMetrics) -> bool {
        let error = match looked {
            Ok(taken) => {
                *self = Self::default();
                return taken;
            }
            Err(error) => error,
        };
        if self.last.as_ref() != Some(&error) {
            self.last = Some(error);
            self.is_told = false;
        } else if !self.is_told {
            metrics.kept();
            tracing::error!(%error, "changed certificates are not taken, the last ones are kept");
            self.is_told = true;
        }
        false
    }
}

impl FollowedFiles {
    /// Reads the files, and makes a server of them.
    ///
    /// # Errors
    /// When a file cannot be used; names it.
    pub fn load(files: TlsFiles, metrics: TlsMetrics) -> Result<Self, TlsError> {
        let server = TlsServer::new(files.certificate_source())?;
        let provider = server.provider();
        let pairs = files.pairs.into_iter();
        let pairs = pairs.map(|pair| FollowedPair::load(pair, provider));
        let pairs = pairs.map(|pair| Ok((pair?, UntakenChange::default())));
        let authorities = files.client_authorities;
        let authorities = authorities.map(|file| ClientAuthorities::load(file, provider));
        let authorities = authorities.transpose()?;
        let followed = Self {
            pairs: pairs.collect::<Result<_, TlsError>>()?,
            authorities: authorities.map(|authorities| (authorities, UntakenChange::default())),
            server: Arc::new(server),
            metrics,
        };
        for error in followed
            .pairs
            .iter()
            .filter_map(|(pair, _)| pair.check().err())
        {
            tracing::warn!("{error}");
        }
        followed.serve()?;
        Ok(followed)
    }

    #[must_use]
    pub fn server(&self) -> &Arc<TlsServer> {
        &self.server
    }

    /// Where an authority's certificates go, for files without any.
    #[must_use]
    pub fn issued_certificates(&self) -> IssuedCertificates {
        IssuedCertificates::new(Arc::clone(&self.server), self.metrics.clone())
    }

    /// Follows the files until the future is dropped.
    pub async fn follow(mut self) {
        loop {
            tokio::time::sleep(READ_AGAIN).await;
            let looked = tokio::task::spawn_blocking(move || {
                self.look();
                self
            });
            match looked.await {
                Ok(followed) => self = followed,
                Err(error) => {
                    tracing::error!(%error, "certificate files are not followed any longer");
                    return;
                }
            }
        }
    }

    /// Takes what has changed.
    fn look(&mut self) {
        let provider = Arc::clone(self.server.provider());
        let mut taken = false;
        for (pair, untaken) in &mut self.pairs {
            taken |= untaken.note(pair.look(&provider), &self.metrics);
        }
        if let Some((authorities, untaken)) = &mut self.authorities {
            taken |= untaken.note(authorities.look(&provider), &self.metrics);
        }
        if !taken {
            return;
        }
        match self.serve() {
            Ok(()) => {
                self.metrics.reloaded();
                tracing::info!("certificates reloaded");
            }
            Err(error) => tracing::error!(%error, "changed certificates cannot be served"),
        }
    }

    fn serve(&self) -> Result<(), TlsError> {
        let pairs = self.pairs.iter().map(|(pair, _)| Arc::clone(pair.pair()));
        let pairs: Vec<Arc<CertificatePair>> = pairs.collect();
        let verifier = self.authorities.as_ref();
        let verifier = verifier.map(|(authorities, _)| Arc::clone(authorities.verifier()));
        self.server.take(&pairs, verifier)?;
        if !pairs.is_empty() {
            self.metrics.serve(pairs.iter().map(|pair| &pair.facts));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
