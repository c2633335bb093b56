use bellpull_tls::IssuedCertificate;
use instant_acme::AccountCredentials;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::settings::AcmeSettings;

/// Keeps small files over a restart, which nobody else can read or write.
pub trait StateStore: Send + Sync + 'static {
    /// The content of a file, if it is there and is what was written.
    fn read(&self, file: &str) -> Option<Vec<u8>>;

    /// Writes a file: whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written: why.
    fn write(&self, file: &str, content: &[u8]) -> Result<(), String>;
}

/// An account at the authority, as it is kept.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeptAccount {
    pub(crate) email: Option<String>,
    pub(crate) credentials: AccountCredentials,
}

/// A certificate and its key as they are kept, in PEM.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeptCertificate {
    pub(crate) chain: String,
    pub(crate) key: String,
}

impl KeptCertificate {
    /// # Errors
    /// When the two are no pair, or are not for all these names.
    pub(crate) fn read(&self, domains: &[String]) -> Result<IssuedCertificate, String> {
        let issued = IssuedCertificate::read(&self.chain, &self.key)?;
        match domains
            .iter()
            .find(|domain| !issued.dns_names().contains(domain))
        {
            Some(domain) => Err(format!("it is not for {domain}")),
            None => Ok(issued),
        }
    }
}

/// The account at one authority, and the certificate of one set of names.
pub(crate) struct AcmeStore {
    files: Box<dyn StateStore>,
    domains: Vec<String>,
    account_file: String,
    certificate_file: String,
}

impl AcmeStore {
    pub(crate) fn new(files: impl StateStore, settings: &AcmeSettings) -> Self {
        let mut domains = settings.domains.clone();
        domains.sort_unstable();
        domains.dedup();
        let directory = std::slice::from_ref(&settings.directory);
        Self {
            files: Box::new(files),
            account_file: format!("account-{}.json", digest(directory)),
            certificate_file: format!(
                "certificate-{}.json",
                digest(&[directory, &domains].concat())
            ),
            domains,
        }
    }

    /// The names that the certificate is for, each once.
    pub(crate) fn domains(&self) -> &[String] {
        &self.domains
    }

    pub(crate) fn account(&self) -> Option<KeptAccount> {
        self.read(&self.account_file)
    }

    pub(crate) fn keep_account(&self, account: &KeptAccount) -> Result<(), String> {
        self.write(&self.account_file, account)
    }

    /// The certificate, unless another one must be ordered.
    pub(crate) fn certificate(&self) -> Option<IssuedCertificate> {
        let kept: KeptCertificate = self.read(&self.certificate_file)?;
        let issued = kept.read(&self.domains);
        let told = |why: &String| tracing::warn!(why, "{DAMAGED}");
        issued.inspect_err(told).ok()
    }

    pub(crate) fn keep_certificate(&self, certificate: &KeptCertificate) -> Result<(), String> {
        self.write(&self.certificate_file, certificate)
    }

    /// Checks that files can be kept.
    ///
    /// # Errors
    /// When they cannot.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.files.write("check.json", b"{}")
    }

    fn read<T: DeserializeOwned>(&self, file: &str) -> Option<T> {
        let content = self.files.read(file)?;
        // The error of the parser might quote a key.
        let read = serde_json::from_slice(&content).ok();
        if read.is_none() {
            tracing::warn!(file, "{DAMAGED}");
        }
        read
    }

    fn write(&self, file: &str, value: &impl Serialize) -> Result<(), String> {
        let content = serde_json::to_vec(value).map_err(|error| error.to_string())?;
        self.files.write(file, &content)
    }
}

const DAMAGED: &str = "what is kept of the authority cannot be used; it will be replaced";

fn digest(parts: &[String]) -> String {
    hex::encode(Sha256::digest(parts.join("\n")))
}

#[cfg(test)]
pub(crate) mod tests;
