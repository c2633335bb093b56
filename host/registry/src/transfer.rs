//! Bodies of requests and responses, in pieces and again after an interruption.

use bellpull_egress::{RegistryHttpError, RegistryResponse};
use http::StatusCode;
use sha2::{Digest as _, Sha256};

use crate::error::RegistryError;
use crate::watch::WatchedTransfer;

/// A blob of known digest and size that is being downloaded.
pub(crate) struct Download {
    what: String,
    digest: String,
    size: usize,
    bytes: Vec<u8>,
    watched: Box<dyn WatchedTransfer>,
}

impl Download {
    pub(crate) fn new(
        what: String,
        digest: &str,
        size: u64,
        watched: Box<dyn WatchedTransfer>,
    ) -> Self {
        Self {
            what,
            digest: digest.to_owned(),
            size: usize::try_from(size).unwrap_or(usize::MAX),
            bytes: Vec::new(),
            watched,
        }
    }

    /// How much has arrived.
    pub(crate) fn offset(&self) -> usize {
        self.bytes.len()
    }

    /// Takes a response to a request for the rest.
    pub(crate) async fn take(
        &mut self,
        mut response: RegistryResponse,
    ) -> Result<(), RegistryError> {
        if response.status() != StatusCode::PARTIAL_CONTENT {
            self.bytes.clear();
        }
        response.expect((self.size - self.bytes.len()) as u64);
        while let Some(chunk) = response.chunk().await? {
            if self.bytes.len() + chunk.len() > self.size {
                return Err(self.mismatch(format!("it has more than {} bytes", self.size)));
            }
            self.bytes.extend_from_slice(&chunk);
            self.watched.arrived(self.bytes.len() as u64);
        }
        Ok(())
    }

    /// The blob, if all of it has arrived and it is what its digest names.
    pub(crate) fn finish(self) -> Result<Vec<u8>, RegistryError> {
        if self.bytes.len() < self.size {
            return Err(RegistryError::Http(RegistryHttpError::Failed {
                url: self.what,
                reason: format!("only {} of {} bytes came", self.bytes.len(), self.size),
            }));
        }
        let digest = format!("sha256:{}", hex::encode(Sha256::digest(&self.bytes)));
        if digest != self.digest {
            return Err(self.mismatch(format!("its digest is {digest}")));
        }
        Ok(self.bytes)
    }

    fn mismatch(&self, reason: String) -> RegistryError {
        RegistryError::Mismatch {
            what: format!("{} ({})", self.what, self.digest),
            reason,
        }
    }
}
