//! The certificate of the listener, renewed as a mounted Secret is.

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tempfile::TempDir;

use crate::https::Authority;

/// The link that kubelet exchanges (kubernetes/pkg/volume/util, "atomic writer").
const DATA: &str = "..data";
const FILES: [&str; 2] = ["tls.crt", "tls.key"];

/// A folder with a certificate and its key.
pub(super) struct Certificates {
    pub(super) authority: Authority,
    folder: TempDir,
    renewals: AtomicUsize,
}

impl Certificates {
    pub(super) fn new() -> Result<Self> {
        let certificates = Self {
            authority: Authority::new()?,
            folder: tempfile::tempdir()?,
            renewals: AtomicUsize::new(0),
        };
        certificates.renew()?;
        for file in FILES {
            let data = format!("{DATA}/{file}");
            symlink(data, certificates.folder.path().join(file))?;
        }
        Ok(certificates)
    }

    /// The path of a file.
    pub(super) fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Exchanges both files at once, by one rename. Returns the new certificate.
    pub(super) fn renew(&self) -> Result<CertificateDer<'static>> {
        let number = self.renewals.fetch_add(1, Ordering::Relaxed);
        let (new, link) = (format!("..{number}"), self.folder.path().join("..data_tmp"));
        let folder = self.folder.path().join(&new);
        fs::create_dir(&folder)?;
        self.authority.issue_into(&folder)?;
        let before = fs::read_link(self.folder.path().join(DATA));
        symlink(&new, &link)?;
        fs::rename(&link, self.folder.path().join(DATA))?;
        if let Ok(before) = before {
            fs::remove_dir_all(self.folder.path().join(before))?;
        }
        Ok(CertificateDer::from_pem_file(folder.join("tls.crt"))?)
    }
}
