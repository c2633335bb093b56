//! An authority that speaks ACME: Pebble, as released. Every name leads to this machine.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::{Certificate, Client};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::json;

use super::api::client;
use super::folder::PrivateFolder;
use super::ports;
use super::supervisor::Supervised;
use crate::go::{GoModule, INSTALL_GO};
use crate::https::Authority;

const MODULE: GoModule = GoModule {
    folder: "pebble",
    packages: "github.com/letsencrypt/pebble/v2/cmd/...",
    programs: &["pebble", "pebble-challtestsrv"],
    without_go: INSTALL_GO,
};

/// Of certificates, seconds.
const VALIDITY: u32 = 90 * 24 * 60 * 60;

/// A running authority. It dies with the value.
pub struct Pebble {
    directory: SocketAddr,
    management: SocketAddr,
    /// Where it connects to when it validates a name.
    pub validated: SocketAddr,
    /// Whom its own server is trusted by.
    authority: Authority,
    command: Command,
    pebble: Option<Supervised>,
    _names: Supervised,
    folder: PrivateFolder,
}

impl Pebble {
    /// Starts an authority whose certificates are valid for 90 days.
    ///
    /// # Errors
    /// When it cannot be built or does not start.
    pub fn start() -> Result<Self> {
        ports::start_on_free(Self::start_at)
    }

    fn start_at(
        [directory, management, names, answers, validated]: [SocketAddr; 5],
    ) -> Result<Self> {
        let programs = MODULE.build("")?;
        let folder = PrivateFolder::new("pebble")?;
        let authority = Authority::new()?;
        authority.issue_into(folder.path())?;
        let file = |name: &str| folder.path().join(name);
        let config = json!({"pebble": {
            "listenAddress": directory.to_string(),
            "managementListenAddress": management.to_string(),
            "certificate": file("tls.crt"),
            "privateKey": file("tls.key"),
            "httpPort": 1,
            "tlsPort": validated.port(),
            "keyAlgorithm": "ecdsa",
            "profiles": {"only": {"description": "", "validityPeriod": VALIDITY}},
        }});
        fs::write(file("config.json"), config.to_string())?;
        let mut resolver = Command::new(programs.join("pebble-challtestsrv"));
        resolver
            .args(["-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", ""])
            .args(["-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""])
            .args(["-dnsserver", &names.to_string()])
            .args(["-management", &answers.to_string()]);
        let mut command = Command::new(programs.join("pebble"));
        command
            .args(["-strict", "-dnsserver", &names.to_string(), "-config"])
            .arg(file("config.json"))
            .env("PEBBLE_VA_NOSLEEP", "1")
            // By itself it refuses some requests at random.
            .env("PEBBLE_WFE_NONCEREJECT", "0");
        let mut resolving = Supervised::start("names", &resolver, folder.path())?;
        resolving.until_ready(|| listens(answers) && takes_datagrams(names))?;
        let mut pebble = Self {
            directory,
            management,
            validated,
            authority,
            command,
            pebble: None,
            _names: resolving,
            folder,
        };
        pebble.resume()?;
        Ok(pebble)
    }

    /// Ends it. Until [`Self::resume`] its port refuses connections.
    pub fn stop(&mut self) {
        drop(self.pebble.take());
    }

    /// Serves again after [`Self::stop`], at the same address. It has forgotten everything.
    ///
    /// # Errors
    /// When it does not start.
    pub fn resume(&mut self) -> Result<()> {
        let mut pebble = Supervised::start("pebble", &self.command, self.folder.path())?;
        pebble.until_ready(|| listens(self.directory) && listens(self.management))?;
        self.pebble = Some(pebble);
        Ok(())
    }

    /// The URL of its directory.
    #[must_use]
    pub fn directory(&self) -> String {
        format!("https://{}/dir", self.directory)
    }

    /// A file with the certificate that its own server is trusted by.
    #[must_use]
    pub fn trusted_by(&self) -> PathBuf {
        self.authority.file()
    }

    /// What a client trusts that trusts its certificates.
    ///
    /// # Errors
    /// When it does not tell.
    pub async fn roots(&self) -> Result<RootCertStore> {
        let url = format!("https://{}/roots/0", self.management);
        let answer = self.client()?.get(url).send().await?.error_for_status()?;
        let root = CertificateDer::from_pem_slice(&answer.bytes().await?);
        let mut roots = RootCertStore::empty();
        roots.add(root.context("a root in PEM")?)?;
        Ok(roots)
    }

    /// Advises from now on that this certificate be renewed at once.
    ///
    /// # Errors
    /// When it is not one of its own.
    pub async fn advise_renewal(&self, certificate: &CertificateDer<'_>) -> Result<()> {
        let past = json!({"start": "2020-01-01T00:00:00Z", "end": "2020-01-02T00:00:00Z"});
        let text = BASE64_STANDARD.encode(certificate);
        let advice = json!({
            "Certificate": format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"),
            "ARIResponse": json!({"suggestedWindow": past}).to_string(),
        });
        let url = format!("https://{}/set-renewal-info/", self.management);
        let told = self.client()?.post(url).body(advice.to_string());
        told.send().await?.error_for_status()?;
        Ok(())
    }

    fn client(&self) -> Result<Client> {
        let trusted = Certificate::from_pem(self.authority.pem().as_bytes())?;
        let client = client().tls_certs_only([trusted]);
        // It refuses a client that has no name.
        Ok(client.user_agent("bellpull-tests").build()?)
    }
}

fn listens(address: SocketAddr) -> bool {
    TcpStream::connect(address).is_ok()
}

/// A closed port of this machine refuses the first datagram, and the second one fails for that.
fn takes_datagrams(address: SocketAddr) -> bool {
    let sent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| {
        socket.connect(address)?;
        socket.send(&[])?;
        socket.send(&[])
    });
    sent.is_ok()
}
