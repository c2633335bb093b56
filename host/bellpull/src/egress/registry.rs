use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use bellpull_egress::{
    ClientCertificate, RegistryHttp, RegistryHttpSettings, RegistryTls, SettingsError,
};
use bellpull_registry::{CredentialFile, Registry};

use super::network::{network_settings, read_pem, warn_of_ignored_proxy};
use crate::exit::UsageError;
use crate::providers::MAX_WASM;
use crate::settings::{NetworkArgs, RegistryArgs};

const CERT_FLAG: &str = "--registry-client-cert";
const KEY_FLAG: &str = "--registry-client-key";

/// A client of registries.
///
/// # Errors
/// When the certificates or the proxy cannot be used.
pub(crate) fn registry(arguments: &RegistryArgs, network: &NetworkArgs) -> Result<Registry> {
    let egress = network_settings(network)?;
    warn_of_ignored_proxy(&egress);
    let settings = RegistryHttpSettings {
        egress,
        plain_http: arguments.plain_http.clone(),
        tls: RegistryTls {
            client: client_certificate(arguments)?,
            ..RegistryTls::default()
        },
        ..RegistryHttpSettings::default()
    };
    let http = RegistryHttp::new(settings).map_err(|error| told(error, arguments))?;
    let credentials = match &arguments.registry_config {
        Some(file) => CredentialFile::named(file.clone()),
        None => CredentialFile::usual(docker_folder().join("config.json")),
    };
    Ok(Registry::new(http, Arc::new(credentials), MAX_WASM as u64))
}

/// The certificate that the flags name, if any.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn client_certificate(arguments: &RegistryArgs) -> Result<Option<ClientCertificate>> {
    let files = (
        &arguments.registry_client_cert,
        &arguments.registry_client_key,
    );
    let (Some(certificate), Some(key)) = files else {
        return Ok(None);
    };
    Ok(Some(ClientCertificate {
        certificate: read_pem(CERT_FLAG, certificate)?,
        key: read_pem(KEY_FLAG, key)?,
    }))
}

/// Names the file that is wrong.
fn told(error: SettingsError, arguments: &RegistryArgs) -> anyhow::Error {
    let (flag, file, reason) = match &error {
        SettingsError::ClientCertificate(why) => (CERT_FLAG, &arguments.registry_client_cert, why),
        SettingsError::ClientKey(why) => (KEY_FLAG, &arguments.registry_client_key, why),
        _ => return error.into(),
    };
    let file = file.clone().unwrap_or_default();
    UsageError(format!("{flag} {}: {reason}", file.display())).into()
}

/// Where Docker's tools keep their configuration.
fn docker_folder() -> PathBuf {
    let named = std::env::var_os("DOCKER_CONFIG").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".docker"));
    named.or_else(home).unwrap_or_default()
}
