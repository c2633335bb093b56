use reqwest::{Certificate, Client, ClientBuilder};

use super::error::root_cause;
use crate::SettingsError;

/// Builds a client that trusts the system's authorities, if there are any, and the given ones.
pub(super) fn build_trusting(
    builder: impl Fn() -> ClientBuilder,
    authorities: &[String],
) -> Result<Client, SettingsError> {
    let mut certificates = Vec::new();
    for (at, pem) in authorities.iter().enumerate() {
        let found = Certificate::from_pem_bundle(pem.as_bytes())
            .map_err(|error| SettingsError::Authorities(root_cause(&error)))?;
        if found.is_empty() {
            return Err(SettingsError::NoCertificate(at));
        }
        certificates.extend(found);
    }
    if !certificates.is_empty() {
        return builder()
            .tls_certs_merge(certificates)
            .build()
            .map_err(|error| SettingsError::Authorities(root_cause(&error)));
    }
    builder().build().or_else(|error| {
        // A minimal image has no authorities. Issuers with http work there all the same.
        tracing::warn!(error = root_cause(&error), "no https server can be trusted");
        builder()
            .tls_certs_only([])
            .build()
            .map_err(|error| SettingsError::Client(root_cause(&error)))
    })
}
