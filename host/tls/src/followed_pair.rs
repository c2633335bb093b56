use std::sync::Arc;
use std::time::SystemTime;

use rustls::crypto::CryptoProvider;

use crate::TlsError;
use crate::files::read;
use crate::pair::{CertificatePair, PairFiles};

/// A certificate with its key, and what its files held when they were read.
pub(crate) struct FollowedPair {
    files: PairFiles,
    contents: [Vec<u8>; 2],
    pair: Arc<CertificatePair>,
}

impl FollowedPair {
    /// # Errors
    /// When the files hold no pair; names the file.
    pub(crate) fn load(files: PairFiles, provider: &CryptoProvider) -> Result<Self, TlsError> {
        let contents = contents(&files)?;
        let [certificate, key] = &contents;
        let pair = files.load(certificate, key, provider)?;
        Ok(Self {
            pair: Arc::new(pair),
            files,
            contents,
        })
    }

    pub(crate) fn pair(&self) -> &Arc<CertificatePair> {
        &self.pair
    }

    /// Takes what the files hold now. Returns whether it is another pair.
    ///
    /// # Errors
    /// When it is no pair, or does not hold at this time while the last one does.
    pub(crate) fn look(&mut self, provider: &CryptoProvider) -> Result<bool, TlsError> {
        let contents = contents(&self.files)?;
        if contents == self.contents {
            return Ok(false);
        }
        let [certificate, key] = &contents;
        let pair = self.files.load(certificate, key, provider)?;
        if let (Err(error), Ok(())) = (self.holds_now(&pair), self.holds_now(&self.pair)) {
            return Err(error);
        }
        self.pair = Arc::new(pair);
        self.contents = contents;
        Ok(true)
    }

    /// Checks that the pair that is served holds at this time.
    ///
    /// # Errors
    /// When it does not yet, or no longer.
    pub(crate) fn check(&self) -> Result<(), TlsError> {
        self.holds_now(&self.pair)
    }

    fn holds_now(&self, pair: &CertificatePair) -> Result<(), TlsError> {
        pair.facts
            .holds_at(SystemTime::now(), &self.files.certificate)
    }
}

fn contents(files: &PairFiles) -> Result<[Vec<u8>; 2], TlsError> {
    Ok([read(&files.certificate)?, read(&files.key)?])
}
