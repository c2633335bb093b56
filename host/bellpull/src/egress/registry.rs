use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use bellpull_egress::RegistryHttp;
use bellpull_registry::{CredentialFile, Registry};

use super::network::{network_settings, warn_of_ignored_proxy};
use crate::providers::MAX_WASM;
use crate::settings::{NetworkArgs, RegistryArgs};

/// A client of registries.
///
/// # Errors
/// When the certificates or the proxy cannot be used.
pub(crate) fn registry(arguments: &RegistryArgs, network: &NetworkArgs) -> Result<Registry> {
    let settings = network_settings(network)?;
    warn_of_ignored_proxy(&settings);
    let http = RegistryHttp::new(&settings, arguments.plain_http.clone())?;
    let credentials = match &arguments.registry_config {
        Some(file) => CredentialFile::named(file.clone()),
        None => CredentialFile::usual(docker_folder().join("config.json")),
    };
    Ok(Registry::new(http, Arc::new(credentials), MAX_WASM as u64))
}

/// Where Docker's tools keep their configuration.
fn docker_folder() -> PathBuf {
    let named = std::env::var_os("DOCKER_CONFIG").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".docker"));
    named.or_else(home).unwrap_or_default()
}
