use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::files::{FileContents, LoadedFiles};
use crate::{IssuedCertificates, TlsError, TlsFiles, TlsMetrics, TlsServer};

/// How often the files are read. That finds a change on every file system, and behind every link.
const READ_AGAIN: Duration = Duration::from_secs(5);

/// Files that are read again and again, for a server that takes what changes.
pub struct FollowedFiles {
    files: TlsFiles,
    server: Arc<TlsServer>,
    metrics: TlsMetrics,
    served: FileContents,
    /// Whether a certificate that is served has expired.
    expired: bool,
    /// Why the last change was not taken, and whether that has been told.
    problem: Option<(TlsError, bool)>,
}

impl FollowedFiles {
    /// Reads the files, and makes a server of them.
    ///
    /// # Errors
    /// When a file cannot be used; names it.
    pub fn load(files: TlsFiles, metrics: TlsMetrics) -> Result<Self, TlsError> {
        let server = TlsServer::new(files.certificate_source())?;
        let contents = files.read()?;
        let loaded = files.load(&contents, server.provider())?;
        server.take(&loaded)?;
        if !loaded.pairs.is_empty() {
            metrics.serve(&loaded.pairs);
        }
        let expired = expired(&files, &loaded);
        if let Some(error) = &expired {
            tracing::warn!("{error}");
        }
        Ok(Self {
            files,
            server: Arc::new(server),
            metrics,
            served: contents,
            expired: expired.is_some(),
            problem: None,
        })
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

    /// Takes what has changed. What cannot be used is told once, and not before it was met twice: files
    /// are not changed all at once.
    fn look(&mut self) {
        let Err(error) = self.try_to_take() else {
            self.problem = None;
            return;
        };
        let (again, told) = match &self.problem {
            Some((last, told)) => (*last == error, *told),
            None => (false, false),
        };
        if again && !told {
            self.metrics.kept();
            tracing::error!(%error, "changed certificates are not taken, the last ones are kept");
        }
        self.problem = Some((error, again));
    }

    fn try_to_take(&mut self) -> Result<(), TlsError> {
        let contents = self.files.read()?;
        if contents == self.served {
            return Ok(());
        }
        let loaded = self.files.load(&contents, self.server.provider())?;
        let expired = expired(&self.files, &loaded);
        match expired {
            Some(error) if !self.expired => return Err(error),
            _ => self.expired = expired.is_some(),
        }
        self.server.take(&loaded)?;
        if !loaded.pairs.is_empty() {
            self.metrics.serve(&loaded.pairs);
        }
        self.metrics.reloaded();
        self.served = contents;
        tracing::info!("certificates reloaded");
        Ok(())
    }
}

/// The first certificate that has expired.
fn expired(files: &TlsFiles, loaded: &LoadedFiles) -> Option<TlsError> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let pairs = files.pairs.iter().zip(&loaded.pairs);
    let mut expired = pairs.filter(|(_, pair)| pair.facts.not_after < now.as_secs());
    expired.next().map(|(files, pair)| TlsError::Expired {
        file: files.certificate.clone(),
        since: pair.facts.expires.clone(),
    })
}

#[cfg(test)]
mod tests;
